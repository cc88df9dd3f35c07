import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../../src/bytes/byte-reader.ts';
import { DW_FORM, nameOfForm } from '../../../src/dwarf/constants/forms.ts';
import type { Encoding } from '../../../src/dwarf/model/encoding.ts';
import { type FormValue, fixedFormSize, readForm, skipForm } from '../../../src/dwarf/read/forms.ts';
import { stepFrom, stepOver } from '../../../src/dwarf/read/skip-plan.ts';
import { assemble, block, type Part, sleb, u16, u24, u32, u64, uleb } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

const V5: Encoding = { version: 5, addressSize: 4, offsetSize: 4 };
const V5_64: Encoding = { version: 5, addressSize: 8, offsetSize: 8 };
const V2: Encoding = { version: 2, addressSize: 8, offsetSize: 4 };
const AVR: Encoding = { version: 4, addressSize: 2, offsetSize: 4 };

type Plain = Record<string, unknown>;

/** A value with its bytes as numbers. */
function plain(value: FormValue): Plain {
  return 'bytes' in value ? { ...value, bytes: [...value.bytes.toBytes()] } : { ...value };
}

interface Case {
  readonly form: keyof typeof DW_FORM;
  readonly encoding?: Encoding;
  readonly spelled: Part;
  readonly value: Plain;
  readonly implicit?: number;
}

const constant = (value: number, signed = false): Plain => ({ class: 'constant', value, signed });

