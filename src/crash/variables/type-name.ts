import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { referredType } from '../../symbolize/variables/type-size.ts';

/** No type is built in more steps. */
const DEEPEST = 32;

/** What stands behind the name of the type that a type is made of. */
const SUFFIXES: Readonly<Record<number, string>> = {
  [DW_TAG.pointer_type]: '*',
  [DW_TAG.reference_type]: '&',
  [DW_TAG.rvalue_reference_type]: '&&',
};

/** What stands in front of it. */
const PREFIXES: Readonly<Record<number, string>> = {
  [DW_TAG.const_type]: 'const ',
  [DW_TAG.volatile_type]: 'volatile ',
  [DW_TAG.atomic_type]: '_Atomic ',
};

/** A type as C writes it, near enough: `const char*`, `int[4]`, `Node*`. @throws FormatError where it is damaged. */
export function typeName(type: Entry | undefined, depth = 0): string {
  if (type === undefined) return 'void';
  if (depth > DEEPEST) return '...';
  const name = type.string(DW_AT.name);
  if (name !== undefined) return name;
  const inner = (): string => typeName(referredType(type), depth + 1);
  const suffix = SUFFIXES[type.tag];
  if (suffix !== undefined) return inner() + suffix;
  const prefix = PREFIXES[type.tag];
  if (prefix !== undefined) return prefix + inner();
  switch (type.tag) {
    case DW_TAG.array_type:
      return inner() + dimensions(type);
    case DW_TAG.subroutine_type:
      return `${inner()} (${[...type.children()].map((each) => typeName(referredType(each), depth + 1)).join(', ')})`;
    case DW_TAG.restrict_type:
      return inner();
    case DW_TAG.structure_type:
      return '(anonymous struct)';
    case DW_TAG.union_type:
      return '(anonymous union)';
    case DW_TAG.enumeration_type:
      return '(anonymous enum)';
    default:
      return '(anonymous)';
  }
}

function dimensions(array: Entry): string {
  let text = '';
  for (const child of array.children()) {
    if (child.tag !== DW_TAG.subrange_type) continue;
    const count = child.constant(DW_AT.count);
    const last = child.constant(DW_AT.upper_bound);
    text += `[${count ?? (last === undefined ? '' : last + 1)}]`;
  }
  return text;
}
