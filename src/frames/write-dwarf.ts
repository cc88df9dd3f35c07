import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import { DW_UT } from '../dwarf/constants/unit-types.ts';
import { type Dwarf, isCodeUnit } from '../dwarf/read/dwarf.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { type DebugSections, DwarfWriter } from '../dwarf/write/dwarf.ts';
import { KIND } from '../dwarf/write/values.ts';
import { isFormatError } from '../errors.ts';
import { CarriedEntries, type CarriedEntriesKind } from './carried-entries.ts';
import type { FrameTable } from './frame-table.ts';
import { InlineForest } from './inline-forest.ts';
import { type NodeRanges, nodeRanges } from './node-ranges.ts';
import type { PlacedVariables } from './placed-variables.ts';
import { UnitFiles } from './unit-files.ts';
import { unitRows } from './unit-rows.ts';

/** How a table is written. */
export interface WriteDwarfOptions {
  /** Of DWARF. */
  readonly version?: 4 | 5;
  /** What each unit says compiled it, in place of what the table says. */
  readonly producer?: string | undefined;
  /**
   * What is carried over from the debug information that the table's units and functions were read from, however they
   * were composed since.
   */
  readonly carry?:
    | {
        readonly from: Dwarf;
        readonly kind: CarriedEntriesKind;
        /** Places of variables that hold for the table's code; of the others the places are left out. */
        readonly variables?: PlacedVariables | undefined;
      }
    | undefined;
}

/** `DW_INL`: whether a function with an abstract instance was inlined (DWARF 5, table 7.20). */
const DW_INL = { not_inlined: 0, inlined: 1 } as const;

/**
 * Writes a table of frames as debug information that holds the same frames at every address: units, functions, inlined
 * calls and line tables.
 *
 * Qualities and candidates have no place in it.
 */
export function writeDwarf(table: FrameTable, options: WriteDwarfOptions = {}): DebugSections {
  return new TableWriter(table, options).write();
}

/** Functions, or pieces of code, that are written into one scope of a unit. */
interface ScopeContent {
  /** Functions that others refer to. */
  readonly described: number[];
  /** Nodes of functions that nothing refers to: their entries describe them. */
  readonly whole: number[];
  readonly scopes: Map<number, ScopeContent>;
}

class TableWriter {
  readonly #table: FrameTable;
  readonly #version: 4 | 5;
  readonly #producer: string | undefined;
  readonly #writer = new DwarfWriter();
  readonly #carried: CarriedEntries | undefined;
  readonly #variables: PlacedVariables | undefined;
  #placed = 0;
  /** By offset in the section carried from: the function that the entry describes. */
  readonly #functionAt = new Map<number, number>();
  /** Offsets there of what their descriptions go on in. */
  readonly #needed = new Set<number>();
  /** Those of the unit that is being written. */
  #files: UnitFiles | undefined;
  readonly #ranges: NodeRanges;
  readonly #forest: InlineForest;
  /** By function: the label of its entry, where others refer to it, else -1. */
  readonly #labels: Int32Array;
  /** What each unit holds. */
  readonly #contents: { readonly content: ScopeContent; readonly instances: number[] }[];

