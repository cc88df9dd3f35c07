import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_OP } from '../constants/operations.ts';
import type { Encoding } from '../model/encoding.ts';
import { operations } from '../read/expressions.ts';
import { writeAddress } from '../write/addresses.ts';
import type { EntryFixup, WrittenBlock } from '../write/blocks.ts';

/** What references in expressions are to be. */
export interface ExpressionLabels {
  /** The label of the entry at an offset of the section; `undefined` where it is left out. */
  labelOf(offset: number): number | undefined;
  /** Where the unit starts in its section. */
  readonly unitOffset: number;
  /** The address at an index of `.debug_addr`, where addresses are to stand in the expression itself. */
  readonly addressAt?: ((index: number) => number) | undefined;
}

/** References to types take so many bytes, as LLVM writes them: where the types will stand is not known yet. */
const TYPE_REFERENCE_SIZE = 4;

/** Where an operation's reference to an entry stands: bytes after the opcode, and how it counts. */
function referenceOf(opcode: number): { readonly kind: EntryFixup['kind']; readonly size?: number } | undefined {
  switch (opcode) {
    case DW_OP.call2:
      return { kind: 'unit', size: 2 };
    case DW_OP.call4:
    case DW_OP.GNU_parameter_ref:
      return { kind: 'unit', size: 4 };
    case DW_OP.call_ref:
    case DW_OP.implicit_pointer:
    case DW_OP.GNU_implicit_pointer:
    case DW_OP.GNU_variable_value:
      return { kind: 'section' };
    case DW_OP.convert:
    case DW_OP.reinterpret:
    case DW_OP.const_type:
    case DW_OP.regval_type:
    case DW_OP.deref_type:
    case DW_OP.xderef_type:
    case DW_OP.GNU_convert:
    case DW_OP.GNU_reinterpret:
    case DW_OP.GNU_const_type:
    case DW_OP.GNU_regval_type:
    case DW_OP.GNU_deref_type:
      return { kind: 'unit-leb' };
    default:
      return undefined;
  }
}

/** Operations that stand for an address, or a constant in an address's place, of `.debug_addr`. */
const INDEXING: ReadonlyMap<number, 'address' | 'constant'> = new Map([
  [DW_OP.addrx, 'address'],
  [DW_OP.GNU_addr_index, 'address'],
  [DW_OP.constx, 'constant'],
  [DW_OP.GNU_const_index, 'constant'],
]);

const REFERRING: ReadonlySet<number> = new Set(
  Object.values(DW_OP).filter((opcode) => referenceOf(opcode) !== undefined || INDEXING.has(opcode)),
);

/** Operations whose first operand stands in front of the type: a register or a size. */
const SECOND: ReadonlySet<number> = new Set([
  DW_OP.regval_type,
  DW_OP.deref_type,
  DW_OP.xderef_type,
  DW_OP.GNU_regval_type,
  DW_OP.GNU_deref_type,
]);

/**
 * The bytes of an expression, its references to entries to be filled in; `undefined` where one of them is left out.
 *
 * @throws FormatError where the expression has operations that nobody knows.
 */
export function reencodeExpression(
  expression: Window,
  encoding: Encoding,
  labels: ExpressionLabels,
): WrittenBlock | undefined {
  const bytes = expression.toBytes();
  // Most expressions refer to nothing, and have no byte that could.
  if (!bytes.some((byte) => REFERRING.has(byte))) return { bytes };
  const out: number[] = [];
  const fixups: EntryFixup[] = [];
  if (!append(expression, encoding, labels, out, fixups)) return undefined;
  return { bytes: Uint8Array.from(out), fixups: fixups.length > 0 ? fixups : undefined };
}

function append(
  expression: Window,
  encoding: Encoding,
  labels: ExpressionLabels,
  out: number[],
  fixups: EntryFixup[],
): boolean {
  const all = [...operations(expression, encoding)];
  const bytes = expression.toBytes();
  for (const [index, { block, offset, opcode, operands }] of all.entries()) {
    const from = offset - expression.start;
    const to = (all[index + 1]?.offset ?? expression.end) - expression.start;
    if ((opcode === DW_OP.entry_value || opcode === DW_OP.GNU_entry_value) && block !== undefined) {
      const inner = reencodeExpression(block, encoding, labels);
      if (inner === undefined) return false;
      out.push(opcode, ...uleb(inner.bytes.length));
      for (const fixup of inner.fixups ?? []) fixups.push({ ...fixup, at: fixup.at + out.length });
      for (const byte of inner.bytes) out.push(byte);
      continue;
    }
    const indexing = INDEXING.get(opcode);
    if (indexing !== undefined && labels.addressAt !== undefined) {
      const { addressSize } = encoding;
      const constant = addressSize === 8 ? DW_OP.const8u : DW_OP.const4u;
      out.push(indexing === 'address' ? DW_OP.addr : constant);
      const address = new ByteWriter(8);
      writeAddress(address, labels.addressAt(operands[0]!), addressSize);
      for (const byte of address.toBytes()) out.push(byte);
      continue;
    }
    const reference = referenceOf(opcode);
    if (reference === undefined) {
      for (let at = from; at < to; at++) out.push(bytes[at]!);
      continue;
    }
    // Of what comes before the reference the bytes stay: the opcode, and a register or a size.
    let at = from + 1;
    if (SECOND.has(opcode)) at = afterLeb(bytes, at);
    for (let before = from; before < at; before++) out.push(bytes[before]!);
    const operand = operands[SECOND.has(opcode) ? 1 : 0]!;
    if (reference.kind === 'unit-leb') {
      const after = afterLeb(bytes, at);
      if (operand === 0) {
        // No type: the generic one.
        out.push(0);
      } else {
        const label = labels.labelOf(labels.unitOffset + operand);
        if (label === undefined) return false;
        const size = Math.max(after - at, TYPE_REFERENCE_SIZE);
        fixups.push({ at: out.length, size, label, kind: 'unit-leb' });
        for (let index = 0; index < size; index++) out.push(0);
      }
      at = after;
    } else {
      const { kind } = reference;
      const size = reference.size ?? (encoding.version <= 2 ? encoding.addressSize : encoding.offsetSize);
      const label = labels.labelOf(kind === 'unit' ? labels.unitOffset + operand : operand);
      if (label === undefined) return false;
      fixups.push({ at: out.length, size, label, kind });
      for (let index = 0; index < size; index++) out.push(0);
      at += size;
    }
    for (; at < to; at++) out.push(bytes[at]!);
  }
  return true;
}

function afterLeb(bytes: Uint8Array, position: number): number {
  let at = position;
  while (bytes[at]! >= 0x80) at++;
  return at + 1;
}

function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}
