import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import type { AddressRange } from '../../dwarf/read/aranges.ts';
import { readAranges } from '../../dwarf/read/aranges.ts';
import { UnitIndex } from '../../dwarf/read/split-index.ts';
import { readInitialLength } from '../../dwarf/read/unit-header.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import type { Findings } from '../findings.ts';
import { hex, span } from '../hex.ts';

/**
 * The tables of `.debug_str_offsets` (DWARF 5, section 7.26). Offsets may point into the middle of a string: linkers
 * keep one copy of strings of which one ends in the other, and LLVM takes that for an error.
 */
export function checkStringOffsets(
  section: Window,
  strings: Window | undefined,
  isBare: boolean,
  findings: Findings,
): void {
  const size = strings?.end ?? 0;
  const add = (
    rule: 'string-offsets/version' | 'string-offsets/offset' | 'string-offsets/length',
    message: string,
    offset: number,
  ): void => findings.add(rule, message, { section: section.section, offset, path: [] });
  const checkOffsets = (start: number, end: number, offsetSize: number): void => {
    const reader = new ByteReader(section.part(start, end));
    section.load(start, end);
    const { view, base } = section;
    if (offsetSize === 4) {
      for (let at = start; at + 4 <= end; at += 4) {
        const offset = view.getUint32(base + at, true);
        if (offset >= size)
          add('string-offsets/offset', `string at ${hex(offset)} of .debug_str, which has ${hex(size)} bytes`, at);
      }
      return;
    }
    while (reader.left >= 8) {
      const at = reader.offset;
      const offset = reader.u64();
      if (offset >= size)
        add('string-offsets/offset', `string at ${hex(offset)} of .debug_str, which has ${hex(size)} bytes`, at);
    }
  };
  if (isBare) {
    // GNU's split units before DWARF 5 have no header.
    checkOffsets(section.start, section.end, 4);
    return;
  }
  for (let offset = section.start; offset < section.end; ) {
    try {
      const reader = new ByteReader(section, offset);
      const { length, offsetSize } = readInitialLength(reader);
      const end = reader.offset + length;
      if (end > section.end) {
        add('string-offsets/length', `table of ${hex(length)} bytes, ${hex(reader.left)} left`, offset);
        return;
      }
      const version = reader.u16();
      if (version !== 5) add('string-offsets/version', `version ${version} of a table of string offsets`, offset);
      else {
        reader.skip(2);
        if ((end - reader.offset) % offsetSize !== 0) {
          add('string-offsets/length', `table of ${end - reader.offset} bytes of offsets of ${offsetSize}`, offset);
        }
        checkOffsets(reader.offset, end, offsetSize);
      }
      offset = end;
    } catch (error) {
      if (!isFormatError(error)) throw error;
      findings.damage('string-offsets/length', error, []);
      return;
    }
  }
}

/** `.debug_aranges` against the ranges that units declare themselves. */
export function checkAranges(
  { findings, lowest }: VerifyContext,
  section: Window,
  unitRanges: ReadonlyMap<number, readonly number[]>,
): void {
  const covered = new Set<number>();
  for (const { offset, unitOffset, ranges } of readAranges(section, findings.report)) {
    const place = { section: section.section, offset, path: [] };
    const declared = unitRanges.get(unitOffset);
    if (declared === undefined) {
      findings.add('aranges/unit', `ranges of a unit at ${hex(unitOffset)}, where none is`, place);
      continue;
    }
    covered.add(unitOffset);
    const live = ranges.filter(({ start, end }) => start >= lowest && start < end);
    for (const { start, end } of live) {
      if (isWithin(declared, start, end)) continue;
      const message = `${span(start, end)} is not within the ranges of the unit at ${hex(unitOffset)}`;
      findings.add('aranges/outside-unit', message, { ...place, address: start });
    }
    for (let index = 0; index < declared.length; index += 2) {
      if (isWithin(flat(live), declared[index]!, declared[index + 1]!)) continue;
      const words = span(declared[index]!, declared[index + 1]!);
      const message = `${words} of the unit at ${hex(unitOffset)} is not in its address ranges`;
      findings.add('aranges/incomplete', message, { ...place, address: declared[index]! });
    }
  }
}

function flat(ranges: readonly AddressRange[]): number[] {
  return ranges.flatMap(({ start, end }) => [start, end]);
}

/** Whether a range is within others, which may touch. */
function isWithin(ranges: readonly number[], start: number, end: number): boolean {
  let at = start;
  for (let moved = true; at < end && moved; ) {
    moved = false;
    for (let index = 0; index < ranges.length; index += 2) {
      if (ranges[index]! <= at && ranges[index + 1]! > at) {
        at = ranges[index + 1]!;
        moved = true;
      }
    }
  }
  return at >= end;
}

/**
 * The parts of a package's sections belong to one unit each; abbreviations, lines and the like to all units of the file
 * that the packager took them from.
 */
export function checkPackageIndex(section: Window, findings: Findings): void {
  try {
    const bySection = new Map<string, { offset: number; size: number; signature: bigint }[]>();
    for (const { signature, contributions } of new UnitIndex(section).rows()) {
      for (const [name, own] of Object.entries(contributions)) {
        const parts = bySection.get(name) ?? [];
        parts.push({ ...own, signature });
        bySection.set(name, parts);
      }
    }
    for (const [name, parts] of bySection) {
      const isShared = name !== '.debug_info' && name !== '.debug_types';
      parts.sort((a, b) => a.offset - b.offset || a.size - b.size);
      for (let index = 1; index < parts.length; index++) {
        const [before, after] = [parts[index - 1]!, parts[index]!];
        if (after.offset >= before.offset + before.size) continue;
        if (isShared && after.offset === before.offset && after.size === before.size) continue;
        const words = [before, after].map(
          ({ signature, offset, size }) => `0x${signature.toString(16)} ${span(offset, offset + size)}`,
        );
        findings.add('package/overlap', `units ${words.join(' and ')} overlap in ${name}`, {
          section: section.section,
          offset: 0,
          path: [],
        });
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    findings.damage('package/index', error, []);
  }
}
