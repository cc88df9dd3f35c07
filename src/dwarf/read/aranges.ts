import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { ignore, type Report } from '../../diagnostics.ts';
import { isFormatError } from '../../errors.ts';
import { readInitialLength } from './unit-header.ts';

/** A range of code; `end` is the first address after it. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** The ranges of code that a unit covers, by `.debug_aranges` (DWARF 5, section 6.1.2). */
export interface ArangeSet {
  /** Where the set starts in its section. */
  readonly offset: number;
  readonly version: number;
  /** Where the unit's header starts in `.debug_info`. */
  readonly unitOffset: number;
  readonly addressSize: number;
  readonly segmentSelectorSize: number;
  readonly offsetSize: 4 | 8;
  readonly ranges: readonly AddressRange[];
}

/** All sets of `.debug_aranges`. What is damaged is reported and left out, by its length where it has one. */
export function readAranges(section: Window, report: Report = ignore): ArangeSet[] {
  const sets: ArangeSet[] = [];
  for (let offset = section.start; offset < section.end; ) {
    let next = section.end;
    try {
      const reader = new ByteReader(section, offset);
      const { length, offsetSize } = readInitialLength(reader);
      const start = reader.offset;
      if (length <= reader.left) next = start + length;
      sets.push(readSet(reader, offset, section.part(offset, start + length), offsetSize, report));
    } catch (error) {
      if (!isFormatError(error)) throw error;
      report({
        severity: 'error',
        rule: 'aranges/set',
        message: `${error.detail}; the set is left out`,
        section: section.section,
        offset: error.offset,
      });
    }
    offset = next;
  }
  return sets;
}

function readSet(length: ByteReader, offset: number, set: Window, offsetSize: 4 | 8, report: Report): ArangeSet {
  const reader = new ByteReader(set, length.offset);
  const odd = (rule: string, message: string, at: number): void =>
    report({ severity: 'warning', rule, message, section: set.section, offset: at });
  const version = reader.u16();
  if (version !== 2) throw reader.error('unknown-version', `version ${version} of an address range table`, offset);
  const unitOffset = reader.unsigned(offsetSize);
  const addressSize = reader.u8();
  const segmentSelectorSize = reader.u8();
  if (addressSize !== 2 && addressSize !== 4 && addressSize !== 8) {
    throw reader.error('bad-value', `address size of ${addressSize}`, reader.offset - 2);
  }
  const size = segmentSelectorSize + 2 * addressSize;
  // The first tuple stands at a multiple of its size from the start of the set.
  const past = (reader.offset - offset) % size;
  if (past !== 0) reader.skip(size - past);
  const ranges: AddressRange[] = [];
  let terminated = false;
  while (reader.left >= size) {
    const at = reader.offset;
    reader.skip(segmentSelectorSize);
    const start = reader.address(addressSize);
    const covered = reader.unsigned(addressSize);
    if (start === 0 && covered === 0) {
      terminated = reader.left < size;
      if (terminated) break;
      odd('aranges/early-end', 'terminating entry before the end of the set; read on after it', at);
    }
    ranges.push({ start, end: start < 0 ? start : start + covered });
  }
  if (!terminated) odd('aranges/no-end', 'set without a terminating entry; kept as far as it goes', set.end);
  if (!reader.done) odd('aranges/padding', `${reader.left} bytes after the last entry; left out`, reader.offset);
  return { offset, version, unitOffset, addressSize, segmentSelectorSize, offsetSize, ranges };
}
