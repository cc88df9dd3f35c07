import { decodeUtf8 } from '../../bytes/text.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_ATE } from '../../dwarf/constants/base-types.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { isFormatError } from '../../errors.ts';
import { referredType, typeSize } from '../../symbolize/variables/type-size.ts';
import { littleEndian, type Place } from './evaluate.ts';
import type { FrameState } from './frame-state.ts';
import { typeName } from './type-name.ts';

/** How many elements of an array, members of a structure and characters of a text are shown. */
const MOST_ELEMENTS = 16;
const MOST_MEMBERS = 32;
const MOST_CHARACTERS = 200;
/** No type is built in more steps. */
const DEEPEST_TYPE = 32;

/** A value as a debugger would print it: `-3`, `0x400 "text"`, `{x = 1, y = 2}`; in angle brackets why there is none. */
export function formatValue(type: Entry | undefined, place: Place, state: FrameState): string {
  if (place.kind === 'none') return `<${place.why}>`;
  if (type === undefined) return '<type unknown>';
  try {
    return format(type, place, state, 0);
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return `<${error.message}>`;
  }
}

function format(type: Entry, place: Exclude<Place, { kind: 'none' }>, state: FrameState, level: number): string {
  const actual = stripped(type);
  if (actual === undefined) return '<type unknown>';
  switch (actual.tag) {
    case DW_TAG.structure_type:
    case DW_TAG.class_type:
    case DW_TAG.union_type:
      return formatMembers(actual, place, state, level);
    case DW_TAG.array_type:
      return formatArray(actual, place, state, level);
    default:
      return formatScalar(actual, place, state, level);
  }
}

function formatScalar(type: Entry, place: Exclude<Place, { kind: 'none' }>, state: FrameState, level: number): string {
  const { addressSize } = type.unit;
  const size = typeSize(type, addressSize) ?? 0;
  const encoding = type.constant(DW_AT.encoding);
  if (place.kind === 'float') return formatNumber(place.value);
  const bytes = bytesOf(place, size, state);
  if (bytes === undefined)
    return place.kind === 'memory' ? `<memory at ${hex(BigInt(place.address))} was not recorded>` : '<type of no size>';
  if (encoding === DW_ATE.float) return formatFloat(bytes);
  const raw = littleEndian(bytes);
  switch (type.tag) {
    case DW_TAG.pointer_type:
    case DW_TAG.reference_type:
    case DW_TAG.rvalue_reference_type:
      return formatPointer(type, raw, state, level);
    case DW_TAG.enumeration_type:
      return enumeratorOf(type, raw, size) ?? BigInt.asIntN(size * 8, raw).toString();
    case DW_TAG.base_type:
      return formatInteger(encoding, raw, size);
    default:
      return hex(raw);
  }
}

function formatInteger(encoding: number | undefined, raw: bigint, size: number): string {
  switch (encoding) {
    case DW_ATE.boolean:
      return raw === 0n ? 'false' : raw === 1n ? 'true' : raw.toString();
    case DW_ATE.signed_char:
    case DW_ATE.unsigned_char: {
      const number = encoding === DW_ATE.signed_char ? BigInt.asIntN(size * 8, raw) : raw;
      return raw >= 0x20n && raw < 0x7fn ? `${number} '${String.fromCharCode(Number(raw))}'` : number.toString();
    }
    case DW_ATE.UTF:
    case DW_ATE.UCS:
      return raw >= 0x20n && raw <= 0x10ffffn ? `${raw} '${String.fromCodePoint(Number(raw))}'` : raw.toString();
    case DW_ATE.signed:
      return BigInt.asIntN(size * 8, raw).toString();
    default:
      return raw.toString();
  }
}

function formatFloat(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 4) return formatNumber(view.getFloat32(0, true));
  return bytes.length === 8 ? formatNumber(view.getFloat64(0, true)) : hex(littleEndian(bytes));
}

function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The address, and the text there where it points to characters. */
function formatPointer(type: Entry, address: bigint, state: FrameState, level: number): string {
  const target = referredType(type);
  const pointed = target === undefined ? undefined : stripped(target);
  const encoding = pointed?.tag === DW_TAG.base_type ? pointed.constant(DW_AT.encoding) : undefined;
  const isText = encoding === DW_ATE.signed_char || encoding === DW_ATE.unsigned_char || encoding === DW_ATE.UTF;
  if (!isText || address === 0n || pointed === undefined || typeSize(pointed, 4) !== 1) return hex(address);
  const text = readText(Number(address), state);
  return text === undefined || level > 1 ? hex(address) : `${hex(address)} ${text}`;
}

/** A C string in quotes; `undefined` where there is no memory, or no text. */
function readText(address: number, state: FrameState): string | undefined {
  const characters: number[] = [];
  for (let at = address; characters.length < MOST_CHARACTERS; at++) {
    const byte = state.memory(at, 1)?.[0];
    if (byte === undefined) return undefined;
    if (byte === 0) return quote(characters, false);
    characters.push(byte);
  }
  return quote(characters, true);
}

function quote(bytes: readonly number[], cut: boolean): string {
  return JSON.stringify(decodeUtf8(Uint8Array.from(bytes))) + (cut ? '...' : '');
}

