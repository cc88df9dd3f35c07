import { describe, expect, test } from 'vitest';
import { DW_OP } from '../../../src/dwarf/constants/operations.ts';
import { reencodeExpression } from '../../../src/dwarf/reencode/expressions.ts';
import { windowOf } from '../../support/written.ts';

const encoding = { version: 5, addressSize: 4, offsetSize: 4 } as const;

/** Every entry has a label of its offset and 1000, but for the one at 0x77. */
const labels = { labelOf: (offset: number) => (offset === 0x77 ? undefined : offset + 1000), unitOffset: 0x100 };

const reencode = (...bytes: number[]) =>
  reencodeExpression(windowOf('.debug_info', Uint8Array.from(bytes)), encoding, labels);

describe('an expression', () => {
  test('without references stays as it is', () => {
    expect(reencode(DW_OP.fbreg, 0x10)).toEqual({ bytes: Uint8Array.of(DW_OP.fbreg, 0x10) });
    // Operands that look like operations that refer.
    expect(reencode(DW_OP.const1u, DW_OP.convert)!.fixups).toBeUndefined();
  });

  test.each([
    { opcode: 'convert', bytes: [0x20], at: 1, kind: 'unit-leb', size: 4, label: 0x120 + 1000 },
    { opcode: 'call2', bytes: [0x20, 0], at: 1, kind: 'unit', size: 2, label: 0x120 + 1000 },
    { opcode: 'call4', bytes: [0x20, 0, 0, 0], at: 1, kind: 'unit', size: 4, label: 0x120 + 1000 },
    { opcode: 'call_ref', bytes: [0x20, 1, 0, 0], at: 1, kind: 'section', size: 4, label: 0x120 + 1000 },
    { opcode: 'regval_type', bytes: [0x83, 1, 0x20], at: 3, kind: 'unit-leb', size: 4, label: 0x120 + 1000 },
    { opcode: 'deref_type', bytes: [4, 0x20], at: 2, kind: 'unit-leb', size: 4, label: 0x120 + 1000 },
    { opcode: 'const_type', bytes: [0x20, 2, 9, 9], at: 1, kind: 'unit-leb', size: 4, label: 0x120 + 1000 },
    { opcode: 'implicit_pointer', bytes: [0x20, 1, 0, 0, 3], at: 1, kind: 'section', size: 4, label: 0x120 + 1000 },
  ] as const)('refers to an entry with $opcode', ({ at, bytes, kind, label, opcode, size }) => {
    const block = reencode(DW_OP[opcode], ...bytes, DW_OP.stack_value)!;
    expect(block.fixups).toEqual([{ at, size, label, kind }]);
    expect(block.bytes[0]).toBe(DW_OP[opcode]);
    expect(block.bytes.at(-1)).toBe(DW_OP.stack_value);
  });

  test('refers to no type with 0', () => {
    expect(reencode(DW_OP.convert, 0)).toEqual({ bytes: Uint8Array.of(DW_OP.convert, 0), fixups: undefined });
  });

  test('inside another one moves its references', () => {
    const block = reencode(DW_OP.lit0, DW_OP.entry_value, 2, DW_OP.convert, 0x20)!;
    expect([...block.bytes]).toEqual([DW_OP.lit0, DW_OP.entry_value, 5, DW_OP.convert, 0, 0, 0, 0]);
    expect(block.fixups).toEqual([{ at: 4, size: 4, label: 0x120 + 1000, kind: 'unit-leb' }]);
  });

  test('that refers to what is left out is left out', () => {
    const gone = { ...labels, unitOffset: 0 };
    const bytes = windowOf('.debug_info', Uint8Array.of(DW_OP.convert, 0x77));
    expect(reencodeExpression(bytes, encoding, gone)).toBeUndefined();
  });

  test('has addresses in place of their indexes where their table does not stay', () => {
    const addressAt = (index: number): number => 0x1000 + index;
    const bytes = windowOf('.debug_info', Uint8Array.of(DW_OP.addrx, 2, DW_OP.constx, 3));
    expect([...reencodeExpression(bytes, encoding, { ...labels, addressAt })!.bytes]).toEqual([
      ...[DW_OP.addr, 2, 0x10, 0, 0],
      ...[DW_OP.const4u, 3, 0x10, 0, 0],
    ]);
  });
});
