import type { Dwarf } from './dwarf.ts';
import type { Unit } from './unit.ts';

/** The units of a split file, a `.dwo` or a package of them (DWARF 5, sections 7.3.2 and 7.3.5). */
export class SplitUnits {
  readonly #dwarf: Dwarf;

  constructor(dwarf: Dwarf) {
    this.#dwarf = dwarf;
  }

  /** The unit with this id, completed by its skeleton. @throws FormatError where it is damaged. */
  unit(id: bigint, skeleton: Unit): Unit | undefined {
    for (const unit of this.#dwarf.units) {
      if (unit.splitId === id) return this.#dwarf.makeUnit(unit.section, unit.header, {}, skeleton);
    }
    return undefined;
  }
}