const CASES: readonly Case[] = [
  { form: 'addr', spelled: u32(0x1234), value: { class: 'address', address: 0x1234 } },
  { form: 'addr', spelled: u32(-1), value: { class: 'address', address: -1 } },
  { form: 'addr', spelled: u32(-2), value: { class: 'address', address: -2 } },
  { form: 'addr', spelled: u32(-3), value: { class: 'address', address: 0xffff_fffd } },
  { form: 'addr', encoding: V5_64, spelled: u64(0x12_3456_789a), value: { class: 'address', address: 0x12_3456_789a } },
  { form: 'addr', encoding: V5_64, spelled: u64(-1), value: { class: 'address', address: -1 } },
  { form: 'addr', encoding: V5_64, spelled: u64(-2), value: { class: 'address', address: -2 } },
  { form: 'addr', encoding: AVR, spelled: u16(0x1234), value: { class: 'address', address: 0x1234 } },
  { form: 'addr', encoding: AVR, spelled: u16(-1), value: { class: 'address', address: -1 } },
  { form: 'addrx', spelled: uleb(300), value: { class: 'address-index', index: 300, addend: 0 } },
  { form: 'addrx1', spelled: 7, value: { class: 'address-index', index: 7, addend: 0 } },
  { form: 'addrx2', spelled: u16(700), value: { class: 'address-index', index: 700, addend: 0 } },
  { form: 'addrx3', spelled: u24(70_000), value: { class: 'address-index', index: 70_000, addend: 0 } },
  { form: 'addrx4', spelled: u32(7_000_000), value: { class: 'address-index', index: 7_000_000, addend: 0 } },
  { form: 'GNU_addr_index', spelled: uleb(3), value: { class: 'address-index', index: 3, addend: 0 } },
  {
    form: 'LLVM_addrx_offset',
    spelled: [uleb(200), u32(16)],
    value: { class: 'address-index', index: 200, addend: 16 },
  },
  { form: 'block1', spelled: [2, 8, 9], value: { class: 'block', bytes: [8, 9] } },
  { form: 'block2', spelled: [u16(1), 8], value: { class: 'block', bytes: [8] } },
  { form: 'block4', spelled: [u32(3), 7, 8, 9], value: { class: 'block', bytes: [7, 8, 9] } },
  { form: 'block', spelled: block(1, 2, 3), value: { class: 'block', bytes: [1, 2, 3] } },
  { form: 'exprloc', spelled: block(0x91, 0), value: { class: 'expression', bytes: [0x91, 0] } },
  { form: 'data1', spelled: 0xfe, value: constant(0xfe) },
  { form: 'data2', spelled: u16(0xfedc), value: constant(0xfedc) },
  { form: 'data4', spelled: u32(0xfedc_ba98), value: constant(0xfedc_ba98) },
  {
    form: 'data8',
    spelled: u64(0xfedc_ba98_7654_3210n),
    value: { ...constant(Number(0xfedc_ba98_7654_3210n)), bits: 0xfedc_ba98_7654_3210n },
  },
  { form: 'data16', spelled: new Uint8Array(16).fill(5), value: { class: 'constant-bytes', bytes: Array(16).fill(5) } },
  { form: 'udata', spelled: uleb(1 << 20), value: constant(1 << 20) },
  { form: 'sdata', spelled: sleb(-5), value: constant(-5, true) },
  { form: 'implicit_const', spelled: [], implicit: -7, value: constant(-7, true) },
  { form: 'flag', spelled: 0, value: { class: 'flag', value: false } },
  { form: 'flag', spelled: 2, value: { class: 'flag', value: true } },
  { form: 'flag_present', spelled: [], value: { class: 'flag', value: true } },
  { form: 'sec_offset', spelled: u32(99), value: { class: 'section-offset', offset: 99 } },
  { form: 'sec_offset', encoding: V5_64, spelled: u64(99), value: { class: 'section-offset', offset: 99 } },
  { form: 'loclistx', spelled: uleb(4), value: { class: 'list-index', index: 4 } },
  { form: 'rnglistx', spelled: uleb(400), value: { class: 'list-index', index: 400 } },
  { form: 'ref1', spelled: 9, value: { class: 'unit-reference', offset: 9 } },
  { form: 'ref2', spelled: u16(900), value: { class: 'unit-reference', offset: 900 } },
  { form: 'ref4', spelled: u32(90_000), value: { class: 'unit-reference', offset: 90_000 } },
  { form: 'ref8', spelled: u64(90_000), value: { class: 'unit-reference', offset: 90_000 } },
  { form: 'ref_udata', spelled: uleb(900), value: { class: 'unit-reference', offset: 900 } },
  { form: 'ref_addr', spelled: u32(5), value: { class: 'section-reference', offset: 5 } },
  { form: 'ref_addr', encoding: V5_64, spelled: u64(5), value: { class: 'section-reference', offset: 5 } },
  // DWARF 2 gives it the size of an address, here 8.
  { form: 'ref_addr', encoding: V2, spelled: u64(5), value: { class: 'section-reference', offset: 5 } },
  { form: 'ref_sig8', spelled: u64(77), value: { class: 'type-signature', signature: 77n } },
  { form: 'ref_sup4', spelled: u32(6), value: { class: 'supplementary-reference', offset: 6 } },
  { form: 'ref_sup8', spelled: u64(6), value: { class: 'supplementary-reference', offset: 6 } },
  { form: 'GNU_ref_alt', spelled: u32(6), value: { class: 'supplementary-reference', offset: 6 } },
  { form: 'string', spelled: 'näme', value: { class: 'string', value: 'näme' } },
  { form: 'strp', spelled: u32(1), value: { class: 'string-offset', offset: 1, section: '.debug_str' } },
  {
    form: 'strp',
    encoding: V5_64,
    spelled: u64(1),
    value: { class: 'string-offset', offset: 1, section: '.debug_str' },
  },
  { form: 'line_strp', spelled: u32(1), value: { class: 'string-offset', offset: 1, section: '.debug_line_str' } },
  { form: 'strp_sup', spelled: u32(1), value: { class: 'string-offset', offset: 1, section: 'supplementary' } },
  { form: 'GNU_strp_alt', spelled: u32(1), value: { class: 'string-offset', offset: 1, section: 'supplementary' } },
  { form: 'strx', spelled: uleb(200), value: { class: 'string-index', index: 200 } },
  { form: 'GNU_str_index', spelled: uleb(200), value: { class: 'string-index', index: 200 } },
  { form: 'strx1', spelled: 200, value: { class: 'string-index', index: 200 } },
  { form: 'strx2', spelled: u16(2000), value: { class: 'string-index', index: 2000 } },
  { form: 'strx3', spelled: u24(200_000), value: { class: 'string-index', index: 200_000 } },
  { form: 'strx4', spelled: u32(2_000_000), value: { class: 'string-index', index: 2_000_000 } },
  { form: 'indirect', spelled: [uleb(DW_FORM.data2), u16(9)], value: constant(9) },
  {
    form: 'indirect',
    spelled: [DW_FORM.indirect, DW_FORM.indirect, DW_FORM.string, 'x'],
    value: { class: 'string', value: 'x' },
  },
  { form: 'indirect', spelled: [DW_FORM.implicit_const, sleb(-9)], value: constant(-9, true) },
  {
    form: 'indirect',
    spelled: [uleb(DW_FORM.GNU_addr_index), uleb(3)],
    value: { class: 'address-index', index: 3, addend: 0 },
  },
];

