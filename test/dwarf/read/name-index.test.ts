import { expect, test } from 'vitest';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_IDX } from '../../../src/dwarf/constants/name-index.ts';
import { DW_TAG } from '../../../src/dwarf/constants/tags.ts';
import { hashName, NameIndex, readNameIndexes } from '../../../src/dwarf/read/name-index.ts';
import { assemble, label, type Part, to, u16, u32, u64, unit, unsigned } from '../../support/assemble.ts';
import { collect, sectionOf } from '../../support/dwarf.ts';

const NAMES = ['main', 'Main', 'other'];
/** Names stand at multiples of 16 in `.debug_str`. */
const stringAt = (offset: number): string => NAMES[offset / 16] ?? '';

interface Spelled {
  readonly offsetSize?: 4 | 8;
  readonly hashed?: boolean;
  readonly units?: readonly number[];
  readonly augmentation?: string;
  readonly version?: number;
}

/** `main` and `Main` hash alike. All of them are in one bucket of two. */
function spell({
  offsetSize = 4,
  hashed = true,
  units = [0],
  augmentation = 'LLVM0700',
  version = 5,
}: Spelled = {}): Part {
  const bucket = hashName('main') % 2;
  const sameBucket = hashName('other') % 2 === bucket;
  const buckets = [0, 0];
  buckets[bucket] = 1;
  if (!sameBucket) buckets[1 - bucket] = 3;
  const text = new TextEncoder().encode(augmentation);
  return unit(
    offsetSize,
    u16(version),
    u16(0),
    [u32(units.length), u32(1), u32(1), u32(hashed ? 2 : 0), u32(3), to('pool', 4, 'abbreviations')],
    [u32(text.length), text, new Uint8Array((4 - (text.length % 4)) % 4)],
    units.map((each) => unsigned(each, offsetSize)),
    [unsigned(0x300, offsetSize), u64(0x1234_5678_9abc_def0n)],
    hashed ? [buckets.map(u32), NAMES.map((name) => u32(hashName(name)))] : [],
    NAMES.map((_, index) => unsigned(index * 16, offsetSize)),
    NAMES.map((_, index) => to(`entries ${index}`, offsetSize, 'pool')),
    label('abbreviations'),
    [1, DW_TAG.subprogram, DW_IDX.compile_unit, DW_FORM.data1, DW_IDX.die_offset, DW_FORM.ref4],
    [DW_IDX.parent, DW_FORM.flag_present, 0, 0],
    [2, DW_TAG.variable, DW_IDX.die_offset, DW_FORM.ref4, DW_IDX.parent, DW_FORM.ref4, 0, 0],
    [3, DW_TAG.structure_type, DW_IDX.type_unit, DW_FORM.udata, DW_IDX.type_hash, DW_FORM.data8, 0, 0],
    0,
    label('pool'),
    [label('entries 0'), 1, units.length - 1, u32(0x2a), 2, u32(0x30), u32(0), 0],
    [label('entries 1'), 2, u32(0x40), to('entries 0', 4, 'pool'), 0],
    [label('entries 2'), 3, 1, u64(7), 0],
  );
}

const open = (spelled?: Spelled): NameIndex => new NameIndex(sectionOf('.debug_names', assemble(spell(spelled))), 0);

