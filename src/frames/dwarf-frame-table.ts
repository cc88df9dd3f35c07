import type { DebugModule } from '../debug-module/debug-module.ts';
import { DW_AT } from '../dwarf/constants/attributes.ts';
import { LINE_FLAG, type LineSequences } from '../dwarf/model/line-row.ts';
import type { Entry } from '../dwarf/read/entry.ts';
import type { LineTable } from '../dwarf/read/line-table.ts';
import { scopeAround } from '../dwarf/read/scopes.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import { DwarfFrames } from './dwarf-frames.ts';
import type { SourceFunction } from './frame.ts';
import type { FrameTable, TableFunction } from './frame-table.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';
import { lastAtOrBefore } from './sorted.ts';
import { describedBy, nameOf } from './source-functions.ts';
import type { UnitFrames } from './unit-frames.ts';

/** Everything that a module's debug information knows of frames: all units read, one after the other. */
export function frameTable(module: DebugModule): FrameTable {
  return new TableOfDwarf(new DwarfFrames(module.dwarf)).read();
}

/** What a unit's numbers are in the table. */
interface UnitColumns {
  readonly frames: UnitFrames;
  readonly lines: LineTable | undefined;
  /** By index of the unit's subroutines, -1 where it is not in the table yet. */
  readonly nodes: Int32Array;
  /** By index of the unit's files. */
  readonly files: Map<number, number>;
}

class TableOfDwarf {
  readonly #frames: DwarfFrames;
  readonly #addressSize: number;
  readonly #builder: FrameTableBuilder;
  readonly #units = new Map<Unit, number>();
  readonly #columns: (UnitColumns | undefined)[] = [];
  readonly #functions = new Map<SourceFunction, number>();
  /** By where the entry stands that describes them. */
  readonly #functionsByEntry = new Map<number, number>();
  readonly #scopes = new Map<Unit, Map<number, number>>();

  constructor(frames: DwarfFrames) {
    this.#frames = frames;
    const addressSize = frames.codeUnits.reduce((largest, unit) => Math.max(largest, unit.addressSize), 0) || 4;
    this.#addressSize = addressSize;
    this.#builder = new FrameTableBuilder({ addressSize });
  }