function formatMembers(type: Entry, place: Exclude<Place, { kind: 'none' }>, state: FrameState, level: number): string {
  // One level deep; what is inside of members is not.
  if (level > 0) return '{...}';
  const parts: string[] = [];
  for (const member of type.children()) {
    if (member.tag !== DW_TAG.member && member.tag !== DW_TAG.inheritance) continue;
    if (member.flag(DW_AT.external) || member.flag(DW_AT.declaration)) continue;
    if (parts.length === MOST_MEMBERS) {
      parts.push('...');
      break;
    }
    const memberType = referredType(member);
    const name = member.tag === DW_TAG.inheritance ? `<${typeName(memberType)}>` : (member.string(DW_AT.name) ?? '');
    const offset = member.constant(DW_AT.data_member_location) ?? 0;
    const value =
      memberType === undefined
        ? '<type unknown>'
        : formatMember(member, memberType, moved(place, offset), state, level);
    parts.push(name === '' ? value : `${name} = ${value}`);
  }
  return `{${parts.join(', ')}}`;
}

function formatMember(
  member: Entry,
  type: Entry,
  place: Exclude<Place, { kind: 'none' }>,
  state: FrameState,
  level: number,
): string {
  const bits = member.constant(DW_AT.bit_size);
  if (bits === undefined) return format(type, place, state, level + 1);
  const offset = member.constant(DW_AT.data_bit_offset) ?? 0;
  const bytes = bytesOf(moved(place, Math.floor(offset / 8)), Math.ceil(((offset % 8) + bits) / 8), state);
  if (bytes === undefined) return '<not recorded>';
  const raw = BigInt.asUintN(bits, littleEndian(bytes) >> BigInt(offset % 8));
  const encoding = stripped(type)?.constant(DW_AT.encoding);
  return encoding === DW_ATE.signed ? BigInt.asIntN(bits, raw).toString() : raw.toString();
}

function formatArray(type: Entry, place: Exclude<Place, { kind: 'none' }>, state: FrameState, level: number): string {
  const element = referredType(type);
  const size = element === undefined ? undefined : typeSize(element, type.unit.addressSize);
  const total = typeSize(type, type.unit.addressSize);
  if (element === undefined || size === undefined || size === 0 || total === undefined) return '{...}';
  const count = Math.floor(total / size);
  const encoding = stripped(element)?.constant(DW_AT.encoding);
  if (size === 1 && (encoding === DW_ATE.signed_char || encoding === DW_ATE.unsigned_char)) {
    const bytes = bytesOf(place, Math.min(count, MOST_CHARACTERS), state);
    if (bytes === undefined) return '<not recorded>';
    const end = bytes.indexOf(0);
    return quote([...bytes.subarray(0, end < 0 ? bytes.length : end)], end < 0 && count > MOST_CHARACTERS);
  }
  const shown = Math.min(count, MOST_ELEMENTS);
  const parts = Array.from({ length: shown }, (_, index) =>
    format(element, moved(place, index * size), state, level + 1),
  );
  return `{${parts.join(', ')}${count > shown ? `, ... ${count - shown} more` : ''}}`;
}

/** The place `offset` bytes further on. */
function moved(place: Exclude<Place, { kind: 'none' }>, offset: number): Exclude<Place, { kind: 'none' }> {
  switch (place.kind) {
    case 'memory':
      return { kind: 'memory', address: place.address + offset };
    case 'bytes':
      return { kind: 'bytes', bytes: place.bytes.subarray(offset) };
    case 'value':
      return { kind: 'value', value: BigInt.asUintN(64, place.value) >> BigInt(8 * offset) };
    default:
      return place;
  }
}

function bytesOf(place: Exclude<Place, { kind: 'none' }>, size: number, state: FrameState): Uint8Array | undefined {
  if (size <= 0 || size > 1 << 20) return undefined;
  switch (place.kind) {
    case 'memory':
      return state.memory(place.address, size);
    case 'bytes':
      return place.bytes.length >= size ? place.bytes.subarray(0, size) : undefined;
    case 'value': {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < Math.min(size, 8); at++) bytes[at] = Number((place.value >> BigInt(8 * at)) & 0xffn);
      return bytes;
    }
    default:
      return undefined;
  }
}

function enumeratorOf(type: Entry, raw: bigint, size: number): string | undefined {
  for (const child of type.children()) {
    if (child.tag !== DW_TAG.enumerator) continue;
    const value = child.constant(DW_AT.const_value);
    if (value !== undefined && BigInt.asUintN(size * 8, BigInt(value)) === raw) return child.string(DW_AT.name);
  }
  return undefined;
}

/** The type without names and qualifiers around it. */
export function stripped(type: Entry): Entry | undefined {
  let actual: Entry | undefined = type;
  for (let steps = 0; actual !== undefined && steps < DEEPEST_TYPE; steps++) {
    switch (actual.tag) {
      case DW_TAG.typedef:
      case DW_TAG.const_type:
      case DW_TAG.volatile_type:
      case DW_TAG.restrict_type:
      case DW_TAG.atomic_type:
        actual = referredType(actual);
        break;
      default:
        return actual;
    }
  }
  return undefined;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
