/**
 * Ten thousand damaged inputs for each reader: all end in a value or a FormatError, within a number of steps that their
 * size bounds. The inputs are fixtures' sections with a few bytes changed, and cut off at times; the seed is fixed.
 */
import { expect, test } from 'vitest';
import type { Window } from '../../../src/bytes/window.ts';
import { DW_OP } from '../../../src/dwarf/constants/operations.ts';
import { readAranges } from '../../../src/dwarf/read/aranges.ts';
import { operations, simpleLocation } from '../../../src/dwarf/read/expressions.ts';
import { readLineHeader } from '../../../src/dwarf/read/line-header.ts';
import { readLineRows } from '../../../src/dwarf/read/line-program.ts';
import { LineTable } from '../../../src/dwarf/read/line-table.ts';
import {
  type LocationListLayout,
  locationListEntries,
  readLocationList,
} from '../../../src/dwarf/read/location-lists.ts';
import { readNameIndexes } from '../../../src/dwarf/read/name-index.ts';
import { UnitIndex } from '../../../src/dwarf/read/split-index.ts';
import { FormatError } from '../../../src/errors.ts';
import { assemble, block, sized, sleb, u16, u32, u64, uleb } from '../../support/assemble.ts';
import { sectionIn, sectionOf } from '../../support/dwarf.ts';
import { fixture } from '../../support/fixtures.ts';

const COUNT = 10_000;

/** Numbers below `limit`, the same ones in every run (a linear congruential generator, of Numerical Recipes). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const INTERESTING = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/** A copy with up to eight bytes changed, a fifth of them at the start, where headers are; now and then cut off. */
function damaged(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const copy = bytes.slice(0, random(8) === 0 ? random(bytes.length + 1) : bytes.length);
  for (let left = 1 + random(8); left > 0 && copy.length > 0; left--) {
    const at = random(random(5) === 0 ? Math.min(64, copy.length) : copy.length);
    copy[at] = random(2) === 0 ? random(256) : INTERESTING[random(INTERESTING.length)]!;
  }
  return copy;
}

/** Some of a fixture's section: as much as is quick to read ten thousand times. */
function seedOf(name: string, section: string, size: number, file?: string): Uint8Array {
  const each = fixture(name);
  const bytes = sectionIn(file === undefined ? each.module : each.file(file), section)!.toBytes();
  return bytes.slice(0, size);
}

/** How many things a reader may make of an input: each takes a byte at the least. */
function bounded(count: number, bytes: Uint8Array): void {
  if (count > bytes.length + 1) expect.fail(`${count} steps for ${bytes.length} bytes`);
}

function survive(name: string, seeds: readonly Uint8Array[], read: (section: Window, bytes: Uint8Array) => void): void {
  test(name, () => {
    const random = randomNumbers(20_261_122);
    let values = 0;
    let errors = 0;
    for (let run = 0; run < COUNT; run++) {
      const bytes = damaged(seeds[run % seeds.length]!, random);
      try {
        read(sectionOf('.debug_x', bytes), bytes);
        values++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        if (!(error.offset >= 0)) expect.fail(`offset ${error.offset}`);
        errors++;
      }
    }
    // Damage that is never seen, or always, would test nothing.
    expect(values).toBeGreaterThan(COUNT / 100);
    expect(values + errors).toBe(COUNT);
  });
}

const context = {
  addressSize: 4,
  strings: { string: String, lineString: String, stringIndex: String },
};
const listContext = { addressSize: 4, baseAddress: 0, addressAt: (index: number) => index };
const encoding = { version: 5, addressSize: 4, offsetSize: 4 } as const;

const lines = [seedOf('inline', '.debug_line', 2000), seedOf('inline-v4', '.debug_line', 2000)];

