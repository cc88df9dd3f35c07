// Rules about what a module is made of, on sections spelled byte for byte.
import { expect, test } from 'vitest';
import { type VerifyOptions, verify } from '../../src/verify/verify.ts';
import { assemble, type Part, u16, u32, u64, unit } from '../support/assemble.ts';
import { assembleDescribed, described } from '../support/described-module.ts';
import { spellUnits } from '../support/entries.ts';
import { custom, functions, section, vector, wasm } from '../support/wasm-builder.ts';

function found(sections: Readonly<Record<string, Part>>, options: VerifyOptions = {}): string[] {
  return rulesOf(moduleOf(sections), options);
}

function moduleOf(sections: Readonly<Record<string, Part>>): Uint8Array {
  return wasm(...Object.entries(sections).map(([name, part]) => custom(name, assemble(part))));
}

function rulesOf(module: Uint8Array, options: VerifyOptions = {}): string[] {
  return [...verify(module, options)]
    .map(({ rule, section: name, offset }) => `${rule} at ${name}+0x${offset.toString(16)}`)
    .filter((each) => each !== 'code/none at module+0x0');
}

const good = spellUnits({ root: { tag: 'compile_unit', attributes: { name: ['string', 'a.c'] } } });
const abbreviation = [1, 0x11, 0, 0x03, 0x08, 0, 0];

test('a module without debug information', () => {
  expect(rulesOf(wasm())).toEqual(['code/no-debug-information at module+0x0']);
  expect([...verify(wasm())].map(({ rule }) => rule)).toContain('code/none');
});

test('a good module of one unit', () => {
  expect(found(good)).toEqual([]);
});

test.each([
  { what: 'unit longer than the section', info: [u32(100), u16(4)], rule: 'unit/header at .debug_info+0x0' },
  { what: 'version 9', info: unit(4, u16(9), u32(0), 4), rule: 'unit/header at .debug_info+0x4' },
  { what: 'address size 3', info: unit(4, u16(4), u32(0), 3, 1, 'a.c'), rule: 'unit/header at .debug_info+0x0' },
  { what: 'unit type 0x70', info: unit(4, u16(5), 0x70, 4, u32(0), 1, 'a.c'), rule: 'unit/header at .debug_info+0x6' },
  {
    what: 'abbreviations elsewhere',
    info: unit(4, u16(4), u32(99), 4, 1, 'a.c'),
    rule: 'unit/abbreviations at .debug_info+0x0',
  },
  { what: 'no entries', info: unit(4, u16(4), u32(0), 4), rule: 'unit/no-root at .debug_info+0x0' },
  { what: 'an unknown abbreviation', info: unit(4, u16(4), u32(0), 4, 7), rule: 'entries/damaged at .debug_info+0xb' },
])('$what', ({ info, rule }) => {
  expect(found({ '.debug_info': info, '.debug_abbrev': [abbreviation, 0] })).toEqual([rule]);
});

test('the unit after a damaged one is read', () => {
  const info = [unit(4, u16(9), u32(0), 4), unit(4, u16(4), u32(0), 4, 7)];
  expect(found({ '.debug_info': info, '.debug_abbrev': [abbreviation, 0] })).toEqual([
    'unit/header at .debug_info+0x4',
    'entries/damaged at .debug_info+0x16',
  ]);
});

test.each([
  {
    what: 'an attribute twice',
    table: [1, 0x11, 0, 0x03, 0x08, 0x03, 0x08, 0, 0, 0],
    rule: 'abbreviations/duplicate-attribute',
    names: ['a.c', 'b.c'],
  },
  { what: 'a table cut off', table: [abbreviation, 2, 0x24], rule: 'abbreviations/damaged', names: ['a.c'] },
])('$what', ({ table, rule, names }) => {
  const info = unit(4, u16(4), u32(0), 4, 1, names);
  expect(found({ '.debug_info': info, '.debug_abbrev': table }).map((each) => each.split(' ')[0])).toEqual([rule]);
});

test('children that are not there', () => {
  const info = unit(4, u16(4), u32(0), 4, 1, 'a.c', 0);
  expect(found({ '.debug_info': info, '.debug_abbrev': [1, 0x11, 1, 0x03, 0x08, 0, 0, 0] })).toEqual([
    'entries/no-children at .debug_info+0xb',
  ]);
});

test('a line table whose header cannot be read', () => {
  const sections = spellUnits({
    root: { tag: 'compile_unit', attributes: { name: ['string', 'a.c'], stmt_list: ['sec_offset', u32(0)] } },
  });
  expect(found({ ...sections, '.debug_line': unit(4, u16(9)) })).toEqual(['lines/header at .debug_line+0x4']);
});

