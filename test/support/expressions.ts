/** Operations of DWARF expressions as llvm-dwarfdump 19 prints them. */
import type { Window } from '../../src/bytes/window.ts';
import { DW_OP, nameOfOperation } from '../../src/dwarf/constants/operations.ts';
import type { Encoding } from '../../src/dwarf/model/encoding.ts';
import { type Operation, operations } from '../../src/dwarf/read/expressions.ts';

/** Operations whose operands are signed: the others are printed in hexadecimal. */
const SIGNED: Readonly<Record<number, readonly boolean[]>> = {
  [DW_OP.const1s]: [true],
  [DW_OP.const2s]: [true],
  [DW_OP.const4s]: [true],
  [DW_OP.const8s]: [true],
  [DW_OP.consts]: [true],
  [DW_OP.bra]: [true],
  [DW_OP.skip]: [true],
  [DW_OP.fbreg]: [true],
  [DW_OP.bregx]: [false, true],
  [DW_OP.implicit_pointer]: [false, true],
  [DW_OP.GNU_implicit_pointer]: [false, true],
};

export function operationTexts(expression: Window, encoding: Encoding): string[] {
  return [...operations(expression, encoding)].map((operation) => textOf(operation, encoding));
}

function textOf({ opcode, operands, bits, block }: Operation, encoding: Encoding): string {
  const name = nameOfOperation(opcode);
  if (opcode === DW_OP.entry_value || opcode === DW_OP.GNU_entry_value) {
    return `${name}(${operationTexts(block!, encoding).join(', ')})`;
  }
  const isBreg = opcode >= DW_OP.breg0 && opcode <= DW_OP.breg31;
  const texts = operands.map((operand, index) => {
    const value = bits ?? operand;
    if (isBreg || SIGNED[opcode]?.[index]) return value < 0 ? `${value}` : `+${value}`;
    return `0x${value.toString(16)}`;
  });
  if (block !== undefined) {
    texts.push(
      `0x${block.size.toString(16)}`,
      ...Array.from(block.toBytes(), (byte) => `0x${byte.toString(16).padStart(2, '0')}`),
    );
  }
  return [name, ...texts].join(' ');
}
