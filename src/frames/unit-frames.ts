import { codeOffset } from '../addresses.ts';
import type { Subroutines } from '../dwarf/read/subroutine-columns.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import type { Frame, SourceFile, SourceFunction } from './frame.ts';
import { type FlatRanges, flattenNested } from './nested-ranges.ts';
import { PaintedRanges } from './painted-ranges.ts';
import { lastAtOrBefore } from './sorted.ts';
import { describedBy, type SourceFunctions, type UnitFunctions } from './source-functions.ts';

/**
 * The frames of one unit: its functions and inlined calls nested by their ranges, and its line table.
 *
 * Both are read when an address is first looked up, and flattened then: a query is two binary searches and a walk up.
 */
export class UnitFrames {
  readonly unit: Unit;
  readonly #functions: SourceFunctions;
  #described: UnitFunctions | undefined;
  #spans: FlatRanges | undefined;
  readonly #files: (SourceFile | undefined)[] = [];

  constructor(unit: Unit, functions: SourceFunctions) {
    this.unit = unit;
    this.#functions = functions;
  }

  /** The functions and inlined calls; of a skeleton, those of its split unit where that is there. */
  get subroutines(): Subroutines {
    return this.#functions.subroutines(this.entriesUnit);
  }

  /** The unit that the entries are in: of a skeleton its split unit, where that is there. */
  get entriesUnit(): Unit {
    return this.unit.splitUnit ?? this.unit;
  }

  /** Which function or inlined call holds each address. */
  get spans(): FlatRanges {
    this.#spans ??= this.#paint();
    return this.#spans;
  }

  /** The function or inlined call that holds an address, an index into `subroutines`; -1 where there is none. */
  nodeAt(address: number): number {
    const { starts, owners } = this.spans;
    const index = lastAtOrBefore(starts, address);
    return index < 0 ? -1 : owners[index]!;
  }

  /** The frames at an address, innermost first; none where the unit says nothing of it. */
  frames(address: number): Frame[] {
    const node = this.nodeAt(address);
    const lines = this.unit.lineTable;
    const row = lines?.findRow(address);
    if (node < 0 && row === undefined) return [];
    let file: SourceFile | undefined;
    let line: number | undefined;
    let column: number | undefined;
    let discriminator: number | undefined;
    if (lines !== undefined && row !== undefined) {
      const { rows } = lines;
      file = this.#file(rows.files[row]!);
      line = rows.lines[row]! || undefined;
      column = rows.columns[row]! || undefined;
      discriminator = rows.discriminators[row]! || undefined;
    }
    if (node < 0) return [{ file, line, column, discriminator, inlined: false, quality: 'exact' }];
    const { inlined, lowPcs } = this.subroutines;
    const low = lowPcs[node]!;
    const innermost: Frame = {
      function: this.functionOf(node),
      file,
      line,
      column,
      discriminator,
      inlined: inlined[node] === 1,
      start: low >= 0 ? codeOffset(low) : undefined,
      quality: 'exact',
    };
    const frames = [innermost];
    this.#addCallers(node, frames);
    return frames;
  }

  /** The function that a node stands for. */
  functionOf(node: number): SourceFunction {
    this.#described ??= this.#functions.in(this.entriesUnit);
    return this.#described.at(describedBy(this.subroutines, node));
  }

  /**
   * Appends the frames around an inlined call, the nearest first: the location in each is that of the call in it.
   *
   * They are made anew each time: of random addresses in a large module nine tenths of the callers are met only once.
   */
  #addCallers(node: number, frames: Frame[]): void {
    const { inlined, parents } = this.subroutines;
    // An inlined call outside of any function is damage; its chain ends with it.
    for (let callee = node; inlined[callee] === 1 && parents[callee]! >= 0; callee = parents[callee]!) {
      frames.push(this.#caller(callee));
    }
  }

  /** The source file at an index. */
  #file(index: number): SourceFile | undefined {
    const known = this.#files[index];
    if (known !== undefined) return known;
    const file = this.unit.sourceFile(index);
    // Indexes are small numbers; others must not make a sparse array.
    if (file !== undefined && index <= this.#files.length + 1024) this.#files[index] = file;
    return file;
  }

  /** The frame that an inlined call was made in. */
  #caller(callee: number): Frame {
    const { callFiles, callLines, callColumns, discriminators, inlined, parents, lowPcs } = this.subroutines;
    const node = parents[callee]!;
    // LLVM takes a file that is not said for file 0, which DWARF 5 has.
    const fileIndex = callFiles[callee]! < 0 && this.unit.dwarf.likeLlvm ? 0 : callFiles[callee]!;
    const low = lowPcs[node]!;
    return {
      function: this.functionOf(node),
      file: fileIndex < 0 ? undefined : this.#file(fileIndex),
      line: positive(callLines[callee]!),
      column: positive(callColumns[callee]!),
      discriminator: positive(discriminators[callee]!),
      inlined: inlined[node] === 1,
      start: low >= 0 ? codeOffset(low) : undefined,
      quality: 'exact',
    };
  }

  #paint(): FlatRanges {
    const subroutines = this.subroutines;
    const { ranges } = subroutines;
    const { report, lowestAddress, likeLlvm } = this.unit.dwarf;
    const live = new Float64Array(ranges.length);
    let size = 0;
    let isForward = true;
    for (let index = 0; index < ranges.length; index += 3) {
      const start = ranges[index]!;
      const end = ranges[index + 1]!;
      const node = ranges[index + 2]!;
      if (!likeLlvm) {
        // Dead code that a producer left at a low address, reaching over live code or not.
        if (start < lowestAddress) continue;
        if (end < start) {
          report({
            severity: 'error',
            rule: 'entries/backwards-range',
            message: `range from 0x${start.toString(16)} to 0x${end.toString(16)}; left out`,
            section: this.entriesUnit.section.section,
            offset: subroutines.offsets[node]!,
          });
          continue;
        }
      }
      if (end < start) isForward = false;
      if (start === end) continue;
      live[size] = start;
      live[size + 1] = end;
      live[size + 2] = node;
      size += 3;
    }
    const kept = live.subarray(0, size);
    return (isForward ? flattenNested(kept) : undefined) ?? paint(kept);
  }
}

/** Ranges that overlap in other ways than compilers write them. */
function paint(ranges: Float64Array): FlatRanges {
  const painted = new PaintedRanges();
  for (let index = 0; index < ranges.length; index += 3) {
    painted.paint(ranges[index]!, ranges[index + 1]!, ranges[index + 2]!);
  }
  return painted.flatten();
}

function positive(value: number): number | undefined {
  return value > 0 ? value : undefined;
}
