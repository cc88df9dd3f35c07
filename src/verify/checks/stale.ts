import { DW_AT } from '../../dwarf/constants/attributes.ts';
import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import { isFormatError } from '../../errors.ts';
import type { CodeMap } from '../code-map.ts';
import type { Findings } from '../findings.ts';
import { hex } from '../hex.ts';
import { unitsOf } from './units.ts';

/** What units say of where their code is, held against where functions are. */
export interface UnitEvidence {
  /** Units that say so at all. */
  readonly units: number;
  readonly ranges: number;
  /** Ranges that begin where a function begins. */
  readonly starts: number;
  /** Ranges that are a function's body exactly. */
  readonly exact: number;
  /** Ranges that reach past the code. */
  readonly outside: number;
  /** The highest address that any of them reaches. */
  readonly end: number;
  /** Ranges without code, of units that have no other: every address erased. */
  readonly erasedUnits: number;
}

/** Reads the root entries of all units, as finding the unit of an address does; notes the bodies that one has exactly. */
export function readUnitEvidence(
  dwarf: Dwarf,
  map: CodeMap,
  exactBodies: Uint8Array,
  findings: Findings,
): UnitEvidence {
  let units = 0;
  let ranges = 0;
  let starts = 0;
  let exact = 0;
  let outside = 0;
  let highest = 0;
  let erasedUnits = 0;
  for (const unit of unitsOf(dwarf, '.debug_info', findings)) {
    try {
      const { root } = unit;
      if (root === undefined || !(root.has(DW_AT.ranges) || root.has(DW_AT.high_pc))) continue;
      const declared = root.ranges();
      let live = 0;
      for (let index = 0; index < declared.length; index += 2) {
        const start = declared[index]!;
        const end = declared[index + 1]!;
        if (start < dwarf.lowestAddress || end <= start) continue;
        live++;
        ranges++;
        if (end > map.end) outside++;
        if (end > highest) highest = end;
        const body = map.bodyStartingAt(start);
        if (body < 0) continue;
        starts++;
        if (map.bodyEnd(body) !== end) continue;
        exact++;
        if (exactBodies[body]! < 255) exactBodies[body]!++;
      }
      if (live > 0) units++;
      else if (declared.length > 0 || isZero(root.address(DW_AT.low_pc))) erasedUnits++;
    } catch (error) {
      // Told when the unit is checked.
      if (!isFormatError(error)) throw error;
    }
  }
  return { units, ranges, starts, exact, outside, end: highest, erasedUnits };
}

function isZero(address: number | undefined): boolean {
  return address === 0;
}

/** Whether debug information is of other code than this: then no address of it means anything. */
export function checkStale(evidence: UnitEvidence, map: CodeMap, findings: Findings): boolean {
  const { units, ranges, starts, exact, outside, end, erasedUnits } = evidence;
  const place = { section: '.debug_info', offset: 0, path: [] };
  if (map.functions.bodyCount === 0) return false;
  if (ranges === 0) {
    if (erasedUnits > 0) {
      const message = `none of ${erasedUnits} units has an address: they were erased, or all of their code is gone`;
      findings.add('code/erased', message, place);
    }
    return false;
  }
  // The first function begins where the first one before began: alone it is no evidence.
  const isShifted = exact === 0 && outside > 0 && starts <= 1;
  if (starts * 2 >= ranges && !isShifted) return false;
  const details = [
    `${starts} of ${ranges} ranges of ${units} units begin where a function begins`,
    `${exact} are a function's body`,
    `they reach up to ${hex(end)}, the code ends at ${hex(map.end)}`,
  ];
  if (outside > 0) details.push(`${outside} are outside of the code`);
  findings.add('code/stale', `debug information is of other code: ${details.join('; ')}`, place);
  return true;
}
