import { type DebugModule, type OpenOptions, openModule, wasmSections } from '../debug-module/debug-module.ts';
import { findMismatch } from '../debug-module/pair-check.ts';
import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import { DW_UT } from '../dwarf/constants/unit-types.ts';
import type { LineHeader } from '../dwarf/model/line-header.ts';
import { Dwarf, isCodeUnit } from '../dwarf/read/dwarf.ts';
import { readLineHeader } from '../dwarf/read/line-header.ts';
import { readLineRows } from '../dwarf/read/line-program.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import { readBuildId } from '../wasm/links.ts';
import type { ModuleSource, WasmModule } from '../wasm/module.ts';
import type { WasmNames } from '../wasm/names.ts';
import { checkFunctionName } from './checks/function-names.ts';
import { checkFiles, checkRows } from './checks/lines.ts';
import { checkNameIndexes } from './checks/name-index.ts';
import { describeMisfit, isFitting, nameOfReferring } from './checks/references.ts';
import { checkStale, readUnitEvidence } from './checks/stale.ts';
import { checkAranges, checkPackageIndex, checkStringOffsets } from './checks/tables.ts';
import { checkAbbreviations, checkRoot, unitsOf } from './checks/units.ts';
import { CODE, CodeMap } from './code-map.ts';
import { VerifyContext } from './context.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { Finding } from './finding.ts';
import { Findings } from './findings.ts';
import { hex } from './hex.ts';
import { type FileNumbers, UnitCheck } from './unit-check.ts';
import { describeUnit } from './unit-scopes.ts';

/** What is verified, and how. */
export interface VerifyOptions extends Omit<OpenOptions, 'report' | 'likeLlvm'> {
  /** Whether a rule's findings are wanted; all are where this is not given. */
  readonly rules?: ((rule: string) => boolean) | undefined;
  /** Check the addresses even of debug information that is of other code. */
  readonly addressesOfStale?: boolean | undefined;
  /** Called at the end with what the debug information covers. */
  readonly coverage?: ((coverage: VerifiedCoverage) => void) | undefined;
}

/** What the debug information of a module covers, in all and unit by unit. */
export interface VerifiedCoverage extends Coverage {
  /** Subprograms that begin where a function does. */
  readonly subprograms: number;
  readonly inlinedCalls: number;
  /** Inlined calls that no code is left of. */
  readonly lostInlinedCalls: number;
  readonly rows: number;
  readonly sequences: number;
  readonly units: readonly UnitCoverage[];
}

export interface UnitCoverage extends Coverage {
  readonly name: string;
  /** Where the unit starts in `.debug_info`. */
  readonly offset: number;
}

/**
 * Verifies the debug information of a module: what its readers find odd, and the rules of docs/rules.md.
 *
 * Findings come as they are found: what concerns the module as a whole, then unit by unit in the order of the section,
 * each unit's line table with it, then the tables that index them. No more than a unit is kept in memory, but for a
 * byte of flags for every byte of code and a bit for every byte of `.debug_info`.
 *
 * @throws FormatError where the source is no wasm module.
 */
export function* verify(source: ModuleSource | WasmModule, options: VerifyOptions = {}): Generator<Finding> {
  const findings = new Findings(options.rules);
  const { report } = findings;
  const debugModule = openModule(source, { ...options, report });
  yield* new Verification(debugModule, findings, options).run();
}

class Verification {
  readonly #debugModule: DebugModule;
  readonly #findings: Findings;
  readonly #options: VerifyOptions;
  readonly #dwarf: Dwarf;
  readonly #context: VerifyContext;
  readonly #map: CodeMap | undefined;
  readonly #names: WasmNames | undefined;
  readonly #unitRanges = new Map<number, number[]>();
  readonly #unitBodies: { name: string; offset: number; bodies: number[] }[] = [];
  readonly #abbreviations = new Set<number>();
  readonly #linesFirst = new Map<number, string>();

