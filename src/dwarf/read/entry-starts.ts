import { isFormatError } from '../../errors.ts';
import { EntryCursor } from './entry-cursor.ts';
import type { Unit } from './unit.ts';

/** Where the entries of a unit start, as far as they can be read. */
export function startsOf(unit: Unit): Set<number> {
  const starts = new Set<number>();
  const cursor = new EntryCursor(unit);
  try {
    while (cursor.next()) starts.add(cursor.offset);
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
  return starts;
}
