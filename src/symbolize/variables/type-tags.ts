import { DW_TAG } from '../../dwarf/constants/tags.ts';

const TYPES: ReadonlySet<number> = new Set([
  DW_TAG.array_type,
  DW_TAG.class_type,
  DW_TAG.interface_type,
  DW_TAG.enumeration_type,
  DW_TAG.pointer_type,
  DW_TAG.reference_type,
  DW_TAG.rvalue_reference_type,
  DW_TAG.string_type,
  DW_TAG.structure_type,
  DW_TAG.subroutine_type,
  DW_TAG.union_type,
  DW_TAG.ptr_to_member_type,
  DW_TAG.set_type,
  DW_TAG.subrange_type,
  DW_TAG.base_type,
  DW_TAG.const_type,
  DW_TAG.file_type,
  DW_TAG.packed_type,
  DW_TAG.thrown_type,
  DW_TAG.volatile_type,
  DW_TAG.typedef,
]);

/** Whether a tag is that of a type. */
export function isTypeTag(tag: number): boolean {
  return TYPES.has(tag);
}