  constructor(debugModule: DebugModule, findings: Findings, options: VerifyOptions) {
    this.#debugModule = debugModule;
    this.#findings = findings;
    this.#options = options;
    const { debugFile, module } = debugModule;
    const { functions } = debugModule;
    const code = module.code ?? debugFile.code;
    this.#map = code === undefined ? undefined : new CodeMap(code, functions, findings);
    this.#dwarf = new Dwarf(wasmSections(debugFile), {
      report: findings.report,
      splitFile: options.splitFile,
      supplementary: options.supplementary,
      lowestAddress: debugModule.dwarf.lowestAddress,
    });
    this.#names = module.custom('name') || debugFile.custom('name') ? debugModule.names : undefined;
    this.#context = this.#makeContext();
  }

  #makeContext(): VerifyContext {
    const map = this.#map?.functions.bodyCount === 0 ? undefined : this.#map;
    return new VerifyContext(this.#debugModule.module, this.#dwarf, this.#findings, map);
  }

  *run(): Generator<Finding> {
    const findings = this.#findings;
    this.#checkModule();
    yield* findings.take();
    let context = this.#context;
    if (context.map !== undefined) {
      const quiet = new Findings(() => false);
      const evidence = readUnitEvidence(this.#dwarf, context.map, context.claims.exact, quiet);
      const isStale = checkStale(evidence, context.map, findings);
      yield* findings.take();
      if (isStale && this.#options.addressesOfStale !== true) {
        context = new VerifyContext(this.#debugModule.module, this.#dwarf, findings, undefined);
      }
    }
    for (const unit of unitsOf(this.#dwarf, '.debug_info', findings)) {
      yield* this.#checkUnit(unit, context);
      const split = this.#splitUnit(unit);
      if (split !== undefined) yield* this.#checkUnit(split, context);
    }
    for (const unit of unitsOf(this.#dwarf, '.debug_types', findings)) yield* this.#checkUnit(unit, context);
    yield* this.#checkSplitSections();
    this.#checkFarReferences(context);
    yield* findings.take();
    this.#checkTables(context);
    yield* findings.take();
    if (context.map !== undefined) this.#checkFunctions(context.map);
    findings.path = [];
    yield* findings.take();
    if (this.#map !== undefined) this.#options.coverage?.(this.#coverage(this.#map, context));
  }

  #checkModule(): void {
    const findings = this.#findings;
    const { module, debugFile } = this.#debugModule;
    const place = { section: 'module', offset: 0, path: [] };
    if (debugFile.custom('.debug_info') === undefined && debugFile.custom('.debug_info.dwo') === undefined) {
      findings.add('code/no-debug-information', 'module without .debug_info', place);
    }
    if (module.code === undefined) findings.add('code/none', 'module without code: addresses are not checked', place);
    if (module === debugFile) return;
    const mismatch = findMismatch(module, debugFile);
    if (mismatch !== undefined) {
      findings.add('code/other-module', `debug file is of another module: ${mismatch}`, place);
    }
    const [id, debugId] = [readBuildId(module), readBuildId(debugFile)].map((each) => each && toHex(each.bytes));
    if (id !== undefined && debugId !== undefined && id !== debugId) {
      findings.add('code/build-id', `build id ${id}, and the debug file has ${debugId}`, place);
    }
  }

  *#checkUnit(unit: Unit, context: VerifyContext): Generator<Finding> {
    const findings = this.#findings;
    const path = [describeUnit(unit)];
    findings.path = path;
    const { table } = unit.shapes;
    if (!this.#abbreviations.has(table.offset)) {
      this.#abbreviations.add(table.offset);
      const section = this.#dwarf.sections.section('.debug_abbrev');
      if (section !== undefined) checkAbbreviations(table, section, findings);
    }
    try {
      checkRoot(unit, findings);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      findings.damage('entries/damaged', error, path);
    }
    const files = this.#checkLines(unit, context, path);
    const check = new UnitCheck(context, unit, files);
    check.run();
    this.#remember(unit, check, context);
    yield* findings.take();
  }

  /** The numbers of the unit's source files; `undefined` where it has no line table. */
  #checkLines(unit: Unit, context: VerifyContext, path: readonly string[]): FileNumbers | undefined {
    if (unit.skeleton !== undefined) return this.#filesOf(unit.skeleton);
    const findings = this.#findings;
    const place = { section: unit.section.section, offset: unit.header.entriesOffset, path };
    const offset = lineTableOffset(unit);
    if (offset === undefined) return undefined;
    const section = this.#dwarf.sections.section('.debug_line');
    if (section === undefined || !(offset < section.end)) {
      const size = section === undefined ? 'is not there' : `has ${hex(section.end)} bytes`;
      findings.add('unit/line-table', `line table at ${hex(offset)} of .debug_line, which ${size}`, place);
      return undefined;
    }
    const isCompile =
      isCodeUnit(unit) && unit.header.unitType !== DW_UT.partial && unit.root?.tag !== DW_TAG.partial_unit;
    const first = this.#linesFirst.get(offset);
    if (isCompile && first !== undefined) {
      findings.add('unit/shared-line-table', `line table at ${hex(offset)} is that of ${first} too`, place);
    }
    const header = this.#header(unit, offset);
    if (header === undefined) return undefined;
    if (first === undefined) {
      if (isCompile) this.#linesFirst.set(offset, path[0]!);
      if (!this.#tablesRead.has(offset)) {
        this.#tablesRead.add(offset);
        checkFiles(context, section, header, path);
        const program = readLineRows(section, header, findings.report);
        checkRows(context, section, header, program, path);
        this.#definedFiles.set(offset, program.definedFiles.length);
      }
    }
    return fileNumbers(header, this.#definedFiles.get(offset) ?? 0);
  }

  readonly #tablesRead = new Set<number>();
  readonly #definedFiles = new Map<number, number>();

  #filesOf(unit: Unit): FileNumbers | undefined {
    const offset = lineTableOffset(unit);
    const header = offset === undefined ? undefined : this.#header(unit, offset);
    return header && fileNumbers(header, this.#definedFiles.get(offset!) ?? 0);
  }

  #header(unit: Unit, offset: number): LineHeader | undefined {
    const section = this.#dwarf.sections.section('.debug_line');
    if (section === undefined) return undefined;
    const dwarf = this.#dwarf;
    try {
      return readLineHeader(section, offset, {
        addressSize: unit.header.addressSize,
        report: this.#findings.report,
        strings: {
          string: (at) => dwarf.stringAt('.debug_str', at),
          lineString: (at) => dwarf.stringAt('.debug_line_str', at),
          stringIndex: (index) => unit.string({ class: 'string-index', index }) ?? '',
          supplementaryString: (at) => dwarf.stringAt('supplementary', at),
        },
      });
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#findings.damage('lines/header', error);
      return undefined;
    }
  }

  /** What is needed of a unit once it is gone: its ranges, its functions. */
  #remember(unit: Unit, { scopes }: UnitCheck, context: VerifyContext): void {
    if (scopes.count === 0) return;
    const ranges = scopes.ranges.slice(0, scopes.endRanges(0));
    if (unit.section.section === '.debug_info') this.#unitRanges.set(unit.offset, ranges);
    const { map } = context;
    if (map === undefined) return;
    const bodies: number[] = [];
    for (let scope = 1; scope < scopes.count; scope++) {
      if (scopes.callers[scope] !== scope || scopes.depths[scope] !== 0) continue;
      const body = scopes.bodies[scope]!;
      if (body < 0 || scopes.endRanges(scope) === scopes.firstRanges[scope] || scopes.isUnchecked(scope)) continue;
      bodies.push(body);
      if (map.bodyStart(body) === scopes.ranges[scopes.firstRanges[scope]!]) {
        checkFunctionName(context, this.#names, scopes, scope);
      }
    }
    if (this.#options.coverage !== undefined && bodies.length > 0) {
      this.#unitBodies.push({ name: unit.name ?? unit.skeleton?.name ?? '', offset: unit.offset, bodies });
    }
  }

  #splitUnit(unit: Unit): Unit | undefined {
    if (this.#options.splitFile === undefined || !unit.isSkeleton) return undefined;
    return unit.splitUnit;
  }

  /** Split units that are in this file: it is a `.dwo` or a `.dwp` file, or was compiled as a single one. */
  *#checkSplitSections(): Generator<Finding> {
    const find = wasmSections(this.#debugModule.debugFile);
    if (find('.debug_info.dwo') === undefined && find('.debug_types.dwo') === undefined) return;
    const findings = this.#findings;
    const dwarf = new Dwarf(find, { report: findings.report, suffix: '.dwo' });
    const inner = new VerifyContext(this.#debugModule.module, dwarf, findings, undefined);
    for (const name of ['.debug_info', '.debug_types'] as const) {
      for (const unit of unitsOf(dwarf, name, findings)) {
        findings.path = [describeUnit(unit)];
        try {
          checkRoot(unit, findings);
        } catch (error) {
          if (!isFormatError(error)) throw error;
          findings.damage('entries/damaged', error);
        }
        new UnitCheck(inner, unit, undefined).run();
        yield* findings.take();
      }
    }
    this.#checkFarReferences(inner);
    findings.path = [];
    for (const name of ['.debug_cu_index', '.debug_tu_index']) {
      const section = find(name);
      if (section !== undefined) checkPackageIndex(section, findings);
    }
    const offsets = find('.debug_str_offsets.dwo');
    if (offsets !== undefined) {
      const version = [...unitsOf(dwarf, '.debug_info', new Findings(() => false))][0]?.version ?? 5;
      checkStringOffsets(offsets, find('.debug_str.dwo'), version < 5, findings);
    }
    yield* findings.take();
  }

  #checkFarReferences(context: VerifyContext): void {
    const { farReferences, dwarf } = context;
    const findings = this.#findings;
    for (const { section, from, to, attribute, tag, path } of farReferences) {
      const window = dwarf.sections.named(section);
      if (window === undefined) continue;
      const place = { section, offset: from, path };
      if (!context.startsIn(window).has(to)) {
        const message = `${nameOfReferring(attribute)} refers to ${hex(to)}, where no entry starts`;
        findings.add('references/no-entry', message, place);
        continue;
      }
      const target = tagOf(dwarf, section, to);
      if (target !== undefined && !isFitting(attribute, tag, target)) {
        findings.add('references/kind', describeMisfit(attribute, tag, target), place);
      }
    }
  }

  #checkTables(context: VerifyContext): void {
    const findings = this.#findings;
    findings.path = [];
    const { sections } = this.#dwarf;
    const offsets = sections.named('.debug_str_offsets');
    if (offsets !== undefined) checkStringOffsets(offsets, sections.named('.debug_str'), false, findings);
    const aranges = sections.named('.debug_aranges');
    if (aranges !== undefined) checkAranges(context, aranges, this.#unitRanges);
    const names = sections.named('.debug_names');
    if (names !== undefined) checkNameIndexes(context, names);
  }

  /** Functions that one of the two, lines and entries, says nothing of. */
  #checkFunctions(map: CodeMap): void {
    const findings = this.#findings;
    const { flags } = map;
    for (let body = 0; body < map.functions.bodyCount; body++) {
      const start = map.bodyStart(body);
      let all = 0;
      for (let at = start; at < map.bodyEnd(body); at++) all |= flags[at]!;
      const hasRow = (all & CODE.row) !== 0;
      const hasFunction = (all & CODE.function) !== 0;
      if (hasRow === hasFunction) continue;
      const index = body + map.functions.importCount;
      const path = [`function ${index}${nameAfter(this.#names?.functions.name(index))}`];
      const place = { section: 'code', offset: start, path, address: start };
      if (hasRow) findings.add('functions/no-subprogram', 'function with lines and without a subprogram', place);
      else findings.add('functions/no-rows', 'function with a subprogram and without lines', place);
    }
  }

  #coverage(map: CodeMap, { counts }: VerifyContext): VerifiedCoverage {
    return {
      ...coverageOf(map),
      subprograms: counts.starts,
      inlinedCalls: counts.inlined,
      lostInlinedCalls: counts.lostInlined,
      rows: counts.rows,
      sequences: counts.sequences,
      units: this.#unitBodies.map(({ name, offset, bodies }) => ({ name, offset, ...coverageOf(map, bodies) })),
    };
  }
}

function nameAfter(name: string | undefined): string {
  return name === undefined ? '' : ` ${name}`;
}

function lineTableOffset(unit: Unit): number | undefined {
  try {
    const value = unit.root?.value(DW_AT.stmt_list);
    if (value?.class === 'section-offset') return value.offset;
    return value?.class === 'constant' ? value.value : undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}

function fileNumbers({ version, files }: LineHeader, defined: number): FileNumbers {
  const count = files.length + defined;
  return version >= 5 ? { first: 0, last: count - 1 } : { first: 1, last: count };
}

function tagOf(dwarf: Dwarf, section: string, offset: number): number | undefined {
  try {
    const units = section.startsWith('.debug_types') ? dwarf.typeUnits : dwarf.units;
    return units.find((unit) => offset >= unit.offset && offset < unit.header.end)?.entryAt(offset)?.tag;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
