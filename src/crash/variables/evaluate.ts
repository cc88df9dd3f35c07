import type { Window } from '../../bytes/window.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_OP, nameOfOperation } from '../../dwarf/constants/operations.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { operations, WASM_LOCATION } from '../../dwarf/read/expressions.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import { locationAt, locationsOf } from '../../symbolize/variables/location-expressions.ts';
import type { WasmValue } from '../crash.ts';
import type { FrameState } from './frame-state.ts';

/** Where a variable's value is, or why it is nowhere. */
export type Place =
  | { readonly kind: 'memory'; readonly address: number }
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly why: string };

/** No compiler writes longer expressions. */
const MOST_OPERATIONS = 1000;
const MASK = (1n << 64n) - 1n;

/** Where a variable is while the code at an address runs in `owner`, the function with the body. */
export function placeOf(variable: Entry, owner: Entry, address: number, state: FrameState): Place {
  try {
    const constant = variable.value(DW_AT.const_value);
    if (constant?.class === 'constant') return { kind: 'value', value: constant.bits ?? BigInt(constant.value) };
    if (constant?.class === 'constant-bytes' || constant?.class === 'block') {
      return { kind: 'bytes', bytes: constant.bytes.toBytes() };
    }
    const locations = locationsOf(variable);
    if (locations.length === 0) return { kind: 'none', why: 'optimized out' };
    const location = locationAt(locations, address);
    if (location === undefined || location.expression.size === 0) return { kind: 'none', why: 'optimized out' };
    return evaluate(location.expression, variable.unit, { owner, address, state, depth: 0 });
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return { kind: 'none', why: error.message };
  }
}

interface Context {
  readonly owner: Entry;
  readonly address: number;
  readonly state: FrameState;
  readonly depth: number;
}

class NotRecorded extends Error {}

/** Runs an expression (DWARF 5, section 2.5 and 2.6). */
function evaluate(expression: Window, unit: Unit, context: Context): Place {
  try {
    return run(expression, unit, context);
  } catch (error) {
    if (error instanceof NotRecorded) return { kind: 'none', why: error.message };
    throw error;
  }
}

function run(expression: Window, unit: Unit, context: Context): Place {
  const stack: bigint[] = [];
  let float: number | undefined;
  let isValue = false;
  let count = 0;
  const pop = (): bigint => {
    const value = stack.pop();
    if (value === undefined) throw new NotRecorded('its location needs more values than there are');
    return value;
  };
  for (const { opcode, operands, bits, block } of operations(expression, unit.header)) {
    if (count++ > MOST_OPERATIONS) throw new NotRecorded('its location is too long');
    const [first = 0, second = 0] = operands;
    if (opcode >= DW_OP.lit0 && opcode <= DW_OP.lit31) {
      stack.push(BigInt(opcode - DW_OP.lit0));
      continue;
    }
    switch (opcode) {
      case DW_OP.WASM_location: {
        const value = wasmValue(first, second, context.state);
        if (value.type === 'f32' || value.type === 'f64') float = value.value;
        stack.push(value.type === 'i64' ? value.value & MASK : BigInt(Math.trunc(Number(value.value)) >>> 0));
        break;
      }
      case DW_OP.fbreg:
        stack.push((frameBase(context) + BigInt(first)) & MASK);
        break;
      case DW_OP.addr:
        stack.push(BigInt(first));
        break;
      case DW_OP.addrx:
      case DW_OP.GNU_addr_index:
      case DW_OP.constx:
      case DW_OP.GNU_const_index:
        stack.push(BigInt(unit.addressAt(first)));
        break;
      case DW_OP.const1u:
      case DW_OP.const2u:
      case DW_OP.const4u:
      case DW_OP.const8u:
      case DW_OP.constu:
      case DW_OP.const1s:
      case DW_OP.const2s:
      case DW_OP.const4s:
      case DW_OP.const8s:
      case DW_OP.consts:
        stack.push((bits ?? BigInt(first)) & MASK);
        break;
      case DW_OP.plus_uconst:
        stack.push((pop() + BigInt(first)) & MASK);
        break;
      case DW_OP.dup: {
        const value = pop();
        stack.push(value, value);
        break;
      }
      case DW_OP.drop:
        pop();
        break;
      case DW_OP.swap: {
        const top = pop();
        const next = pop();
        stack.push(top, next);
        break;
      }
      case DW_OP.neg:
        stack.push(-pop() & MASK);
        break;
      case DW_OP.not:
        stack.push(~pop() & MASK);
        break;
      case DW_OP.deref:
      case DW_OP.deref_size:
        stack.push(load(Number(pop()), opcode === DW_OP.deref ? unit.addressSize : first, context.state));
        break;
      case DW_OP.convert:
      case DW_OP.GNU_convert:
      case DW_OP.reinterpret:
      case DW_OP.GNU_reinterpret:
      case DW_OP.nop:
        // Between integers of 64 bits nothing changes but what the type of the variable cuts off in the end.
        break;
      case DW_OP.stack_value:
        isValue = true;
        break;
      case DW_OP.implicit_value:
        return { kind: 'bytes', bytes: block!.toBytes() };
      default: {
        const combined = combine(opcode, stack);
        if (combined === undefined)
          throw new NotRecorded(`${nameOfOperation(opcode)} in its location is not evaluated`);
        stack.push(combined);
      }
    }
  }
  if (stack.length === 0) return { kind: 'none', why: 'optimized out' };
  if (isValue && float !== undefined && count <= 2) return { kind: 'float', value: float };
  return isValue ? { kind: 'value', value: pop() } : { kind: 'memory', address: Number(pop()) };
}