  read(): FrameTable {
    const builder = this.#builder;
    // In the order of the section, those without code included: functions may be described there.
    for (const unit of this.#frames.codeUnits) this.#addUnit(unit);
    // Damage puts code where no address can be.
    const limit = 2 ** Math.min(53, 8 * this.#addressSize);
    for (const { start, end: declared, owner } of this.#frames.unitRanges()) {
      const end = Math.min(declared, limit);
      if (start >= end) continue;
      const columns = this.#columnsOf(owner);
      this.#addSpans(columns, owner, start, end);
      if (columns.lines !== undefined) this.#addRows(columns, columns.lines, start, end);
      builder.span(end, -1, -1);
      builder.endRows(end);
    }
    return builder.finish();
  }

  #addUnit(unit: Unit): void {
    const entries = unit.splitUnit ?? unit;
    const language = attempt(unit, () => entries.root?.constant(DW_AT.language));
    const index = this.#builder.unit({
      name: entries.name ?? unit.name,
      compilationDirectory: entries.compilationDirectory ?? unit.compilationDirectory,
      producer: entries.producer ?? unit.producer,
      language,
      // What a split file has is not to be had from this one.
      offset: entries === unit ? unit.offset : undefined,
    });
    this.#units.set(unit, index);
    this.#units.set(entries, index);
  }

  #columnsOf(owner: number): UnitColumns {
    let columns = this.#columns[owner];
    if (columns === undefined) {
      const frames = this.#frames.unitFrames(this.#frames.codeUnits[owner]!);
      const nodes = new Int32Array(frames.subroutines.count).fill(-1);
      columns = { frames, lines: frames.unit.lineTable, nodes, files: new Map() };
      this.#columns[owner] = columns;
    }
    return columns;
  }

  #addSpans(columns: UnitColumns, owner: number, start: number, end: number): void {
    const { starts, owners } = columns.frames.spans;
    let index = lastAtOrBefore(starts, start);
    for (let at = start; at < end; at = index < starts.length ? starts[index]! : end) {
      this.#builder.span(at, index < 0 ? -1 : this.#nodeOf(columns, owners[index]!), owner);
      index++;
    }
  }

  #nodeOf(columns: UnitColumns, subroutine: number): number {
    if (subroutine < 0) return -1;
    const known = columns.nodes[subroutine]!;
    if (known >= 0) return known;
    const { frames, nodes } = columns;
    const { callColumns, callFiles, callLines, discriminators, inlined, lowPcs, parents } = frames.subroutines;
    // From the root down: a chain of parents is as deep as the source's inlining.
    const chain: number[] = [];
    let outer = subroutine;
    while (inlined[outer] === 1 && nodes[outer]! < 0) {
      chain.push(outer);
      outer = parents[outer]!;
    }
    if (nodes[outer]! < 0) {
      nodes[outer] = this.#builder.node(-1, this.#functionOf(frames, outer), -1, 0, 0, 0, lowPcs[outer]!);
    }
    for (let index = chain.length - 1; index >= 0; index--) {
      const call = chain[index]!;
      nodes[call] = this.#builder.node(
        nodes[parents[call]!]!,
        this.#functionOf(frames, call),
        callFiles[call]! < 0 ? -1 : this.#fileOf(columns, callFiles[call]!),
        Math.max(0, callLines[call]!),
        Math.max(0, callColumns[call]!),
        Math.max(0, discriminators[call]!),
        lowPcs[call]!,
      );
    }
    return nodes[subroutine]!;
  }

  #fileOf({ files, frames }: UnitColumns, index: number): number {
    let file = files.get(index);
    if (file === undefined) {
      const source = frames.unit.sourceFile(index);
      file = source === undefined ? -1 : this.#builder.file(source);
      files.set(index, file);
    }
    return file;
  }

  #addRows(columns: UnitColumns, lines: LineTable, start: number, end: number): void {
    const { rows, sequences } = lines;
    // Each sequence has the addresses from the end of the one before: `LineTable.findRow`.
    for (let index = firstEndingAfter(sequences, start); index < sequences.count; index++) {
      const before = index === 0 ? Number.NEGATIVE_INFINITY : sequences.ends[index - 1]!;
      const from = Math.max(start, before, sequences.starts[index]!);
      const to = Math.min(end, sequences.ends[index]!);
      if (from >= to && before >= end) return;
      if (from >= to) continue;
      let row = lines.findRow(from);
      if (row === undefined) continue;
      const endRow = sequences.endRows[index]! - 1;
      for (let at = from; at < to; ) {
        this.#builder.row(
          at,
          this.#fileOf(columns, rows.files[row]!),
          rows.lines[row]!,
          rows.columns[row]!,
          rows.discriminators[row]!,
          // Nothing in a row that was cut is where its statement begins.
          rows.flags[row]! & ~LINE_FLAG.end_sequence,
        );
        do row++;
        while (row < endRow && !(rows.addresses[row]! > at));
        if (row >= endRow) break;
        at = rows.addresses[row]!;
        while (row + 1 < endRow && rows.addresses[row + 1] === at) row++;
      }
      this.#builder.endRows(to);
    }
  }

  #functionOf(frames: UnitFrames, subroutine: number): number {
    const source = frames.functionOf(subroutine);
    let index = this.#functions.get(source);
    if (index === undefined) {
      const placed = this.#placed(source, frames, subroutine);
      // Each unit that refers to an entry reads its own description of it.
      const known = placed.entry === undefined ? undefined : this.#functionsByEntry.get(placed.entry);
      index = known ?? this.#builder.function(placed);
      if (placed.entry !== undefined) this.#functionsByEntry.set(placed.entry, index);
      this.#functions.set(source, index);
    }
    return index;
  }

  /** A function with its unit and scope. */
  #placed(source: SourceFunction, frames: UnitFrames, subroutine: number): TableFunction {
    const unit = frames.entriesUnit;
    let described: Entry | undefined;
    let declaration: Entry | undefined;
    let isExternal = false;
    attempt(unit, () => {
      const offset = describedBy(frames.subroutines, subroutine);
      described =
        offset >= unit.offset && offset < unit.header.end ? unit.entryAt(offset) : unit.dwarf.entryAt(offset, unit);
      for (const entry of described?.chain() ?? []) {
        declaration = entry;
        isExternal ||= entry.flag(DW_AT.external);
      }
    });
    const { name, linkageName, qualifiedName, line } = source;
    return {
      name,
      linkageName,
      qualifiedName,
      file: source.file,
      line,
      unit: this.#units.get(described?.unit ?? unit) ?? this.#units.get(unit) ?? -1,
      scope: declaration === undefined ? -1 : this.#scopeOf(declaration),
      isExternal,
      entry: described?.unit.section.section === '.debug_info' ? described.offset : undefined,
    };
  }

  #scopeOf(declaration: Entry): number {
    const { unit } = declaration;
    const scopes = this.#frames.functions.scopes(unit);
    const scope = scopeAround(scopes, declaration.offset);
    let known = this.#scopes.get(unit);
    if (known === undefined) {
      known = new Map();
      this.#scopes.set(unit, known);
    }
    // From the outermost in.
    const chain: number[] = [];
    for (let at = scope; at >= 0 && !known.has(at); at = scopes.parents[at]!) chain.push(at);
    for (let index = chain.length - 1; index >= 0; index--) {
      const at = chain[index]!;
      const parent = known.get(scopes.parents[at]!) ?? -1;
      const entry = attempt(unit, () => unit.entryAt(scopes.offsets[at]!));
      if (entry === undefined) known.set(at, parent);
      else known.set(at, this.#builder.scope({ tag: entry.tag, name: attempt(unit, () => nameOf(entry)), parent }));
    }
    return known.get(scope) ?? -1;
  }
}

/** What `read` answers; nothing where it meets damage, which is reported. */
function attempt<T>(unit: Unit, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    unit.dwarf.damage('entries/damaged', error);
    return undefined;
  }
}

function firstEndingAfter({ count, ends }: LineSequences, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
