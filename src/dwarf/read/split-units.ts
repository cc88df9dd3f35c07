import type { Dwarf } from './dwarf.ts';
import { UnitIndex } from './split-index.ts';
import type { Unit } from './unit.ts';
import { readUnitHeader } from './unit-header.ts';

/** The units of a split file, a `.dwo` or a package of them (DWARF 5, sections 7.3.2 and 7.3.5). */
export class SplitUnits {
  readonly #dwarf: Dwarf;

  /** @param dwarf reads the sections with `.dwo` after their names. */
  constructor(dwarf: Dwarf) {
    this.#dwarf = dwarf;
  }

  /** The unit with this id, completed by its skeleton. @throws FormatError where it is damaged. */
  unit(id: bigint, skeleton: Unit): Unit | undefined {
    const dwarf = this.#dwarf;
    const index = dwarf.sections.named('.debug_cu_index');
    if (index !== undefined) {
      const contributions = new UnitIndex(index).find(id)?.contributions;
      const info = contributions?.['.debug_info'];
      if (contributions === undefined || info === undefined) return undefined;
      const section = dwarf.required('.debug_info', index.start, index.section);
      return dwarf.makeUnit(section, readUnitHeader(section, info.offset, false), contributions, skeleton);
    }
    const unit = dwarf.units.find((each) => each.splitId === id);
    return unit && dwarf.makeUnit(unit.section, unit.header, {}, skeleton);
  }
}