test.each([
  { offsetSize: 4, hashed: true },
  { offsetSize: 8, hashed: true },
  { offsetSize: 4, hashed: false },
  { offsetSize: 8, hashed: false },
] as const)('names and their entries, %j', (spelled) => {
  const index = open(spelled);
  expect(index.augmentation).toBe('LLVM0700');
  expect([index.compilationUnits, index.typeUnits, index.foreignTypeUnits]).toEqual([
    [0],
    [0x300],
    [0x1234_5678_9abc_def0n],
  ]);
  expect([...index.names()].map(({ stringOffset, hash }) => [stringAt(stringOffset), hash])).toEqual(
    NAMES.map((name) => [name, spelled.hashed ? hashName(name) : undefined]),
  );
  const found = index.find('main', stringAt);
  expect(
    found.map(({ tag, compilationUnit, entryOffset, typeUnit }) => [tag, compilationUnit, entryOffset, typeUnit]),
  ).toEqual([
    [DW_TAG.subprogram, 0, 0x2a, undefined],
    // An index of one unit need not name it.
    [DW_TAG.variable, 0, 0x30, undefined],
  ]);
  expect(found.map(({ parent }) => parent)).toEqual([undefined, found[0]!.offset]);
  // Its hash is that of `main`, and its parent the entry of it.
  const [other] = index.find('Main', stringAt);
  expect([other!.entryOffset, other!.parent]).toEqual([0x40, found[0]!.offset]);
  const [type] = index.find('other', stringAt);
  expect([type!.tag, type!.typeUnit, type!.compilationUnit, type!.entryOffset]).toEqual([
    DW_TAG.structure_type,
    1,
    undefined,
    undefined,
  ]);
  expect(index.find('missing', stringAt)).toEqual([]);
  expect(index.find('MAIN', stringAt)).toEqual([]);
});

test('an entry of an index of several units is of the one that it names', () => {
  const found = open({ units: [0, 0x111, 0x222] }).find('main', stringAt);
  expect(found.map(({ compilationUnit }) => compilationUnit)).toEqual([0x222, undefined]);
});

test('an augmentation is padded to a multiple of four', () => {
  expect(open({ augmentation: 'abcde' }).find('main', stringAt).length).toBe(2);
  expect(open({ augmentation: '' }).augmentation).toBe('');
});

test('several indexes, of which a damaged one is left out', () => {
  const { reports, report } = collect();
  const bytes = assemble(spell({ version: 4 }), unit(4, u16(5)));
  // Labels are of one index alone.
  const section = sectionOf('.debug_names', Uint8Array.from([...assemble(spell()), ...bytes, ...assemble(spell()), 9]));
  expect(readNameIndexes(section, report).map((index) => index.find('main', stringAt).length)).toEqual([2, 2]);
  expect(reports.map((each) => each.split(' ')[0])).toEqual(['names/index', 'names/index', 'names/index']);
});

test('damage in what a name leads to', () => {
  const bytes = assemble(spell({ hashed: true }));
  const index = new NameIndex(sectionOf('.debug_names', bytes), 0);
  const { entriesOffset } = index.nameAt(1);
  bytes[entriesOffset] = 9;
  expect(() => index.find('main', stringAt)).toThrow(
    `abbreviation 9 is not declared at .debug_names+0x${entriesOffset.toString(16)}`,
  );
  const buckets = 44 + 4 + 4 + 8;
  bytes.set(u32(99), buckets);
  bytes.set(u32(99), buckets + 4);
  expect(() => index.find('main', stringAt)).toThrow('name 99 in a bucket of an index with 3');
  expect(() => index.nameAt(4)).toThrow(RangeError);
});

test.each([
  ['units', 8],
  ['type units', 12],
  ['foreign type units', 16],
  ['buckets', 20],
  ['names', 24],
  ['abbreviations', 28],
])('a count of %s that is more than there is room for', (_, at) => {
  const bytes = assemble(spell());
  bytes.set(u32(2 ** 32 - 1), at);
  expect(() => new NameIndex(sectionOf('.debug_names', bytes), 0)).toThrow('bytes needed');
});

// 5381, then for each byte 33 times what there is and the byte.
test.each([
  ['', 5381],
  ['f', 177675],
  ['F', 177675],
  ['fo', 5863386],
  ['foo', 193491849],
  ['fOO', 193491849],
  ['foobar', 0xfde460be],
])('the hash of "%s"', (name, hash) => {
  expect(hashName(name)).toBe(hash);
});

test('letters that differ in case alone hash alike', () => {
  for (const [one, other] of ['Áá', 'Σσ', 'σς', 'Ⴀⴀ', 'µμ', 'ẞß', 'Kk', '𐐀𐐨'].map((pair) => [...pair])) {
    expect(hashName(one!), `${one}${other}`).toBe(hashName(other!));
  }
  expect(hashName('\u0130')).toBe(hashName('i'));
  expect(hashName('\u0131')).toBe(hashName('i'));
  expect(hashName('ß')).not.toBe(hashName('ss'));
});
