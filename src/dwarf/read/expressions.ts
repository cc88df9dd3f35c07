import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_OP, nameOfOperation } from '../constants/operations.ts';
import type { Encoding } from '../model/encoding.ts';

/** One operation of a DWARF expression (DWARF 5, section 2.5). */
export interface Operation {
  /** Where it starts, from the start of the section that the expression is in. */
  readonly offset: number;
  /** `DW_OP`. */
  readonly opcode: number;
  /** Without blocks. */
  readonly operands: readonly number[];
  /** All 64 bits of the operand of `const8u`, `const8s`, `constu` and `consts`, where a number does not hold them. */
  readonly bits: bigint | undefined;
  /** The bytes of `implicit_value` and `const_type`, the expression of `entry_value`. */
  readonly block: Window | undefined;
}

/** How an operand is encoded. `block` has a LEB128 length, `block1` one of one byte. */
type OperandForm =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'bits64'
  | 'uleb'
  | 'sleb'
  | 'address'
  | 'reference'
  | 'wasm'
  | 'block'
  | 'block1';

/** Operands of the operations that have any. */
const OPERANDS: Readonly<Record<number, readonly OperandForm[]>> = {
  [DW_OP.addr]: ['address'],
  [DW_OP.const1u]: ['u8'],
  [DW_OP.const1s]: ['i8'],
  [DW_OP.const2u]: ['u16'],
  [DW_OP.const2s]: ['i16'],
  [DW_OP.const4u]: ['u32'],
  [DW_OP.const4s]: ['i32'],
  [DW_OP.const8u]: ['bits64'],
  [DW_OP.const8s]: ['bits64'],
  [DW_OP.constu]: ['uleb'],
  [DW_OP.consts]: ['sleb'],
  [DW_OP.pick]: ['u8'],
  [DW_OP.plus_uconst]: ['uleb'],
  [DW_OP.bra]: ['i16'],
  [DW_OP.skip]: ['i16'],
  [DW_OP.regx]: ['uleb'],
  [DW_OP.fbreg]: ['sleb'],
  [DW_OP.bregx]: ['uleb', 'sleb'],
  [DW_OP.piece]: ['uleb'],
  [DW_OP.deref_size]: ['u8'],
  [DW_OP.xderef_size]: ['u8'],
  [DW_OP.call2]: ['u16'],
  [DW_OP.call4]: ['u32'],
  [DW_OP.call_ref]: ['reference'],
  [DW_OP.bit_piece]: ['uleb', 'uleb'],
  [DW_OP.implicit_value]: ['block'],
  [DW_OP.implicit_pointer]: ['reference', 'sleb'],
  [DW_OP.addrx]: ['uleb'],
  [DW_OP.constx]: ['uleb'],
  [DW_OP.entry_value]: ['block'],
  [DW_OP.const_type]: ['uleb', 'block1'],
  [DW_OP.regval_type]: ['uleb', 'uleb'],
  [DW_OP.deref_type]: ['u8', 'uleb'],
  [DW_OP.xderef_type]: ['u8', 'uleb'],
  [DW_OP.convert]: ['uleb'],
  [DW_OP.reinterpret]: ['uleb'],
  [DW_OP.WASM_location]: ['uleb', 'wasm'],
  [DW_OP.GNU_implicit_pointer]: ['reference', 'sleb'],
  [DW_OP.GNU_entry_value]: ['block'],
  [DW_OP.GNU_const_type]: ['uleb', 'block1'],
  [DW_OP.GNU_regval_type]: ['uleb', 'uleb'],
  [DW_OP.GNU_deref_type]: ['u8', 'uleb'],
  [DW_OP.GNU_convert]: ['uleb'],
  [DW_OP.GNU_reinterpret]: ['uleb'],
  [DW_OP.GNU_parameter_ref]: ['u32'],
  [DW_OP.GNU_addr_index]: ['uleb'],
  [DW_OP.GNU_const_index]: ['uleb'],
  [DW_OP.GNU_variable_value]: ['reference'],
};

/** Vendors' operations that have no operands; those of the standard are all that are not in the table above. */
const BARE: ReadonlySet<number> = new Set([DW_OP.GNU_push_tls_address, DW_OP.GNU_uninit]);

/** Kinds of `DW_OP_WASM_location` (DWARF for WebAssembly, "DWARF locations"). */
export const WASM_LOCATION = {
  local: 0,
  global: 1,
  /** An entry of the operand stack, from its bottom. */
  stack: 2,
  /** A global whose index has four bytes, for linkers to change. */
  global_u32: 3,
  /** A local that holds the address of the value: LLVM's own, written as 0. */
  local_indirect: 4,
} as const;

/**
 * The operations of an expression, in order.
 *
 * @throws FormatError `unknown-code` for an operation whose operands nobody knows, `unexpected-end`.
 */
export function* operations(expression: Window, encoding: Encoding): Generator<Operation> {
  const reader = new ByteReader(expression);
  while (!reader.done) yield readOperation(reader, encoding);
}

function readOperation(reader: ByteReader, encoding: Encoding): Operation {
  const { offset } = reader;
  const opcode = reader.u8();
  const forms = OPERANDS[opcode] ?? bareOperands(reader, opcode, offset);
  const operands: number[] = [];
  let bits: bigint | undefined;
  let block: Window | undefined;
  for (const form of forms) {
    if (form === 'block') block = reader.part(reader.uleb());
    else if (form === 'block1') block = reader.part(reader.u8());
    else if (form === 'wasm') operands.push(readWasmIndex(reader, operands[0]!, offset));
    else if (form === 'bits64') operands.push(reader.u64());
    else operands.push(readOperand(reader, form, encoding));
  }
  if (WIDE.has(opcode) && !Number.isSafeInteger(operands[0])) {
    bits = readBits(reader, opcode, offset + 1);
    operands[0] = Number(bits);
  }
  return { offset, opcode, operands, bits, block };
}

