import { expect, test } from 'vitest';
import { DW_AT } from '../../../src/dwarf/constants/attributes.ts';
import { DW_CHILDREN } from '../../../src/dwarf/constants/children.ts';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_TAG } from '../../../src/dwarf/constants/tags.ts';
import { AbbreviationTable } from '../../../src/dwarf/read/abbreviations.ts';
import { assemble, type Part, sleb, uleb } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

const table = (...parts: Part[]) => new AbbreviationTable(sectionOf('.debug_abbrev', assemble(...parts)), 0);
const declare = (code: number, tag: number, ...attributes: Part[]): Part => [
  uleb(code),
  uleb(tag),
  DW_CHILDREN.no,
  ...attributes,
  0,
  0,
];
const NAME: Part = [DW_AT.name, DW_FORM.string];

test('codes in sequence, with tag, children and attributes', () => {
  const abbreviations = table(
    [1, DW_TAG.compile_unit, DW_CHILDREN.yes, NAME, uleb(DW_AT.GNU_dwo_id), DW_FORM.data8, 0, 0],
    declare(2, DW_TAG.variable),
    0,
  );
  expect(abbreviations.find(1)).toMatchObject({
    code: 1,
    tag: DW_TAG.compile_unit,
    hasChildren: true,
    attributes: [
      { name: DW_AT.name, form: DW_FORM.string, implicit: 0 },
      { name: DW_AT.GNU_dwo_id, form: DW_FORM.data8, implicit: 0 },
    ],
    offset: 0,
  });
  expect(abbreviations.find(2)).toMatchObject({ tag: DW_TAG.variable, hasChildren: false, attributes: [], offset: 10 });
  expect(abbreviations.find(3)).toBeUndefined();
  expect(abbreviations.end()).toBe(16);
});

test('implicit constants stand in the abbreviation', () => {
  const abbreviations = table(declare(1, DW_TAG.variable, DW_AT.decl_file, DW_FORM.implicit_const, sleb(-300)), 0);
  expect(abbreviations.find(1)?.attributes).toEqual([
    { name: DW_AT.decl_file, form: DW_FORM.implicit_const, implicit: -300 },
  ]);
});

test('codes in any order, large ones, and the first of two declarations', () => {
  const abbreviations = table(
    declare(7, DW_TAG.member),
    declare(1, DW_TAG.variable),
    declare(2, DW_TAG.label),
    declare(1_000_000, DW_TAG.typedef),
    declare(7, DW_TAG.namespace),
    declare(2, DW_TAG.namespace),
    0,
  );
  expect([7, 1, 2, 1_000_000, 3].map((code) => abbreviations.find(code)?.tag)).toEqual([
    DW_TAG.member,
    DW_TAG.variable,
    DW_TAG.label,
    DW_TAG.typedef,
    undefined,
  ]);
  expect(abbreviations.all().map((each) => each.code)).toEqual([7, 1, 2, 1_000_000]);
});

test('a table may end with its section', () => {
  const abbreviations = table(declare(1, DW_TAG.variable));
  expect(abbreviations.find(2)).toBeUndefined();
  expect(abbreviations.find(1)?.tag).toBe(DW_TAG.variable);
});

test('only what is asked for is read', () => {
  const abbreviations = table(declare(1, DW_TAG.variable), 2, DW_TAG.variable, 9);
  expect(abbreviations.find(1)?.tag).toBe(DW_TAG.variable);
  expect(() => abbreviations.find(2)).toThrow('DW_CHILDREN of 9 at .debug_abbrev+0x7');
  // What was read before stays, and nothing after the damage is believed.
  expect(abbreviations.find(1)?.tag).toBe(DW_TAG.variable);
  expect(abbreviations.find(3)).toBeUndefined();
});

test.each([
  { what: 'a tag', bytes: [1, 0x80], message: '1 byte needed, 0 left at .debug_abbrev+0x2' },
  { what: 'an attribute', bytes: [1, 0x34, 0, 3], message: '1 byte needed, 0 left at .debug_abbrev+0x4' },
  { what: 'an implicit constant', bytes: [1, 0x34, 0, 3, 0x21], message: '1 byte needed, 0 left at .debug_abbrev+0x5' },
])('a table that ends in $what', ({ bytes, message }) => {
  expect(() => table(bytes).find(1)).toThrow(message);
});

test('more attributes than any entry has are damage', () => {
  expect(() => table([1, 0x34, 0], new Uint8Array(10_000).fill(1)).find(1)).toThrow('more than 4096 attributes');
});

test('an offset outside the section', () => {
  expect(() => new AbbreviationTable(sectionOf('.debug_abbrev', new Uint8Array(4)), 5)).toThrow(
    'offset outside of 4 bytes at .debug_abbrev+0x5',
  );
});