  constructor(table: FrameTable, { version = 5, producer, carry }: WriteDwarfOptions) {
    this.#table = table;
    this.#version = version;
    this.#producer = producer;
    this.#ranges = nodeRanges(table);
    this.#forest = new InlineForest(table, (node) => this.#ranges.isLive(node));
    this.#labels = new Int32Array(table.functions.length).fill(-1);
    this.#contents = table.units.map(() => ({ content: newContent(), instances: [] }));
    this.#variables = carry?.variables;
    if (carry === undefined) return;
    this.#carried = new CarriedEntries(carry.from, this.#writer, {
      kind: carry.kind,
      needed: this.#needed,
      isLive: (offset) => this.#functionAt.has(offset),
      inlineOf: (offset) => this.#inlineOf(this.#functionAt.get(offset)!),
      fileNumber: (file) => this.#files!.number(file),
    });
  }

  write(): DebugSections {
    const units = this.#labelCarried();
    this.#placeFunctions();
    for (const [index, { offset }] of this.#table.units.entries()) {
      this.#writeUnit(index, offset === undefined ? undefined : units.get(offset));
    }
    for (const unit of units.values()) if (!isCodeUnit(unit)) this.#carried!.writeUnit(unit);
    const { locationsLeftOut = 0 } = this.#carried ?? {};
    const leftOut = this.#variables === undefined ? locationsLeftOut : this.#variables.placedVariables - this.#placed;
    if (leftOut > 0) {
      this.#carried!.dwarf.report({
        severity: 'note',
        rule: 'write/locations',
        message: `locations of ${leftOut} variables left out: the code may keep them elsewhere now${this.#placed > 0 ? ` (${this.#placed} are where they were)` : ''}`,
        section: '.debug_info',
        offset: 0,
      });
    }
    return this.#writer.finish();
  }

  /** Gives labels to the entries that are carried over, and answers their units by offset; those of types too. */
  #labelCarried(): Map<number, Unit> {
    const carried = this.#carried;
    if (carried === undefined) return new Map();
    const { functions, units } = this.#table;
    const { dwarf } = carried;
    for (const [index, { entry }] of functions.entries()) {
      if (entry === undefined || this.#forest.inlinings[index]! + this.#forest.standing[index]! === 0) continue;
      this.#functionAt.set(entry, index);
      this.#addNeeded(dwarf, entry);
    }
    const known = new Set(units.map(({ offset }) => offset));
    const labelled = carried.label([
      ...dwarf.units.filter((unit) => !isCodeUnit(unit) || known.has(unit.offset)),
      ...dwarf.typeUnits,
    ]);
    // Two sections may have units at the same offset.
    return new Map(labelled.map((unit) => [unit.section.section === '.debug_info' ? unit.offset : ~unit.offset, unit]));
  }

  /** What the description at an offset goes on in. */
  #addNeeded(dwarf: Dwarf, offset: number): void {
    try {
      for (const { offset: each, unit } of dwarf.entryAt(offset)?.chain() ?? []) {
        if (each !== offset && unit.section.section === '.debug_info') this.#needed.add(each);
      }
    } catch (error) {
      // It was reported when the table was made.
      if (!isFormatError(error)) throw error;
    }
  }

  #inlineOf(index: number): number {
    return this.#forest.inlinings[index]! > 0 ? DW_INL.inlined : DW_INL.not_inlined;
  }

  /** Decides in which unit and scope each function is described. */
  #placeFunctions(): void {
    const { functions, nodes } = this.#table;
    for (const [index, { entry, scope, unit }] of functions.entries()) {
      const carried = entry !== undefined && this.#functionAt.get(entry) === index;
      const label = carried ? this.#carried!.labels.find('.debug_info', entry) : undefined;
      if (label !== undefined) {
        this.#labels[index] = label;
        continue;
      }
      const isShared = this.#forest.inlinings[index]! > 0 || this.#forest.standing[index]! > 1;
      if (!isShared) continue;
      this.#labels[index] = this.#writer.label();
      this.#contentOf(unit, scope).described.push(index);
    }
    for (let node = 0; node < nodes.count; node++) {
      if (nodes.parents[node]! >= 0 || !this.#ranges.isLive(node)) continue;
      const unit = this.#ranges.unitOfRoot(node);
      const { scope } = functions[nodes.functions[node]!]!;
      if (this.#labels[nodes.functions[node]!]! >= 0) this.#contents[unit]!.instances.push(node);
      else this.#contentOf(unit, scope).whole.push(node);
    }
    for (const { content } of this.#contents) {
      // What is referred to most comes first: its offset is the shortest.
      content.described.sort((a, b) => this.#forest.inlinings[b]! - this.#forest.inlinings[a]! || a - b);
    }
  }

  #contentOf(unit: number, scope: number): ScopeContent {
    const chain: number[] = [];
    for (let at = scope; at >= 0; at = this.#table.scopes[at]!.parent) chain.push(at);
    // What no unit describes goes into the first.
    let { content } = this.#contents[Math.max(0, unit)]!;
    for (let index = chain.length - 1; index >= 0; index--) {
      let inner = content.scopes.get(chain[index]!);
      if (inner === undefined) {
        inner = newContent();
        content.scopes.set(chain[index]!, inner);
      }
      content = inner;
    }
    return content;
  }

  #writeUnit(unit: number, carried: Unit | undefined): void {
    const { addressSize, units } = this.#table;
    const { content, instances } = this.#contents[unit]!;
    const pairs = this.#ranges.units[unit]!;
    if (pairs.length === 0 && isEmpty(content) && carried === undefined) return;
    const { compilationDirectory, language, name, producer } = units[unit]!;
    const version = this.#version;
    const encoding = { version, addressSize, offsetSize: 4 } as const;
    const writer = this.#writer;
    const files = this.#filesOf(unit);
    const base = pairs.length > 0 ? pairs[0]! : undefined;
    this.#files = files;
    // A skeleton without its split unit has its code here.
    const isPartial = carried?.root?.tag === DW_TAG.partial_unit;
    const tag = isPartial ? DW_TAG.partial_unit : DW_TAG.compile_unit;
    writer.unit({ ...encoding, unitType: isPartial ? DW_UT.partial : DW_UT.compile }, pairs);
    writer.begin(tag, carried && this.#carried!.labels.find('.debug_info', carried.header.entriesOffset));
    const compiler = this.#producer ?? producer;
    if (compiler !== undefined) writer.string(DW_AT.producer, compiler);
    if (language !== undefined) writer.constant(DW_AT.language, language);
    if (name !== undefined) writer.string(DW_AT.name, name);
    // Entries that are carried over may use further files.
    const lines = files.isEmpty && carried === undefined ? undefined : writer.reserveLines();
    if (lines !== undefined) writer.value(DW_AT.stmt_list, KIND.lines, lines);
    if (compilationDirectory !== undefined) writer.string(DW_AT.comp_dir, compilationDirectory);
    this.#addRanges(pairs, base, true);
    this.#writeScope(content, files, base);
    if (carried !== undefined) this.#carried!.writeEntries(carried, 1);
    for (const node of instances) this.#writeNode(node, files, base);
    writer.end();
    if (lines === undefined) return;
    const rows = unitRows(this.#table, this.#ranges.runs[unit]!, files);
    writer.setLines(lines, { ...encoding, ...files.tables(), rows });
  }

  /** The files that a unit's entries and rows refer to, those used most first. */
  #filesOf(unit: number): UnitFiles {
    const { functions, nodes } = this.#table;
    const files = new UnitFiles(this.#table, unit, this.#version);
    const { content, instances } = this.#contents[unit]!;
    const describe = (index: number): void => files.use(functions[index]!.file);
    const visit = (node: number): void => {
      for (let child = this.#forest.firstChildren[node]!; child >= 0; child = this.#forest.nextSiblings[child]!) {
        files.useIndex(nodes.callFiles[child]!);
        visit(child);
      }
    };
    const walk = ({ described, scopes, whole }: ScopeContent): void => {
      for (const each of described) describe(each);
      for (const node of whole) {
        describe(nodes.functions[node]!);
        visit(node);
      }
      for (const inner of scopes.values()) walk(inner);
    };
    walk(content);
    for (const node of instances) visit(node);
    files.useRows(this.#ranges.runs[unit]!);
    files.finish();
    return files;
  }

  #writeScope({ described, scopes, whole }: ScopeContent, files: UnitFiles, base: number | undefined): void {
    const writer = this.#writer;
    const { nodes } = this.#table;
    for (const index of described) {
      writer.begin(DW_TAG.subprogram, this.#labels[index]!);
      this.#describe(index, files);
      writer.constant(DW_AT.inline, this.#inlineOf(index));
      writer.end();
    }
    for (const [scope, inner] of scopes) {
      const { name, tag } = this.#table.scopes[scope]!;
      writer.begin(tag);
      if (name !== undefined) writer.string(DW_AT.name, name);
      // What is known of a class or a function is that it is there.
      if (tag !== DW_TAG.namespace && tag !== DW_TAG.module) writer.flag(DW_AT.declaration);
      this.#writeScope(inner, files, base);
      writer.end();
    }
    for (const node of whole) {
      writer.begin(DW_TAG.subprogram);
      this.#describe(nodes.functions[node]!, files);
      this.#addRanges(this.#ranges.pairs(node), base, false);
      this.#writeChildren(node, files, base);
      writer.end();
    }
  }

  #describe(index: number, files: UnitFiles): void {
    const writer = this.#writer;
    const { file, isExternal, line, linkageName, name } = this.#table.functions[index]!;
    if (linkageName !== undefined && linkageName !== name) writer.string(DW_AT.linkage_name, linkageName);
    if (name !== undefined) writer.string(DW_AT.name, name);
    if (file !== undefined) writer.constant(DW_AT.decl_file, files.number(file));
    if (line !== undefined) writer.constant(DW_AT.decl_line, line);
    if (isExternal) writer.flag(DW_AT.external);
  }

  /** Writes the code of a function that is described elsewhere, or of an inlined call. */
  #writeNode(node: number, files: UnitFiles, base: number | undefined): void {
    const writer = this.#writer;
    const { callColumns, callFiles, callLines, discriminators, functions, parents } = this.#table.nodes;
    const isInlined = parents[node]! >= 0;
    writer.begin(isInlined ? DW_TAG.inlined_subroutine : DW_TAG.subprogram);
    writer.reference(DW_AT.abstract_origin, this.#labels[functions[node]!]!);
    this.#addRanges(this.#ranges.pairs(node), base, false);
    if (isInlined) {
      if (callFiles[node]! >= 0) writer.constant(DW_AT.call_file, files.numberOf(callFiles[node]!));
      if (callLines[node]! > 0) writer.constant(DW_AT.call_line, callLines[node]!);
      if (callColumns[node]! > 0) writer.constant(DW_AT.call_column, callColumns[node]!);
      if (discriminators[node]! > 0) writer.constant(DW_AT.GNU_discriminator, discriminators[node]!);
    }
    if (!isInlined) this.#writeVariables(this.#ranges.pairs(node)[0]);
    this.#writeChildren(node, files, base);
    writer.end();
  }

  /** The variables of a function of which it is known where they are. */
  #writeVariables(start: number | undefined): void {
    const instance = start === undefined ? undefined : this.#variables?.instances.get(start);
    if (instance === undefined) return;
    const writer = this.#writer;
    writer.block(DW_AT.frame_base, KIND.expression, { bytes: instance.frameBase });
    for (const { entry, location, tag } of instance.variables) {
      const declared = this.#carried?.labels.find('.debug_info', entry);
      if (declared === undefined) continue;
      writer.begin(tag);
      writer.reference(DW_AT.abstract_origin, declared);
      writer.block(DW_AT.location, KIND.expression, { bytes: location });
      writer.end();
      this.#placed++;
    }
  }

  #writeChildren(node: number, files: UnitFiles, base: number | undefined): void {
    for (let child = this.#forest.firstChildren[node]!; child >= 0; child = this.#forest.nextSiblings[child]!) {
      this.#writeNode(child, files, base);
    }
  }

  #addRanges(pairs: readonly number[], base: number | undefined, isUnit: boolean): void {
    const writer = this.#writer;
    if (pairs.length === 0) return;
    if (pairs.length === 2 || isUnit) writer.address(DW_AT.low_pc, pairs[0]!);
    if (pairs.length === 2) writer.constant(DW_AT.high_pc, pairs[1]! - pairs[0]!);
    else writer.ranges(DW_AT.ranges, pairs, base);
  }
}

function newContent(): ScopeContent {
  return { described: [], whole: [], scopes: new Map() };
}

function isEmpty({ described, scopes, whole }: ScopeContent): boolean {
  return described.length === 0 && whole.length === 0 && scopes.size === 0;
}
