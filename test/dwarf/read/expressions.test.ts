import { describe, expect, test } from 'vitest';
import { DW_AT } from '../../../src/dwarf/constants/attributes.ts';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_OP, nameOfOperation } from '../../../src/dwarf/constants/operations.ts';
import { DW_TAG } from '../../../src/dwarf/constants/tags.ts';
import { operations, simpleLocation } from '../../../src/dwarf/read/expressions.ts';
import { assemble, block, type Part, sized, sleb, u16, u32, u64, uleb, unit } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';
import { operationTexts } from '../../support/expressions.ts';
import { ask, hasTool } from '../../support/tools.ts';
import { custom, wasm } from '../../support/wasm-builder.ts';

const encoding = { version: 5, addressSize: 4, offsetSize: 4 } as const;

const window = (...parts: readonly Part[]) => sectionOf('.debug_info', assemble(...parts));

/** Every operation that has operands, with the texts that llvm-dwarfdump 19 prints. */
const withOperands: readonly [Part, string][] = [
  [[DW_OP.addr, u32(0x1234)], 'DW_OP_addr 0x1234'],
  [[DW_OP.const1u, 200], 'DW_OP_const1u 0xc8'],
  [[DW_OP.const1s, 200], 'DW_OP_const1s -56'],
  [[DW_OP.const2u, u16(50_000)], 'DW_OP_const2u 0xc350'],
  [[DW_OP.const2s, u16(50_000)], 'DW_OP_const2s -15536'],
  [[DW_OP.const4u, u32(-1)], 'DW_OP_const4u 0xffffffff'],
  [[DW_OP.const4s, u32(-2)], 'DW_OP_const4s -2'],
  [[DW_OP.const8u, u64(0x1234_5678_9abc_def1n)], 'DW_OP_const8u 0x123456789abcdef1'],
  [[DW_OP.const8s, u64(-3)], 'DW_OP_const8s -3'],
  [[DW_OP.constu, uleb(300)], 'DW_OP_constu 0x12c'],
  [[DW_OP.constu, new Uint8Array(9).fill(0xff), 1], 'DW_OP_constu 0xffffffffffffffff'],
  [[DW_OP.constu, new Uint8Array(8).fill(0xff), 0x7f], 'DW_OP_constu 0x7fffffffffffffff'],
  [[DW_OP.consts, sleb(-300)], 'DW_OP_consts -300'],
  [[DW_OP.consts, new Uint8Array(8).fill(0x81), 0x41], `DW_OP_consts ${-(2n ** 62n) + 0x0102_0408_1020_4081n}`],
  [[DW_OP.pick, 3], 'DW_OP_pick 0x3'],
  [[DW_OP.plus_uconst, uleb(300)], 'DW_OP_plus_uconst 0x12c'],
  [[DW_OP.bra, u16(-4)], 'DW_OP_bra -4'],
  [[DW_OP.skip, u16(4)], 'DW_OP_skip +4'],
  [[DW_OP.regx, uleb(300)], 'DW_OP_regx 0x12c'],
  [[DW_OP.fbreg, sleb(-16)], 'DW_OP_fbreg -16'],
  [[DW_OP.breg0, sleb(16)], 'DW_OP_breg0 +16'],
  [[DW_OP.breg31, sleb(-16)], 'DW_OP_breg31 -16'],
  [[DW_OP.bregx, 40, sleb(-8)], 'DW_OP_bregx 0x28 -8'],
  [[DW_OP.piece, 4], 'DW_OP_piece 0x4'],
  [[DW_OP.deref_size, 2], 'DW_OP_deref_size 0x2'],
  [[DW_OP.xderef_size, 2], 'DW_OP_xderef_size 0x2'],
  [[DW_OP.call2, u16(11)], 'DW_OP_call2 0xb'],
  [[DW_OP.call4, u32(11)], 'DW_OP_call4 0xb'],
  [[DW_OP.call_ref, u32(11)], 'DW_OP_call_ref 0xb'],
  [[DW_OP.bit_piece, 3, 5], 'DW_OP_bit_piece 0x3 0x5'],
  [[DW_OP.implicit_value, block(1, 0xff)], 'DW_OP_implicit_value 0x2 0x01 0xff'],
  [[DW_OP.entry_value, block(DW_OP.reg0)], 'DW_OP_entry_value(DW_OP_reg0)'],
  [[DW_OP.GNU_entry_value, block(DW_OP.breg0, 1)], 'DW_OP_GNU_entry_value(DW_OP_breg0 +1)'],
  [[DW_OP.GNU_addr_index, 5], 'DW_OP_GNU_addr_index 0x5'],
  [[DW_OP.GNU_const_index, 5], 'DW_OP_GNU_const_index 0x5'],
  [[DW_OP.WASM_location, 0, uleb(300)], 'DW_OP_WASM_location 0x0 0x12c'],
  [[DW_OP.WASM_location, 1, 2], 'DW_OP_WASM_location 0x1 0x2'],
  [[DW_OP.WASM_location, 2, 3], 'DW_OP_WASM_location 0x2 0x3'],
  [[DW_OP.WASM_location, 3, u32(300)], 'DW_OP_WASM_location 0x3 0x12c'],
  [[DW_OP.WASM_location, 4, 1], 'DW_OP_WASM_location 0x4 0x1'],
];

