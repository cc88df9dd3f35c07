import { DW_AT, nameOfAttribute } from '../../dwarf/constants/attributes.ts';
import { DW_TAG, nameOfTag } from '../../dwarf/constants/tags.ts';

/** What the entry that an attribute refers to has to be. */
export const REFERRING = { other: 0, type: 1, origin: 2, specification: 3, import: 4 } as const;

const ATTRIBUTES: readonly number[] = [0, DW_AT.type, DW_AT.abstract_origin, DW_AT.specification, DW_AT.import];

/** Tags of entries that are types (DWARF 5, chapter 5). */
const TYPE_TAGS: ReadonlySet<number> = new Set([
  DW_TAG.array_type,
  DW_TAG.class_type,
  DW_TAG.enumeration_type,
  DW_TAG.pointer_type,
  DW_TAG.reference_type,
  DW_TAG.string_type,
  DW_TAG.structure_type,
  DW_TAG.subroutine_type,
  DW_TAG.typedef,
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
  DW_TAG.restrict_type,
  DW_TAG.interface_type,
  DW_TAG.unspecified_type,
  DW_TAG.shared_type,
  DW_TAG.rvalue_reference_type,
  DW_TAG.coarray_type,
  DW_TAG.generic_subrange,
  DW_TAG.dynamic_type,
  DW_TAG.atomic_type,
  DW_TAG.immutable_type,
  DW_TAG.template_alias,
  DW_TAG.LLVM_ptrauth_type,
]);

export function isType(tag: number): boolean {
  return TYPE_TAGS.has(tag);
}

/** Whether an entry of tag `from` may refer to one of tag `to` by this attribute. */
export function isFitting(attribute: number, from: number, to: number): boolean {
  switch (attribute) {
    case REFERRING.type:
      return isType(to) || from === DW_TAG.template_alias;
    case REFERRING.origin:
    case REFERRING.specification:
      if (from === to) return true;
      switch (from) {
        case DW_TAG.inlined_subroutine:
        case DW_TAG.GNU_call_site:
        case DW_TAG.call_site:
          return to === DW_TAG.subprogram;
        case DW_TAG.variable:
          return to === DW_TAG.member;
        default:
          return false;
      }
    default:
      return true;
  }
}

/** `DW_AT_type`, for messages. */
export function nameOfReferring(attribute: number): string {
  return attribute === REFERRING.other ? 'a reference' : nameOfAttribute(ATTRIBUTES[attribute]!);
}

/** What is wrong with a reference to an entry of another kind. */
export function describeMisfit(attribute: number, from: number, to: number): string {
  return `${nameOfReferring(attribute)} of a ${nameOfTag(from)} refers to a ${nameOfTag(to)}`;
}
