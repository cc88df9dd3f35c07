import { type DebugModule, type OpenOptions, openModule, wasmSections } from '../debug-module/debug-module.ts';
import { Dwarf } from '../dwarf/read/dwarf.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import type { ModuleSource, WasmModule } from '../wasm/module.ts';
import type { WasmNames } from '../wasm/names.ts';
import { APPLE_TABLES, checkAppleTable } from './checks/apple-tables.ts';
import { checkFarReferences } from './checks/far-references.ts';
import { checkFunctionName } from './checks/function-names.ts';
import { checkFunctions, checkModule } from './checks/module.ts';
import { checkNameIndexes } from './checks/name-index.ts';
import { checkStale, readUnitEvidence } from './checks/stale.ts';
import { checkAranges, checkPackageIndex, checkStringOffsets } from './checks/tables.ts';
import { checkAbbreviations, checkRoot, unitsOf } from './checks/units.ts';
import { CodeMap } from './code-map.ts';
import { VerifyContext } from './context.ts';
import { coverageOf, type VerifiedCoverage } from './coverage.ts';
import type { Finding } from './finding.ts';
import { Findings } from './findings.ts';
import { UnitCheck } from './unit-check.ts';
import { UnitLines } from './unit-lines.ts';
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
  readonly #lines = new UnitLines();

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
    checkModule(this.#debugModule, findings);
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
    checkFarReferences(context);
    yield* findings.take();
    this.#checkTables(context);
    yield* findings.take();
    if (context.map !== undefined) checkFunctions(context.map, this.#names, findings);
    findings.path = [];
    yield* findings.take();
    if (this.#map !== undefined) this.#options.coverage?.(this.#coverage(this.#map, context));
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
    const files = this.#lines.check(unit, context, path);
    const check = new UnitCheck(context, unit, files);
    check.run();
    context.simplifiedNames.check(unit);
    this.#remember(unit, check, context);
    yield* findings.take();
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
        inner.simplifiedNames.check(unit);
        yield* findings.take();
      }
    }
    checkFarReferences(inner);
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
    for (const { name, isNamed } of APPLE_TABLES) {
      const table = sections.named(name);
      if (table !== undefined) checkAppleTable(context, table, isNamed);
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
