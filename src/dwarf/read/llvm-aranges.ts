import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import type { Report } from '../../diagnostics.ts';
import { isFormatError } from '../../errors.ts';
import type { AddressRange, ArangeSet } from './aranges.ts';
import { readInitialLength } from './unit-header.ts';

/**
 * The sets of `.debug_aranges` as LLVM reads them (`DWARFDebugArangeSet::extract`): up to the first that is damaged, of
 * which is told in its words.
 */
export function readArangesLikeLlvm(section: Window, report: Report): ArangeSet[] {
  const sets: ArangeSet[] = [];
  for (let offset = section.start; offset < section.end; ) {
    const tell = (severity: 'error' | 'warning', message: string): void =>
      report({ severity, rule: 'aranges/set', message, section: section.section, offset });
    const set = readSet(section, offset, tell);
    if (set === undefined) break;
    sets.push(set.read);
    offset = set.end;
  }
  return sets;
}

function readSet(
  section: Window,
  offset: number,
  tell: (severity: 'error' | 'warning', message: string) => void,
): { read: ArangeSet; end: number } | undefined {
  const table = `address range table at offset ${hex(offset)}`;
  const header = readHeader(section, offset);
  if (header === undefined) {
    tell('error', `parsing address ranges table at offset ${hex(offset)}: ${endOfHeader(section, offset)}`);
    return undefined;
  }
  const { addressSize, segmentSelectorSize, end, entries } = header;
  const size = 2 * addressSize;
  const refuse = (message: string): undefined => {
    tell('error', message);
    return undefined;
  };
  if (end > section.end) return refuse(`the length of ${table} exceeds section size`);
  if (addressSize !== 2 && addressSize !== 4 && addressSize !== 8) {
    return refuse(`${table} has unsupported address size: ${addressSize} (supported are 2, 4, 8)`);
  }
  if (segmentSelectorSize !== 0) return refuse(`non-zero segment selector size in ${table} is not supported`);
  if ((end - offset) % size !== 0) return refuse(`${table} has length that is not a multiple of the tuple size`);
  const start = offset + Math.ceil((entries - offset) / size) * size;
  if (end <= start) return refuse(`${table} has an insufficient length to contain any entries`);

  const ranges: AddressRange[] = [];
  const reader = new ByteReader(section, start);
  while (reader.offset < end) {
    const at = reader.offset;
    const from = reader.address(addressSize);
    const covered = reader.unsigned(addressSize);
    if (from === 0 && covered === 0) {
      if (reader.offset === end) return { read: { ...header, ranges }, end };
      tell('warning', `${table} has a premature terminator entry at offset ${hex(at)}`);
    }
    ranges.push({ start: from, end: from < 0 ? from : from + covered });
  }
  return refuse(`${table} is not terminated by null entry`);
}

interface Header extends Omit<ArangeSet, 'ranges'> {
  readonly end: number;
  /** Where the header ends. */
  readonly entries: number;
}

function readHeader(section: Window, offset: number): Header | undefined {
  try {
    const reader = new ByteReader(section, offset);
    const { length, offsetSize } = readInitialLength(reader);
    const end = reader.offset + length;
    const version = reader.u16();
    const unitOffset = reader.unsigned(offsetSize);
    const addressSize = reader.u8();
    const segmentSelectorSize = reader.u8();
    return { offset, version, unitOffset, addressSize, segmentSelectorSize, offsetSize, end, entries: reader.offset };
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}

/** What LLVM says of the first field of a header that is cut off. */
function endOfHeader(section: Window, offset: number): string {
  let at = offset;
  for (const size of [4, 2, 4, 1, 1]) {
    if (at + size > section.end) {
      return `unexpected end of data at offset ${hex(section.end)} while reading [${hex(at)}, ${hex(at + size)})`;
    }
    at += size;
  }
  return 'unsupported reserved unit length';
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
