import { readAranges } from '../dwarf/read/aranges.ts';
import { type Dwarf, isCodeUnit } from '../dwarf/read/dwarf.ts';
import { readArangesLikeLlvm } from '../dwarf/read/llvm-aranges.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import type { Frame } from './frame.ts';
import { SourceFunctions } from './source-functions.ts';
import { UnitFrames } from './unit-frames.ts';
import { UnitRanges } from './unit-ranges.ts';

/**
 * The frames that DWARF describes, read a unit at a time: looking an address up reads all units' root entries once, and
 * then the one unit that holds it.
 */
export class DwarfFrames {
  readonly dwarf: Dwarf;
  /** The functions of all units. */
  readonly functions: SourceFunctions = new SourceFunctions();
  readonly #units = new Map<Unit, UnitFrames>();
  /** The same, by index among the code units, as far as an address was found in them. */
  readonly #owners: (UnitFrames | undefined)[] = [];
  #codeUnits: readonly Unit[] | undefined;
  #index: UnitRanges | undefined;
  /** Units that declare no ranges: looked into where no other unit has an address. */
  #undeclared: number[] = [];
  #undeclaredIndex: UnitRanges | undefined;

  constructor(dwarf: Dwarf) {
    this.dwarf = dwarf;
  }

  /** The frames at a code address, innermost first; none where no unit knows it. */
  frames(address: number): Frame[] {
    return this.unitAt(address)?.frames(address) ?? [];
  }

  /** The unit that holds a code address. */
  unitAt(address: number): UnitFrames | undefined {
    let owner = this.#declared.find(address);
    if (owner < 0) owner = this.#others?.find(address) ?? -1;
    if (owner < 0) return undefined;
    let frames = this.#owners[owner];
    if (frames === undefined) {
      frames = this.unitFrames(this.codeUnits[owner]!);
      this.#owners[owner] = frames;
    }
    return frames;
  }

  /** Start, end and index among the code units of each piece of code that one unit holds, in order. */
  *unitRanges(): Generator<{ start: number; end: number; owner: number }> {
    let from = 0;
    for (const range of this.#declared.ranges()) {
      if (this.#others) yield* this.#others.ranges(from, range.start);
      yield range;
      from = range.end;
    }
    if (this.#others) yield* this.#others.ranges(from);
  }

  /** The units that hold code, as opposed to types, in the order of the section. */
  get codeUnits(): readonly Unit[] {
    this.#codeUnits ??= this.dwarf.units.filter(isCodeUnit);
    return this.#codeUnits;
  }

  /** The frames of a unit, the same object each time. */
  unitFrames(unit: Unit): UnitFrames {
    let frames = this.#units.get(unit);
    if (frames === undefined) {
      frames = new UnitFrames(unit, this.functions);
      this.#units.set(unit, frames);
    }
    return frames;
  }

  get #declared(): UnitRanges {
    this.#index ??= this.#readIndex();
    return this.#index;
  }

  /** Where no other unit has an address: LLVM does not see these units; their functions say where they are. */
  get #others(): UnitRanges | undefined {
    if (this.#undeclared.length === 0 || this.dwarf.likeLlvm) return undefined;
    this.#undeclaredIndex ??= this.#indexUndeclared();
    return this.#undeclaredIndex;
  }

  #readIndex(): UnitRanges {
    const ranges: number[] = [];
    const listed = this.#readAranges(ranges);
    for (const [owner, unit] of this.codeUnits.entries()) {
      if (listed.has(owner)) continue;
      let declared: number[] = [];
      try {
        declared = unit.root?.ranges() ?? [];
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.dwarf.damage('unit/ranges', error);
      }
      let live = false;
      for (let index = 0; index < declared.length; index += 2) {
        if (this.#addRange(declared[index]!, declared[index + 1]!, owner, ranges)) live = true;
      }
      if (!live) this.#undeclared.push(owner);
    }
    return new UnitRanges(ranges);
  }

  /** Appends what `.debug_aranges` says, and answers the units that it lists: their entries need not be read. */
  #readAranges(ranges: number[]): Set<number> {
    const listed = new Set<number>();
    const { dwarf } = this;
    const section = dwarf.sections.section('.debug_aranges');
    if (section === undefined) return listed;
    const owners = new Map(this.codeUnits.map((unit, owner) => [unit.offset, owner]));
    for (const set of (dwarf.likeLlvm ? readArangesLikeLlvm : readAranges)(section, dwarf.report)) {
      const exact = owners.get(set.unitOffset);
      const owner = exact ?? (dwarf.likeLlvm ? this.#unitAround(set.unitOffset) : undefined);
      if (owner === undefined) continue;
      let live = false;
      for (const { start, end } of set.ranges) if (this.#addRange(start, end, owner, ranges)) live = true;
      // LLVM believes a list that says nothing.
      if (exact !== undefined && (live || dwarf.likeLlvm)) listed.add(owner);
    }
    return listed;
  }

  /** LLVM takes any offset in a unit for the unit's. */
  #unitAround(offset: number): number | undefined {
    const owner = this.codeUnits.findIndex(({ header }) => offset >= header.offset && offset < header.end);
    return owner < 0 ? undefined : owner;
  }

  #addRange(start: number, end: number, owner: number, ranges: number[]): boolean {
    // What starts before the first function is dead: it must not take addresses from the unit that has them.
    if (start < 0 || start >= end || start < this.dwarf.lowestAddress) return false;
    ranges.push(start, end, owner);
    return true;
  }

  #indexUndeclared(): UnitRanges {
    const ranges: number[] = [];
    for (const owner of this.#undeclared) {
      const { starts, owners } = this.unitFrames(this.codeUnits[owner]!).spans;
      for (let index = 0; index + 1 < starts.length; index++) {
        if (owners[index]! >= 0) ranges.push(starts[index]!, starts[index + 1]!, owner);
      }
      this.#addSequences(owner, ranges);
    }
    return new UnitRanges(ranges);
  }

  /** Code that only the line table knows, as units have that were assembled. */
  #addSequences(owner: number, ranges: number[]): void {
    const sequences = this.codeUnits[owner]!.lineTable?.sequences;
    for (let index = 0; index < (sequences?.count ?? 0); index++) {
      ranges.push(sequences!.starts[index]!, sequences!.ends[index]!, owner);
    }
  }
}