const reader = (bytes: Uint8Array) => new ByteReader(sectionOf('.debug_info', bytes));

describe.each(CASES)('DW_FORM_$form', ({ form, encoding = V5, spelled, value, implicit = 0 }) => {
  // A byte that belongs to the next value.
  const bytes = assemble(spelled, 0xee);
  const code = DW_FORM[form];

  test('reads', () => {
    const at = reader(bytes);
    expect(plain(readForm(at, code, implicit, encoding))).toEqual(value);
    expect(at.left).toBe(1);
  });

  test('is left out alike by name and by plan', () => {
    const at = reader(bytes);
    skipForm(at, code, encoding);
    expect(at.left).toBe(1);
    const step = stepOver({ name: 0, form: code, implicit }, encoding, { section: '', offset: 0 });
    expect(step >= 0 ? step : stepFrom(bytes, 0, step, encoding)).toBe(bytes.length - 1);
  });

  test('ends before its end with an error', () => {
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(() => readForm(reader(bytes.subarray(0, length)), code, implicit, encoding)).toThrow(
        expect.objectContaining({ code: 'unexpected-end', section: '.debug_info' }),
      );
    }
  });
});

test('every form that has a name is read here', () => {
  const tested = new Set(CASES.map(({ form }) => form));
  expect(Object.keys(DW_FORM).filter((form) => !tested.has(form as keyof typeof DW_FORM))).toEqual([]);
});

test('a form that nothing gives a length to', () => {
  const message = 'unknown form 0x7777 (DW_FORM_unknown_7777) at .debug_info+0x0';
  expect(() => readForm(reader(new Uint8Array(9)), 0x7777, 0, V5)).toThrow(message);
  expect(() => skipForm(reader(new Uint8Array(9)), 0x7777, V5)).toThrow(message);
  expect(() => stepOver({ name: 0, form: 0x7777, implicit: 0 }, V5, { section: '.debug_abbrev', offset: 3 })).toThrow(
    'unknown form 0x7777 at .debug_abbrev+0x3',
  );
  expect(fixedFormSize(0x7777, V5)).toBeUndefined();
  expect(nameOfForm(0x7777)).toBe('DW_FORM_unknown_7777');
});

test('indirect forms that go on and on', () => {
  const bytes = new Uint8Array(100).fill(DW_FORM.indirect);
  expect(() => readForm(reader(bytes), DW_FORM.indirect, 0, V5)).toThrow('more than 8 indirect forms');
  const step = stepOver({ name: 0, form: DW_FORM.indirect, implicit: 0 }, V5, { section: '', offset: 0 });
  expect(stepFrom(bytes, 0, step, V5)).toBeGreaterThan(bytes.length);
});
