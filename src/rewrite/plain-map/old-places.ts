import { type FrameTable, findRow, findSpan } from '../../frames/frame-table.ts';
import type { CodeListing } from '../code-listing.ts';
import { isMark } from '../moves.ts';

/** Old instructions of one function that have one place in the source and stand in one inlined call. */
export interface PlaceGroup {
  /** The function with a body that they are in. */
  readonly owner: number;
  /** The deepest node there, -1 where there is none. */
  readonly node: number;
  /** Entries, ascending. */
  readonly entries: number[];
  /** Entries that have no line themselves: maps often say that of the instruction before. */
  readonly followers: number[];
}

/** Columns beyond are one. */
const COLUMN_LIMIT = 0x10_0000;

/** The instructions of old code by their places in the source. */
export class OldPlaces {
  readonly #numbers: Map<number, number>[] = [];
  readonly #groups: PlaceGroup[][] = [];
  /** By function: the place its body begins at, -1 where it has none. */
  readonly prologues: Int32Array;
  /** Of each kind of anchors, in functions with places: the share that has none itself. */
  readonly gapShares: readonly number[];
  /** By function: the nodes of code that has no place itself. */
  readonly #gaps = new Map<number, Set<number>>();

  constructor(before: CodeListing, frames: FrameTable) {
    const { first, functionCount, offsets, opcodes } = before;
    this.prologues = new Int32Array(functionCount).fill(-1);
    const anchors = ANCHORS.map(() => 0);
    const gaps = ANCHORS.map(() => 0);
    for (let owner = 0; owner < functionCount; owner++) {
      let place = -1;
      // What one function says nothing of, none says.
      for (let entry = first[owner]!; entry < first[owner + 1]!; entry++) {
        const row = findRow(frames, offsets[entry]!);
        const known = row >= 0 && frames.rows.lines[row]! > 0 && frames.rows.files[row]! >= 0;
        if (known) {
          place = this.#number(frames.rows.files[row]!, frames.rows.lines[row]!, frames.rows.columns[row]!);
          if (entry === first[owner]) this.prologues[owner] = place;
        }
        if (place < 0) continue;
        const span = findSpan(frames, offsets[entry]!);
        const group = this.#group(place, owner, span < 0 ? -1 : frames.spans.nodes[span]!);
        (known ? group.entries : group.followers).push(entry);
        const opcode = opcodes[entry]!;
        if (!known && !isMark(opcode)) this.#addGap(owner, group.node);
        for (const [kind, isAnchor] of ANCHORS.entries()) {
          if (!isAnchor(opcode)) continue;
          anchors[kind]!++;
          if (!known) gaps[kind]!++;
        }
      }
    }
    this.gapShares = gaps.map((count, kind) => count / Math.max(1, anchors[kind]!));
  }

  /** Whether there is code without a place: anywhere, in a function, or in another node of it. */
  hasGaps(owner?: number, besides?: number): boolean {
    if (owner === undefined) return this.#gaps.size > 0;
    const nodes = this.#gaps.get(owner);
    return nodes !== undefined && !(besides !== undefined && nodes.size === 1 && nodes.has(besides));
  }

  /** The number of a place; -1 where no old instruction has it. Line and column from 1. */
  find(file: number, line: number, column: number): number {
    return this.#numbers[file]?.get(keyOf(line, column)) ?? -1;
  }

  groups(place: number): readonly PlaceGroup[] {
    return this.#groups[place]!;
  }

  /** The one function that has code of a place; -1 where there are several. */
  onlyOwner(place: number): number {
    const groups = this.#groups[place]!;
    const [first] = groups;
    return first !== undefined && groups.every(({ owner }) => owner === first.owner) ? first.owner : -1;
  }

  #addGap(owner: number, node: number): void {
    const nodes = this.#gaps.get(owner);
    if (nodes === undefined) this.#gaps.set(owner, new Set([node]));
    else nodes.add(node);
  }

  #number(file: number, line: number, column: number): number {
    this.#numbers[file] ??= new Map();
    const numbers = this.#numbers[file];
    const key = keyOf(line, column);
    let place = numbers.get(key);
    if (place === undefined) {
      place = this.#groups.push([]) - 1;
      numbers.set(key, place);
    }
    return place;
  }

  #group(place: number, owner: number, node: number): PlaceGroup {
    const groups = this.#groups[place]!;
    // Those of a function come one after the other.
    for (let index = groups.length - 1; index >= 0 && groups[index]!.owner === owner; index--) {
      if (groups[index]!.node === node) return groups[index]!;
    }
    const group = { owner, node, entries: [], followers: [] };
    groups.push(group);
    return group;
  }
}

/** Maps have no column 0: what has none stands in the first. */
function keyOf(line: number, column: number): number {
  return line * COLUMN_LIMIT + Math.min(Math.max(column, 1), COLUMN_LIMIT - 1);
}

/**
 * Kinds of instructions that tell whether code without a line has a place: calls, accesses to memory and arithmetic, which
 * optimizers seldom make up; and all that are no control flow.
 */
export const ANCHORS: readonly ((opcode: number) => boolean)[] = [
  (opcode) =>
    (opcode >= 0x10 && opcode <= 0x13) || (opcode >= 0x28 && opcode <= 0x3e) || (opcode >= 0x6a && opcode <= 0xc4),
  (opcode) => opcode >= 0x1a,
];