const bare = Array.from({ length: 256 }, (_, opcode) => opcode).filter(
  (opcode) =>
    (opcode >= DW_OP.lit0 && opcode <= DW_OP.reg31) ||
    (opcode >= DW_OP.dup && opcode <= DW_OP.shl && opcode !== DW_OP.pick && opcode !== DW_OP.plus_uconst) ||
    [DW_OP.deref, DW_OP.shr, DW_OP.shra, DW_OP.xor, DW_OP.eq, DW_OP.ne, DW_OP.nop].includes(opcode as 0x06) ||
    [DW_OP.push_object_address, DW_OP.form_tls_address, DW_OP.call_frame_cfa].includes(opcode as 0x97) ||
    [DW_OP.stack_value, DW_OP.GNU_push_tls_address].includes(opcode as 0x9f),
);

test.each(withOperands)('%j is %s', (parts, text) => {
  expect(operationTexts(window(parts), encoding)).toEqual([text]);
});

test('operations without operands', () => {
  const expression = window(bare);
  expect(operationTexts(expression, encoding)).toEqual(bare.map(nameOfOperation));
});

describe.skipIf(!hasTool('llvm-dwarfdump-19'))('as LLVM 19 prints them', () => {
  const abbreviations = assemble(
    1,
    DW_TAG.compile_unit,
    1,
    0,
    0,
    2,
    DW_TAG.variable,
    0,
    DW_AT.location,
    DW_FORM.exprloc,
    0,
    0,
    0,
  );
  const printed = (expressions: readonly Part[]): string[] => {
    const entries = expressions.map((each): Part => [2, block(each)]);
    const info = assemble(unit(4, u16(5), 1, 4, u32(0), 1, entries, 0));
    const text = ask(
      'llvm-dwarfdump-19',
      ['--debug-info'],
      wasm(custom('.debug_abbrev', abbreviations), custom('.debug_info', info)),
    );
    return [...text.matchAll(/DW_AT_location\t\((.*)\)/g)].map((match) => match[1]!);
  };

  test('operations with operands', () => {
    // LLVM prints the section offset of what DW_OP_call2 and 4 refer to, and an address as wide as it can be.
    const same = withOperands.filter(([, text]) => !/DW_OP_(call\d|GNU_const_index)/.test(text));
    expect(printed(same.map(([parts]) => parts))).toEqual(same.map(([, text]) => text));
  });

  test('operations without operands', () => {
    expect(printed(bare)).toEqual(bare.map(nameOfOperation));
  });
});

test('operands that LLVM reads and prints in other ways', () => {
  const read = (...parts: readonly Part[]) => {
    const [{ operands, block: bytes }] = [...operations(window(...parts), encoding)] as [ReturnType<typeof first>];
    return [...operands, ...(bytes?.toBytes() ?? [])];
  };
  const first = () => [...operations(window(DW_OP.nop), encoding)][0]!;
  expect(read(DW_OP.implicit_pointer, u32(0x99), sleb(-1))).toEqual([0x99, -1]);
  expect(read(DW_OP.GNU_implicit_pointer, u32(0x99), sleb(-1))).toEqual([0x99, -1]);
  expect(read(DW_OP.addrx, uleb(300))).toEqual([300]);
  expect(read(DW_OP.constx, uleb(300))).toEqual([300]);
  expect(read(DW_OP.const_type, uleb(300), sized(1, 7, 8))).toEqual([300, 7, 8]);
  expect(read(DW_OP.GNU_const_type, 30, sized(1, 7, 8))).toEqual([30, 7, 8]);
  expect(read(DW_OP.regval_type, 1, uleb(300))).toEqual([1, 300]);
  expect(read(DW_OP.GNU_regval_type, 1, uleb(300))).toEqual([1, 300]);
  expect(read(DW_OP.deref_type, 200, uleb(300))).toEqual([200, 300]);
  expect(read(DW_OP.xderef_type, 200, uleb(300))).toEqual([200, 300]);
  expect(read(DW_OP.GNU_deref_type, 200, uleb(300))).toEqual([200, 300]);
  expect(read(DW_OP.convert, uleb(300))).toEqual([300]);
  expect(read(DW_OP.reinterpret, 0)).toEqual([0]);
  expect(read(DW_OP.GNU_convert, 0)).toEqual([0]);
  expect(read(DW_OP.GNU_reinterpret, 0)).toEqual([0]);
  expect(read(DW_OP.GNU_parameter_ref, u32(9))).toEqual([9]);
  expect(read(DW_OP.GNU_variable_value, u32(9))).toEqual([9]);
  expect(read(DW_OP.GNU_uninit)).toEqual([]);
});

