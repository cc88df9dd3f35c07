import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_FORM } from '../../dwarf/constants/forms.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { isFormatError } from '../../errors.ts';

/** No type of a real program is built in more steps. */
const DEEPEST_TYPE = 128;

/** The size of a type in bytes as LLVM computes it (`DWARFDie::getTypeSize`); `undefined` where it cannot be told. */
export function typeSize(type: Entry, pointerSize: number): number | undefined {
  try {
    return sizeOf(type, pointerSize, new Set());
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}

function sizeOf(type: Entry, pointerSize: number, visited: Set<string>): number | undefined {
  const key = `${type.unit.section.section} ${type.offset}`;
  if (visited.has(key) || visited.size > DEEPEST_TYPE) return undefined;
  visited.add(key);
  const size = unsigned(type, DW_AT.byte_size);
  if (size !== undefined) return size;
  const base = (): Entry | undefined => referredType(type);
  switch (type.tag) {
    case DW_TAG.pointer_type:
    case DW_TAG.reference_type:
    case DW_TAG.rvalue_reference_type:
      return pointerSize;
    case DW_TAG.ptr_to_member_type:
      return base()?.tag === DW_TAG.subroutine_type ? 2 * pointerSize : pointerSize;
    case DW_TAG.array_type: {
      const element = base();
      const elementSize = element === undefined ? undefined : sizeOf(element, pointerSize, visited);
      return elementSize === undefined ? undefined : elementSize * elementCount(type);
    }
    default: {
      const inner = base();
      return inner === undefined ? undefined : sizeOf(inner, pointerSize, visited);
    }
  }
}

/**
 * The type that an entry names. LLVM does not find the type units of DWARF 4 (`.debug_types`) in wasm.
 *
 * @throws FormatError where it is not there.
 */
export function referredType(entry: Entry): Entry | undefined {
  const { unit } = entry;
  const value = entry.value(DW_AT.type);
  if (value?.class === 'type-signature' && unit.version < 5 && unit.dwarf.likeLlvm) return undefined;
  return value && unit.reference(value);
}

function elementCount(array: Entry): number {
  let count = 1;
  for (const dimension of array.children()) {
    if (dimension.tag !== DW_TAG.subrange_type) continue;
    const elements = unsigned(dimension, DW_AT.count);
    if (elements !== undefined) count *= elements;
    const last = signed(dimension, DW_AT.upper_bound);
    if (last !== undefined) count *= last - (signed(dimension, DW_AT.lower_bound) ?? 0) + 1;
  }
  return count;
}

/** A constant that is not negative. */
function unsigned(entry: Entry, attribute: number): number | undefined {
  const value = entry.constant(attribute);
  return value === undefined || value < 0 ? undefined : value;
}

/** A bound of an array. LLVM takes the highest bit of one in a fixed number of bytes for a sign. */
function signed(entry: Entry, attribute: number): number | undefined {
  const value = entry.constant(attribute);
  if (value === undefined || !entry.unit.dwarf.likeLlvm) return value;
  switch (entry.abbreviation.attributes.find(({ name }) => name === attribute)?.form) {
    case DW_FORM.data1:
      return (value << 24) >> 24;
    case DW_FORM.data2:
      return (value << 16) >> 16;
    case DW_FORM.data4:
      return value | 0;
    default:
      return value;
  }
}
