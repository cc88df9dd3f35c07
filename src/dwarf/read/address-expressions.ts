import type { Window } from '../../bytes/window.ts';
import { DW_OP } from '../constants/operations.ts';
import type { Encoding } from '../model/encoding.ts';
import { operations } from './expressions.ts';

/**
 * The address that an expression of constants computes, as LLVM writes `DW_AT_low_pc` to save relocations: an index
 * into `.debug_addr`, an offset, and their sum. -1 and -2 are tombstones; `undefined` for any other expression.
 *
 * @param addressAt the address at an index of the unit's part of `.debug_addr`.
 * @throws FormatError where the expression is damaged.
 */
export function addressOfExpression(
  expression: Window,
  encoding: Encoding,
  addressAt: (index: number) => number,
): number | undefined {
  const stack: number[] = [];
  for (const { opcode, operands } of operations(expression, encoding)) {
    switch (opcode) {
      case DW_OP.addr:
        stack.push(operands[0]!);
        break;
      case DW_OP.addrx:
      case DW_OP.GNU_addr_index:
        stack.push(addressAt(operands[0]!));
        break;
      case DW_OP.const1u:
      case DW_OP.const2u:
      case DW_OP.const4u:
      case DW_OP.const8u:
      case DW_OP.constu:
        stack.push(operands[0]!);
        break;
      case DW_OP.plus_uconst:
        stack.push(sum(stack.pop(), operands[0]!));
        break;
      case DW_OP.plus:
        stack.push(sum(stack.pop(), stack.pop()));
        break;
      default:
        return undefined;
    }
  }
  const [address, ...others] = stack;
  return others.length > 0 || Number.isNaN(address) ? undefined : address;
}

/** A tombstone stays one, whatever is added to it. */
function sum(a = Number.NaN, b = Number.NaN): number {
  return a < 0 || b < 0 ? -1 : a + b;
}
