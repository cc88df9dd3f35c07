import { expect, test } from 'vitest';
import { ByteReader } from '../../../src/bytes/byte-reader.ts';
import { DW_AT } from '../../../src/dwarf/constants/attributes.ts';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_TAG } from '../../../src/dwarf/constants/tags.ts';
import { type Declaration, Declarations } from '../../../src/dwarf/read/declarations.ts';
import { assemble, type Part, sleb } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

/** The declarations that stand one after the other in a section. */
function read(count: number, ...parts: Part[]): Declaration[] {
  const reader = new ByteReader(sectionOf('.debug_abbrev', assemble(...parts)));
  const declarations = new Declarations();
  return Array.from({ length: count }, () => declarations.read(reader, reader.offset));
}

const NAMED: Part = [DW_TAG.variable, 0, DW_AT.name, DW_FORM.strp, 0, 0];

test('the same declaration is the same object, a different one is not', () => {
  const withChildren: Part = [DW_TAG.variable, 1, DW_AT.name, DW_FORM.strp, 0, 0];
  const otherForm: Part = [DW_TAG.variable, 0, DW_AT.name, DW_FORM.strx, 0, 0];
  const [first, second, parent, other, again] = read(5, NAMED, NAMED, withChildren, otherForm, NAMED);
  expect(second).toBe(first);
  expect(again).toBe(first);
  expect(parent).toMatchObject({ hasChildren: true, attributes: first!.attributes });
  expect(other).toMatchObject({ hasChildren: false, attributes: [{ name: DW_AT.name, form: DW_FORM.strx }] });
});

test('implicit constants tell declarations apart', () => {
  const inFile = (file: number): Part => [
    DW_TAG.variable,
    0,
    DW_AT.decl_file,
    DW_FORM.implicit_const,
    sleb(file),
    0,
    0,
  ];
  const [one, two, alsoOne] = read(3, inFile(1), inFile(2), inFile(1));
  expect([one, two].map((each) => each!.attributes[0]!.implicit)).toEqual([1, 2]);
  expect(alsoOne).toBe(one);
});

test('bytes that spell one number in two ways are two declarations that say the same', () => {
  const [short, long] = read(2, NAMED, [[0x80 | DW_TAG.variable, 0], 0, DW_AT.name, DW_FORM.strp, 0, 0]);
  expect(long).not.toBe(short);
  expect(long).toEqual(short);
});

test('thousands of different ones all come back as they stand', () => {
  const values = Array.from({ length: 5000 }, (_, index) => (index * 2_654_435_761) % 2 ** 31);
  const found = read(
    values.length,
    ...values.map((value): Part => [DW_TAG.variable, 0, DW_AT.const_value, DW_FORM.implicit_const, sleb(value), 0, 0]),
  );
  expect(found.map((each) => each.attributes[0]!.implicit)).toEqual(values);
});
