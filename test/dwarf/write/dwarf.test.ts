// Entries written and read back: the reader is held against LLVM elsewhere.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DW_AT } from '../../../src/dwarf/constants/attributes.ts';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_TAG } from '../../../src/dwarf/constants/tags.ts';
import { DW_UT } from '../../../src/dwarf/constants/unit-types.ts';
import { readAranges } from '../../../src/dwarf/read/aranges.ts';
import type { Entry } from '../../../src/dwarf/read/entry.ts';
import { DwarfWriter } from '../../../src/dwarf/write/dwarf.ts';
import { KIND } from '../../../src/dwarf/write/values.ts';
import { readWritten, windowOf } from '../../support/written.ts';

const encodings = [2, 3, 4, 5].flatMap((version) =>
  ([4, 8] as const)
    .filter((offsetSize) => version > 2 || offsetSize === 4)
    .flatMap((offsetSize) => [4, 8].map((addressSize) => ({ version, offsetSize, addressSize }))),
);

const formsOf = (entry: Entry): Record<string, number> =>
  Object.fromEntries(entry.abbreviation.attributes.map(({ form, name }) => [name, form]));

describe.each(encodings)('version $version, offsets of $offsetSize, addresses of $addressSize', (encoding) => {
  const header = { ...encoding, unitType: DW_UT.compile };

  test('every kind of value comes back', () => {
    const writer = new DwarfWriter();
    const type = writer.label();
    writer.unit(header);
    writer.begin(DW_TAG.compile_unit);
    writer.string(DW_AT.name, 'source.c');
    writer.address(DW_AT.low_pc, 0x1234);
    writer.begin(DW_TAG.variable);
    writer.constant(DW_AT.decl_line, 300);
    writer.value(DW_AT.const_value, KIND.signed, -70_000);
    writer.flag(DW_AT.external);
    writer.flag(DW_AT.declaration, false);
    writer.reference(DW_AT.type, type);
    writer.block(DW_AT.location, KIND.expression, { bytes: Uint8Array.of(0x91, 0x10) });
    writer.block(DW_AT.discr_list, KIND.block, { bytes: Uint8Array.of(1, 2, 3) });
    writer.block(DW_AT.count, KIND.wide, { bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0x88) });
    writer.ranges(DW_AT.ranges, [0x1300, 0x1310, 0x1400, 0x1402], 0x1234);
    writer.end();
    writer.begin(DW_TAG.base_type, type);
    writer.value(DW_AT.encoding, KIND.data1, 5);
    writer.value(DW_AT.byte_size, KIND.data2, 5);
    writer.value(DW_AT.bit_size, KIND.data4, 5);
    writer.end();
    writer.end();
    const [unit] = readWritten(writer.finish()).units;
    expect(unit!.header).toMatchObject(encoding);
    expect(unit!.name).toBe('source.c');
    const [variable, base] = [...unit!.root!.children()];
    expect(variable!.constant(DW_AT.decl_line)).toBe(300);
    expect(variable!.constant(DW_AT.const_value)).toBe(-70_000);
    expect([variable!.flag(DW_AT.external), variable!.flag(DW_AT.declaration)]).toEqual([true, false]);
    expect(variable!.reference(DW_AT.type)!.offset).toBe(base!.offset);
    const location = variable!.value(DW_AT.location)!;
    expect(location.class).toBe(encoding.version >= 4 ? 'expression' : 'block');
    expect([...(location as { bytes: { toBytes(): Uint8Array } }).bytes.toBytes()]).toEqual([0x91, 0x10]);
    expect(variable!.value(DW_AT.count)).toMatchObject({ bits: 0x8807060504030201n });
    expect(unit!.rangesOf(variable!.value(DW_AT.ranges)!)).toEqual([0x1300, 0x1310, 0x1400, 0x1402]);
    expect(formsOf(base!)).toEqual({
      [DW_AT.encoding]: DW_FORM.data1,
      [DW_AT.byte_size]: DW_FORM.data2,
      [DW_AT.bit_size]: DW_FORM.data4,
    });
  });

  test('entries refer to each other forward, backward and across units', () => {
    const writer = new DwarfWriter();
    const labels = writer.label(200);
    for (const unit of [0, 1]) {
      writer.unit(header);
      writer.begin(DW_TAG.compile_unit);
      for (let index = 0; index < 100; index++) {
        writer.begin(DW_TAG.typedef, labels + unit * 100 + index);
        writer.reference(DW_AT.type, labels + ((unit * 100 + index * 7 + 50) % 200));
        writer.end();
      }
      writer.end();
    }
    const { units } = readWritten(writer.finish());
    const all = units.flatMap((unit) => [...unit.root!.children()]);
    expect(all.length).toBe(200);
    for (const [index, entry] of all.entries()) {
      const unit = index < 100 ? 0 : 1;
      const target = all[(unit * 100 + (index % 100) * 7 + 50) % 200]!;
      expect(entry.reference(DW_AT.type)!.offset).toBe(target.offset);
    }
  });
});