/** Constants of which all 64 bits matter. */
const WIDE: ReadonlySet<number> = new Set([DW_OP.const8u, DW_OP.const8s, DW_OP.constu, DW_OP.consts]);

/** The operand at `offset` once more, all bits of it; the reader ends where it was. */
function readBits(reader: ByteReader, opcode: number, offset: number): bigint {
  const end = reader.offset;
  reader.seek(offset);
  let bits = 0n;
  let width = 0;
  if (opcode === DW_OP.const8u || opcode === DW_OP.const8s) {
    bits = reader.u64Bits();
    width = 64;
  }
  for (; reader.offset < end; width += 7) bits |= BigInt(reader.u8() & 0x7f) << BigInt(width);
  const isSigned = opcode === DW_OP.const8s || opcode === DW_OP.consts;
  return isSigned ? BigInt.asIntN(Math.min(width, 64), bits) : BigInt.asUintN(64, bits);
}

function bareOperands(reader: ByteReader, opcode: number, offset: number): readonly OperandForm[] {
  // Registers with an offset are the one family with operands.
  if (opcode >= DW_OP.breg0 && opcode <= DW_OP.breg31) return ['sleb'];
  if ((opcode >= DW_OP.addr && opcode <= DW_OP.reinterpret && !UNUSED.has(opcode)) || BARE.has(opcode)) return [];
  throw reader.error('unknown-code', `operation ${nameOfOperation(opcode)}`, offset);
}

/** Codes among the standard's that it has not given to an operation (DWARF 5, table 7.9). */
const UNUSED: ReadonlySet<number> = new Set([0x04, 0x05, 0x07]);

function readOperand(
  reader: ByteReader,
  form: Exclude<OperandForm, 'block' | 'block1' | 'bits64' | 'wasm'>,
  { version, addressSize, offsetSize }: Encoding,
): number {
  switch (form) {
    case 'u8':
      return reader.u8();
    case 'i8':
      return reader.i8();
    case 'u16':
      return reader.u16();
    case 'i16':
      return (reader.u16() << 16) >> 16;
    case 'u32':
      return reader.u32();
    case 'i32':
      return reader.i32();
    case 'uleb':
      return reader.uleb();
    case 'sleb':
      return reader.sleb();
    case 'address':
      return reader.address(addressSize);
    default:
      // As for DW_FORM_ref_addr: DWARF 2 gave references between units the size of an address.
      return reader.unsigned(version <= 2 ? addressSize : offsetSize);
  }
}

function readWasmIndex(reader: ByteReader, kind: number, offset: number): number {
  switch (kind) {
    case WASM_LOCATION.local:
    case WASM_LOCATION.global:
    case WASM_LOCATION.stack:
    case WASM_LOCATION.local_indirect:
      return reader.uleb();
    case WASM_LOCATION.global_u32:
      return reader.u32();
    default:
      throw reader.error('unknown-code', `kind ${kind} of DW_OP_WASM_location`, offset);
  }
}

/** Where a value is, of the expressions that compilers write for most variables and frame bases. */
export type SimpleLocation =
  | { readonly kind: 'frame-base'; readonly offset: number }
  /** An address in memory; -1 and -2 are tombstones. */
  | { readonly kind: 'address'; readonly address: number }
  /** An index into the unit's part of `.debug_addr`. */
  | { readonly kind: 'address-index'; readonly index: number }
  | { readonly kind: 'wasm-local' | 'wasm-global' | 'wasm-stack'; readonly index: number; readonly isValue: boolean }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'register-offset'; readonly register: number; readonly offset: number }
  | { readonly kind: 'call-frame' };

/**
 * What an expression of a single operation says; `undefined` for longer ones and others.
 *
 * A wasm location may be followed by `DW_OP_stack_value`, which makes it the value itself rather than its address.
 *
 * @throws FormatError as {@link operations}.
 */
export function simpleLocation(expression: Window, encoding: Encoding): SimpleLocation | undefined {
  const [first, second, ...others] = operations(expression, encoding);
  if (first === undefined || others.length > 0) return undefined;
  const { opcode, operands } = first;
  if (opcode === DW_OP.WASM_location) {
    if (second !== undefined && second.opcode !== DW_OP.stack_value) return undefined;
    const [kind, index] = operands as [number, number];
    const isValue = second !== undefined;
    if (kind === WASM_LOCATION.stack) return { kind: 'wasm-stack', index, isValue };
    if (kind === WASM_LOCATION.global || kind === WASM_LOCATION.global_u32) {
      return { kind: 'wasm-global', index, isValue };
    }
    return { kind: 'wasm-local', index, isValue };
  }
  if (second !== undefined) return undefined;
  const operand = operands[0]!;
  switch (opcode) {
    case DW_OP.fbreg:
      return { kind: 'frame-base', offset: operand };
    case DW_OP.addr:
      return { kind: 'address', address: operand };
    case DW_OP.addrx:
    case DW_OP.GNU_addr_index:
      return { kind: 'address-index', index: operand };
    case DW_OP.call_frame_cfa:
      return { kind: 'call-frame' };
    case DW_OP.regx:
      return { kind: 'register', register: operand };
    case DW_OP.bregx:
      return { kind: 'register-offset', register: operand, offset: operands[1]! };
    default:
      if (opcode >= DW_OP.reg0 && opcode <= DW_OP.reg31) return { kind: 'register', register: opcode - DW_OP.reg0 };
      if (opcode >= DW_OP.breg0 && opcode <= DW_OP.breg31) {
        return { kind: 'register-offset', register: opcode - DW_OP.breg0, offset: operand };
      }
      return undefined;
  }
}
