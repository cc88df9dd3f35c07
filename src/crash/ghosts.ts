import type { DebugModule } from '../debug-module/debug-module.ts';
import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import { Entry } from '../dwarf/read/entry.ts';
import { EntryCursor } from '../dwarf/read/entry-cursor.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';

/** Functions of the debug information whose code is gone, and which say that it stands in front of all code. */
export interface Ghosts {
  readonly count: number;
  /** Those that reach into code that is there: who believes them answers with them. */
  readonly overlapping: number;
}

/** Counts what linkers before wasm-ld 12 and Binaryen leave of functions: entries at 0 and the like. */
export function countGhosts({ dwarf, functions }: DebugModule): Ghosts {
  const lowest = functions.body(functions.importCount)?.start;
  const ghosts = { count: 0, overlapping: 0 };
  if (lowest === undefined) return ghosts;
  for (const unit of dwarf.units) {
    try {
      countIn(unit, lowest, ghosts);
    } catch (error) {
      // The readers that need the unit report its damage.
      if (!isFormatError(error)) throw error;
    }
  }
  return ghosts;
}

function countIn(unit: Unit, lowest: number, ghosts: { count: number; overlapping: number }): void {
  const cursor = new EntryCursor(unit);
  while (cursor.next()) {
    const { abbreviation } = cursor.shape!;
    if (abbreviation.tag !== DW_TAG.subprogram) continue;
    const entry = new Entry(unit, cursor.offset, abbreviation, cursor.valuesOffset);
    if (!entry.has(DW_AT.low_pc)) continue;
    const [start, end] = entry.ranges();
    if (start === undefined || start >= lowest) continue;
    ghosts.count++;
    if (end! > lowest) ghosts.overlapping++;
  }
}