test('the name of a unit that is not there', () => {
  const sections = spellUnits({ root: { tag: 'compile_unit', attributes: { name: ['strp', u32(9)] } } });
  expect(found({ ...sections, '.debug_str': 'a' }).sort()).toEqual([
    'strings/outside-section at .debug_info+0xb',
    'unit/root-string at .debug_str+0x9',
  ]);
});

test('an index of names cut off', () => {
  expect(found({ ...good, '.debug_names': [u32(100), u16(5)] })).toEqual([
    expect.stringMatching(/^names\/index at \.debug_names/),
  ]);
});

/** A unit index of version 5: signature, offset and size in `.debug_info.dwo` of each unit, and in `.debug_abbrev.dwo`. */
function unitIndex(rows: readonly (readonly [number, number])[], others: typeof rows = []): Part {
  const slots = 4;
  const ids = Array.from({ length: slots }, (_, slot) => (slot < rows.length ? slot + 1 : 0));
  return [
    u16(5),
    u16(0),
    u32(others.length > 0 ? 2 : 1),
    u32(rows.length),
    u32(slots),
    ids.map((id) => u64(id)),
    ids.map((id) => u32(id)),
    u32(1),
    others.length > 0 ? u32(3) : [],
    rows.map(([offset], n) => [u32(offset), others.length > 0 ? u32(others[n]![0]) : []]),
    rows.map(([, size], n) => [u32(size), others.length > 0 ? u32(others[n]![1]) : []]),
  ];
}

test('units of a package that have the same bytes', () => {
  const split = spellUnits({ root: { tag: 'compile_unit', attributes: { name: ['string', 'a.c'] } } });
  const sections = { '.debug_info.dwo': split['.debug_info'], '.debug_abbrev.dwo': split['.debug_abbrev'] };
  expect(
    found({
      ...sections,
      '.debug_cu_index': unitIndex([
        [0, 16],
        [16, 4],
      ]),
    }),
  ).toEqual([]);
  expect(
    found({
      ...sections,
      '.debug_cu_index': unitIndex([
        [0, 16],
        [8, 12],
      ]),
    }),
  ).toEqual(['package/overlap at .debug_cu_index+0x0']);
  const both: [number, number][] = [
    [0, 16],
    [16, 4],
  ];
  // Abbreviations of one file are those of all its units; a part of them is nobody's.
  expect(
    found({
      ...sections,
      '.debug_cu_index': unitIndex(both, [
        [0, 8],
        [0, 8],
      ]),
    }),
  ).toEqual([]);
  expect(
    found({
      ...sections,
      '.debug_cu_index': unitIndex(both, [
        [0, 8],
        [4, 8],
      ]),
    }),
  ).toEqual(['package/overlap at .debug_cu_index+0x0']);
  expect(found({ ...sections, '.debug_cu_index': [u32(9), u32(0), u32(0), u32(0)] })).toEqual([
    'package/index at .debug_cu_index+0x0',
  ]);
});

test('code that cannot be decoded', () => {
  expect(rulesOf(functions([0xff, 0x0b])).filter((each) => each.startsWith('code/instr'))).toEqual([
    'code/instructions at code+0x3',
  ]);
});

test('a debug file of another module, and with another build id', () => {
  const { module } = assembleDescribed(described(5));
  const buildId = (id: number): Uint8Array => custom('build_id', [4, id, id, id, id]);
  const withId = (bytes: Uint8Array, id: number): Uint8Array => Uint8Array.from([...bytes, ...buildId(id)]);
  const rules = (a: Uint8Array, b: Uint8Array): string[] => [...verify(a, { debugFile: b })].map(({ rule }) => rule);
  expect(rules(withId(module, 1), withId(module, 1))).toEqual([]);
  expect(rules(withId(module, 1), withId(module, 2))).toEqual(['code/build-id']);
  const changed = module.slice();
  // i32.const 7 becomes i32.const 8.
  const at = Buffer.from(changed).indexOf(Buffer.from([0, 0x41, 7, 0x1a]));
  changed[at + 2] = 8;
  expect(rules(changed, module)).toEqual(['code/other-module']);
});

test('what readers of the container find is told too', () => {
  const twice = wasm(section(1, vector()), section(1, vector()), custom('.debug_info', []));
  expect(rulesOf(twice)).toEqual(['module/duplicate-section at module+0xb']);
});

test('findings come lazily, and unwanted ones are not made', () => {
  const { module } = assembleDescribed(described(5));
  const bad = spellUnits({ root: { tag: 'namespace', attributes: { name: ['string', 'n'] } } });
  const findings = verify(moduleOf({ ...bad }), {});
  expect(findings.next().value?.rule).toBe('code/none');
  expect(rulesOf(moduleOf(bad), { rules: (rule) => rule !== 'unit/root' })).toEqual([]);
  expect([...verify(module)]).toEqual([]);
});