survive('line tables', lines, (section, bytes) => {
  let reports = 0;
  const report = (): void => {
    reports++;
  };
  for (let offset = 0, tables = 0; offset < section.end; tables++) {
    bounded(tables, bytes);
    const header = readLineHeader(section, offset, { ...context, report });
    bounded(header.files.length + header.directories.length, bytes);
    for (const file of header.files) void [file.name, file.md5, file.source];
    const { rows, definedFiles } = readLineRows(section, header, report);
    bounded(rows.count + definedFiles.length, bytes);
    bounded(reports, new Uint8Array(10 * bytes.length + 100));
    if (header.end <= offset) expect.fail(`table of no bytes at ${offset}`);
    offset = header.end;
  }
});

survive('lookups in line tables', lines, (section) => {
  const table = LineTable.read(section, 0, context);
  const { addresses, count } = table.rows;
  for (let row = 0; row < count; row += 7) {
    const found = table.findRow(addresses[row]!);
    if (found !== undefined && !(found < count)) expect.fail(`row ${found} of ${count}`);
    table.findSource(table.rows.files[row]!, '/build');
  }
});

const LAYOUTS: readonly [LocationListLayout, Uint8Array][] = [
  ['pairs', seedOf('inline-v4', '.debug_loc', 600)],
  ['entries', seedOf('inline', '.debug_loclists', 600).slice(0x20)],
  ['gnu-split', seedOf('split-dwp-v4', '.debug_loc.dwo', 600, 'module.wasm.dwp')],
];
for (const [layout, seed] of LAYOUTS) {
  survive(`location lists: ${layout}`, [seed], (section, bytes) => {
    bounded(readLocationList(section, 0, layout, listContext).length, bytes);
    let steps = 0;
    for (const { expression } of locationListEntries(section, 0, layout, 4)) {
      bounded(++steps, bytes);
      if (expression !== undefined) bounded([...operations(expression, encoding)].length, bytes);
    }
  });
}

const expression = assemble(
  [DW_OP.addr, u32(1), DW_OP.const8u, u64(-1n), DW_OP.constu, uleb(300), DW_OP.consts, sleb(-300), DW_OP.bregx, 40, 8],
  [
    DW_OP.bit_piece,
    1,
    2,
    DW_OP.implicit_value,
    block(1, 2, 3),
    DW_OP.entry_value,
    block(DW_OP.reg0),
    DW_OP.skip,
    u16(1),
  ],
  [DW_OP.const_type, 1, sized(1, 1, 2), DW_OP.WASM_location, 0, 1, DW_OP.WASM_location, 3, u32(1), DW_OP.stack_value],
);
survive('expressions', [expression], (section, bytes) => {
  let steps = 0;
  for (const { operands } of operations(section, encoding)) bounded((steps += 1 + operands.length), bytes);
  simpleLocation(section, encoding);
});

survive('address ranges', [seedOf('elf-aranges', '.debug_aranges', 2000)], (section, bytes) => {
  bounded(
    readAranges(section).reduce((sum, { ranges }) => sum + ranges.length + 1, 0),
    bytes,
  );
});

const names = fixture('elf-names').module;
const strings = sectionIn(names, '.debug_str')!;
survive('name indexes', [sectionIn(names, '.debug_names')!.toBytes()], (section, bytes) => {
  const stringAt = (offset: number): string => strings.stringAt(offset);
  for (const index of readNameIndexes(section)) {
    for (const { entriesOffset } of index.names()) bounded(index.entriesAt(entriesOffset).length, bytes);
    for (const name of ['main', 'next', 'generation']) index.find(name, stringAt);
  }
});

const indexes = [
  seedOf('split-shapes', '.debug_cu_index', 2000, 'module.wasm.dwp'),
  seedOf('split-dwp-v4', '.debug_cu_index', 2000, 'module.wasm.dwp'),
];
survive('unit indexes', indexes, (section, bytes) => {
  const index = new UnitIndex(section);
  const signatures: bigint[] = [1n];
  for (const { signature, contributions } of index.rows()) {
    signatures.push(signature);
    bounded(signatures.length + Object.keys(contributions).length, bytes);
  }
  for (const signature of signatures) index.find(signature);
});
