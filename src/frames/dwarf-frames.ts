import { type Dwarf, isCodeUnit } from '../dwarf/read/dwarf.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import type { Frame } from './frame.ts';
import { SourceFunctions } from './source-functions.ts';
import { UnitFrames } from './unit-frames.ts';
import { UnitIndex } from './unit-index.ts';

/**
 * The frames that DWARF describes, read a unit at a time: looking an address up reads all units' root entries once, and
 * then the one unit that holds it.
 */
export class DwarfFrames {
  readonly dwarf: Dwarf;
  readonly #functions = new SourceFunctions();
  readonly #units = new Map<Unit, UnitFrames>();
  #codeUnits: readonly Unit[] | undefined;
  #index: UnitIndex | undefined;
  /** Units that declare no ranges: looked into where no other unit has an address. */
  #undeclared: number[] = [];
  #undeclaredIndex: UnitIndex | undefined;

  constructor(dwarf: Dwarf) {
    this.dwarf = dwarf;
  }

  /** The frames at a code address, innermost first; none where no unit knows it. */
  frames(address: number): Frame[] {
    return this.unitAt(address)?.frames(address) ?? [];
  }

  /** The unit that holds a code address. */
  unitAt(address: number): UnitFrames | undefined {
    this.#index ??= this.#readIndex();
    let owner = this.#index.find(address);
    if (owner < 0 && this.#undeclared.length > 0 && !this.dwarf.likeLlvm) {
      // LLVM does not see these; their functions say where they are.
      this.#undeclaredIndex ??= this.#indexUndeclared();
      owner = this.#undeclaredIndex.find(address);
    }
    return owner < 0 ? undefined : this.unitFrames(this.codeUnits[owner]!);
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
      frames = new UnitFrames(unit, this.#functions);
      this.#units.set(unit, frames);
    }
    return frames;
  }

  #readIndex(): UnitIndex {
    const ranges: number[] = [];
    const { lowestAddress } = this.dwarf;
    const listed = this.#readAddressRangeTables(ranges);
    for (const [owner, unit] of this.codeUnits.entries()) {
      if (listed.has(unit.offset)) continue;
      let declared: number[] = [];
      try {
        declared = unit.root?.ranges() ?? [];
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.dwarf.damage('unit/ranges', error);
      }
      let live = false;
      for (let index = 0; index < declared.length; index += 2) {
        const start = declared[index]!;
        const end = declared[index + 1]!;
        // What starts before the first function is dead: it must not take addresses from the unit that has them.
        if (start >= end || (start < lowestAddress && !this.dwarf.likeLlvm)) continue;
        ranges.push(start, end, owner);
        live = true;
      }
      if (!live) this.#undeclared.push(owner);
    }
    return UnitIndex.of(ranges);
  }

  /** Appends what `.debug_aranges` says to `ranges`, and answers the offsets of the units that it lists. */
  #readAddressRangeTables(_ranges: number[]): Set<number> {
    return new Set();
  }

  #indexUndeclared(): UnitIndex {
    const ranges: number[] = [];
    for (const owner of this.#undeclared) {
      const { starts, owners } = this.unitFrames(this.codeUnits[owner]!).spans;
      for (let index = 0; index + 1 < starts.length; index++) {
        if (owners[index]! >= 0) ranges.push(starts[index]!, starts[index + 1]!, owner);
      }
      this.#addSequences(owner, ranges);
    }
    return UnitIndex.of(ranges);
  }

  /** Code that only the line table knows, as units have that were assembled. */
  #addSequences(owner: number, ranges: number[]): void {
    const sequences = this.codeUnits[owner]!.lineTable?.sequences;
    for (let index = 0; index < (sequences?.count ?? 0); index++) {
      ranges.push(sequences!.starts[index]!, sequences!.ends[index]!, owner);
    }
  }
}
