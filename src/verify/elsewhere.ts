import type { Unit } from '../dwarf/read/unit.ts';
import type { FormatError } from '../errors.ts';

/** Whether something is missing because it is in the file that a split unit was split from: no damage, then. */
export function isElsewhere(error: FormatError, unit: Unit): boolean {
  return error.code === 'missing' && unit.dwarf.sections.suffix === '.dwo' && unit.skeleton === undefined;
}