test('a tree comes back as it was written', () => {
  const { tree } = fc.letrec<{ tree: readonly Tree[] }>((tie) => ({
    tree: fc.array(
      fc.record({
        name: fc.option(fc.constantFrom('a', 'bb', 'a longer name', 'another one'), { nil: undefined }),
        line: fc.option(fc.oneof(fc.nat(3), fc.nat(400), fc.nat(100_000)), { nil: undefined }),
        children: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, tie('tree')),
      }),
      { maxLength: 6 },
    ),
  }));
  interface Tree {
    readonly name: string | undefined;
    readonly line: number | undefined;
    readonly children: readonly Tree[];
  }
  const read = (entry: Entry): Tree => ({
    name: entry.string(DW_AT.name),
    line: entry.constant(DW_AT.decl_line),
    children: [...entry.children()].map(read),
  });
  fc.assert(
    fc.property(tree, fc.constantFrom(4, 5), (children, version) => {
      const writer = new DwarfWriter();
      const write = (each: Tree): void => {
        writer.begin(DW_TAG.namespace);
        if (each.name !== undefined) writer.string(DW_AT.name, each.name);
        if (each.line !== undefined) writer.constant(DW_AT.decl_line, each.line);
        each.children.forEach(write);
        writer.end();
      };
      writer.unit({ version, addressSize: 4, offsetSize: 4, unitType: DW_UT.compile });
      write({ name: 'root', line: undefined, children });
      const [unit] = readWritten(writer.finish()).units;
      expect(read(unit!.root!)).toEqual({ name: 'root', line: undefined, children });
    }),
  );
});

test('a value that most entries share stands in the abbreviation', () => {
  const writer = new DwarfWriter();
  writer.unit({ version: 5, addressSize: 4, offsetSize: 4, unitType: DW_UT.compile });
  writer.begin(DW_TAG.compile_unit);
  for (let index = 0; index < 100; index++) {
    writer.begin(DW_TAG.variable);
    writer.constant(DW_AT.decl_file, index % 10 === 0 ? 1 + index : 3);
    writer.end();
  }
  writer.end();
  const sections = writer.finish();
  const children = [...readWritten(sections).units[0]!.root!.children()];
  expect(children.map((each) => each.constant(DW_AT.decl_file))).toEqual(
    Array.from({ length: 100 }, (_, index) => (index % 10 === 0 ? 1 + index : 3)),
  );
  expect(formsOf(children[1]!)[DW_AT.decl_file]).toBe(DW_FORM.implicit_const);
  // A header of 12, a root and its end of 2, an entry each, ten values.
  expect(sections.get('.debug_info')!.length).toBe(12 + 2 + 100 + 10);
});

test('a string used once stands in its entry, others are shared', () => {
  const writer = new DwarfWriter();
  writer.unit({ version: 4, addressSize: 4, offsetSize: 4, unitType: DW_UT.compile });
  writer.begin(DW_TAG.compile_unit);
  for (let index = 0; index < 40; index++) {
    writer.begin(DW_TAG.variable);
    writer.string(DW_AT.name, index % 2 === 0 ? `variable ${index}` : 'the same');
    writer.end();
  }
  writer.end();
  const sections = writer.finish();
  const children = [...readWritten(sections).units[0]!.root!.children()];
  expect(formsOf(children[0]!)[DW_AT.name]).toBe(DW_FORM.string);
  expect(formsOf(children[1]!)[DW_AT.name]).toBe(DW_FORM.strp);
  expect(new TextDecoder().decode(sections.get('.debug_str'))).toBe('the same\0');
});

test('address ranges say which unit has which code', () => {
  const writer = new DwarfWriter();
  for (const code of [[16, 32], [], [48, 64, 80, 96]]) {
    writer.unit({ version: 4, addressSize: 8, offsetSize: 4, unitType: DW_UT.compile }, code);
    writer.begin(DW_TAG.compile_unit);
    writer.end();
  }
  const sections = writer.finish();
  const offsets = readWritten(sections).units.map(({ offset }) => offset);
  const sets = readAranges(windowOf('.debug_aranges', sections.get('.debug_aranges')!));
  expect(sets.map(({ ranges, unitOffset }) => ({ unitOffset, ranges }))).toEqual([
    { unitOffset: offsets[0], ranges: [{ start: 16, end: 32 }] },
    {
      unitOffset: offsets[2],
      ranges: [
        { start: 48, end: 64 },
        { start: 80, end: 96 },
      ],
    },
  ]);
});

test('misuse is refused', () => {
  const writer = new DwarfWriter();
  writer.unit({ version: 4, addressSize: 4, offsetSize: 4, unitType: DW_UT.compile });
  writer.begin(DW_TAG.compile_unit);
  expect(() => writer.finish()).toThrow(RangeError);
  writer.begin(DW_TAG.variable);
  writer.end();
  expect(() => writer.flag(DW_AT.external)).toThrow(RangeError);
});