test('sizes that depend on the unit', () => {
  const wide = { version: 5, addressSize: 8, offsetSize: 8 } as const;
  const texts = operationTexts(window(DW_OP.addr, u64(1), DW_OP.call_ref, u64(2)), wide);
  expect(texts).toEqual(['DW_OP_addr 0x1', 'DW_OP_call_ref 0x2']);
  const two = { version: 2, addressSize: 8, offsetSize: 4 } as const;
  expect(operationTexts(window(DW_OP.call_ref, u64(2)), two)).toEqual(['DW_OP_call_ref 0x2']);
});

test.each([
  ['an unknown operation', [DW_OP.nop, 0xff], 'operation DW_OP_unknown_ff at .debug_info+0x1'],
  ['a code that was never given', [0x04], 'operation DW_OP_unknown_4'],
  ['an operation of LLVM’s own', [DW_OP.LLVM_user, 1], 'operation DW_OP_LLVM_user'],
  ['an unknown kind of wasm location', [DW_OP.WASM_location, 5, 0], 'kind 5 of DW_OP_WASM_location at .debug_info+0x0'],
  ['operands cut off', [DW_OP.addr, 1, 2], '4 bytes needed, 2 left at .debug_info+0x1'],
  ['a block cut off', [DW_OP.implicit_value, 4, 1], '4 bytes needed, 1 left at .debug_info+0x2'],
])('%s', (_, parts, message) => {
  expect(() => [...operations(window(parts), encoding)]).toThrow(message);
});

test.each([
  [[DW_OP.fbreg, 16], { kind: 'frame-base', offset: 16 }],
  [[DW_OP.addr, u32(0x400)], { kind: 'address', address: 0x400 }],
  [[DW_OP.addr, u32(-1)], { kind: 'address', address: -1 }],
  [[DW_OP.addrx, 3], { kind: 'address-index', index: 3 }],
  [[DW_OP.GNU_addr_index, 3], { kind: 'address-index', index: 3 }],
  [[DW_OP.WASM_location, 0, 5], { kind: 'wasm-local', index: 5, isValue: false }],
  [[DW_OP.WASM_location, 0, 5, DW_OP.stack_value], { kind: 'wasm-local', index: 5, isValue: true }],
  [[DW_OP.WASM_location, 1, 5], { kind: 'wasm-global', index: 5, isValue: false }],
  [[DW_OP.WASM_location, 3, u32(5), DW_OP.stack_value], { kind: 'wasm-global', index: 5, isValue: true }],
  [[DW_OP.WASM_location, 2, 5], { kind: 'wasm-stack', index: 5, isValue: false }],
  [[DW_OP.WASM_location, 4, 5], { kind: 'wasm-local', index: 5, isValue: false }],
  [[DW_OP.reg7], { kind: 'register', register: 7 }],
  [[DW_OP.regx, 40], { kind: 'register', register: 40 }],
  [[DW_OP.breg7, 8], { kind: 'register-offset', register: 7, offset: 8 }],
  [[DW_OP.bregx, 40, 8], { kind: 'register-offset', register: 40, offset: 8 }],
  [[DW_OP.call_frame_cfa], { kind: 'call-frame' }],
  [[DW_OP.lit0, DW_OP.stack_value], undefined],
  [[DW_OP.fbreg, 16, DW_OP.deref], undefined],
  [[DW_OP.WASM_location, 0, 5, DW_OP.plus_uconst, 4], undefined],
  [[DW_OP.WASM_location, 0, 5, DW_OP.deref, DW_OP.stack_value], undefined],
  [[DW_OP.lit0], undefined],
  [[], undefined],
])('%j is simple: %j', (parts: Part, location) => {
  expect(simpleLocation(window(parts), encoding)).toEqual(location);
});