/** Operations on the two topmost values. */
function combine(opcode: number, stack: bigint[]): bigint | undefined {
  const operate = OPERATORS[opcode];
  if (operate === undefined || stack.length < 2) return undefined;
  const right = stack.pop()!;
  return operate(stack.pop()!, right) & MASK;
}

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

const OPERATORS: Readonly<Record<number, (left: bigint, right: bigint) => bigint>> = {
  [DW_OP.plus]: (left, right) => left + right,
  [DW_OP.minus]: (left, right) => left - right,
  [DW_OP.mul]: (left, right) => left * right,
  [DW_OP.div]: (left, right) => (right === 0n ? 0n : signed(left) / signed(right)),
  [DW_OP.mod]: (left, right) => (right === 0n ? 0n : left % right),
  [DW_OP.and]: (left, right) => left & right,
  [DW_OP.or]: (left, right) => left | right,
  [DW_OP.xor]: (left, right) => left ^ right,
  [DW_OP.shl]: (left, right) => (right > 63n ? 0n : left << right),
  [DW_OP.shr]: (left, right) => (right > 63n ? 0n : left >> right),
  [DW_OP.shra]: (left, right) => signed(left) >> (right > 63n ? 63n : right),
};

function wasmValue(kind: number, index: number, state: FrameState): WasmValue {
  const value =
    kind === WASM_LOCATION.global || kind === WASM_LOCATION.global_u32
      ? state.global(index)
      : kind === WASM_LOCATION.stack
        ? state.stack[index]
        : state.locals[index];
  if (value !== undefined) return value;
  const where =
    kind === WASM_LOCATION.stack
      ? 'entry'
      : kind === WASM_LOCATION.local || kind === WASM_LOCATION.local_indirect
        ? 'local'
        : 'global';
  throw new NotRecorded(`${where} ${index} was not recorded`);
}

function frameBase(context: Context): bigint {
  const { owner, depth } = context;
  const base = owner.value(DW_AT.frame_base);
  if (depth > 0 || (base?.class !== 'expression' && base?.class !== 'block')) {
    throw new NotRecorded('the function has no frame base');
  }
  const place = run(base.bytes, owner.unit, { ...context, depth: depth + 1 });
  if (place.kind === 'value') return place.value;
  if (place.kind === 'memory') return BigInt(place.address);
  throw new NotRecorded(place.kind === 'none' ? place.why : 'the frame base is no address');
}

function load(address: number, size: number, state: FrameState): bigint {
  const bytes = size > 8 ? undefined : state.memory(address, size);
  if (bytes === undefined) throw new NotRecorded(`memory at 0x${address.toString(16)} was not recorded`);
  return littleEndian(bytes);
}

/** The unsigned integer that bytes are. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]!);
  return value;
}
