import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import type { Entry } from '../dwarf/read/entry.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { plainName, splitSimplified } from './simplified-name.ts';
import { nameOfTemplateValue } from './template-values.ts';

/** Types within types; no name needs more, and a circle has no end. */
const DEEPEST = 64;
/** Entries that one name is made of. */
const MOST_ENTRIES = 4096;

/** What stands before or behind a type's name, in clang's order. */
interface Qualifiers {
  readonly const?: boolean;
  readonly volatile?: boolean;
  readonly restrict?: boolean;
}
const PLAIN: Qualifiers = {};

/**
 * Names of C++ types and templates as clang writes them, put together from entries. A type is written around a
 * declarator, as in a declaration without a name: `int (*)(char)` is `int` around `(*)(char)`.
 *
 * Everything answers `undefined` where an entry does not say enough: lambdas, vectors, calling conventions.
 */
export class TypeNames {
  readonly #scopes = new WeakMap<Unit, ReadonlyMap<number, number>>();
  #depth = 0;
  #left = 0;

  /** The name of a class or a function with its template arguments: `box<int>`. @throws FormatError as `Entry`. */
  templateName(entry: Entry): string | undefined {
    this.#depth = 0;
    this.#left = MOST_ENTRIES;
    return this.#ownName(entry);
  }

  #type(type: Entry | undefined, declarator: string, qualifiers: Qualifiers, isMember = false): string | undefined {
    if (this.#left-- <= 0 || this.#depth >= DEEPEST) return undefined;
    this.#depth++;
    const name = this.#describe(type, declarator, qualifiers, isMember);
    this.#depth--;
    return name;
  }

  #describe(
    type: Entry | undefined,
    declarator: string,
    qualifiers: Qualifiers,
    isMember: boolean,
  ): string | undefined {
    switch (type?.tag) {
      case undefined:
        return around(`${wordsOf(qualifiers)}void`, declarator);
      case DW_TAG.pointer_type:
        return this.#pointer(type, '*', declarator, qualifiers);
      case DW_TAG.reference_type:
        return this.#pointer(type, '&', declarator, qualifiers);
      case DW_TAG.rvalue_reference_type:
        return this.#pointer(type, '&&', declarator, qualifiers);
      case DW_TAG.ptr_to_member_type: {
        const owner = type.reference(DW_AT.containing_type);
        const name = owner && this.#qualifiedName(owner);
        return name === undefined ? undefined : this.#pointer(type, `${name}::*`, declarator, qualifiers);
      }
      case DW_TAG.const_type:
        return this.#type(type.reference(DW_AT.type), declarator, { ...qualifiers, const: true }, isMember);
      case DW_TAG.volatile_type:
        return this.#type(type.reference(DW_AT.type), declarator, { ...qualifiers, volatile: true }, isMember);
      case DW_TAG.restrict_type:
        return this.#type(type.reference(DW_AT.type), declarator, { ...qualifiers, restrict: true }, isMember);
      case DW_TAG.array_type: {
        const dimensions = dimensionsOf(type);
        // What is said of an array is meant of its elements.
        return dimensions && this.#type(type.reference(DW_AT.type), declarator + dimensions, qualifiers);
      }
      case DW_TAG.subroutine_type: {
        const parameters = this.#parameters(type, qualifiers, isMember);
        return parameters && this.#type(type.reference(DW_AT.type), declarator + parameters, PLAIN);
      }
      case DW_TAG.unspecified_type: {
        const name = type.string(DW_AT.name);
        const word = name === 'decltype(nullptr)' ? 'std::nullptr_t' : name;
        return word && around(wordsOf(qualifiers) + word, declarator);
      }
      default: {
        const name = type && this.#qualifiedName(type);
        return name && around(wordsOf(qualifiers) + name, declarator);
      }
    }
  }

  #pointer(type: Entry, sign: string, declarator: string, qualifiers: Qualifiers): string | undefined {
    const words = wordsOf(qualifiers).trimEnd();
    const behind = sign + (words === '' ? declarator : around(words, declarator));
    const target = type.reference(DW_AT.type);
    const isMember = type.tag === DW_TAG.ptr_to_member_type;
    return this.#type(target, bindsTighter(target) ? `(${behind})` : behind, PLAIN, isMember);
  }

  /** `(int, char) const`. */
  #parameters(
    type: Entry,
    { const: isConst, volatile: isVolatile }: Qualifiers,
    isMember: boolean,
  ): string | undefined {
    if (type.has(DW_AT.calling_convention)) return undefined;
    const words: string[] = [];
    let own: Entry | undefined;
    for (const child of type.children()) {
      if (child.tag === DW_TAG.unspecified_parameters) words.push('...');
      if (child.tag !== DW_TAG.formal_parameter) continue;
      if (isMember && own === undefined && words.length === 0 && child.flag(DW_AT.artificial)) {
        own = child.reference(DW_AT.type);
        continue;
      }
      const name = this.#type(child.reference(DW_AT.type), '', PLAIN);
      if (name === undefined) return undefined;
      words.push(name);
    }
    // A member function is const where what `this` points to is.
    const qualified = own && qualifiersOf(own.reference(DW_AT.type));
    let text = `(${words.join(', ')})`;
    if (isConst || qualified?.const) text += ' const';
    if (isVolatile || qualified?.volatile) text += ' volatile';
    if (type.flag(DW_AT.reference)) text += ' &';
    if (type.flag(DW_AT.rvalue_reference)) text += ' &&';
    return text;
  }

  /** `ns::box<int>`. */
  #qualifiedName(entry: Entry): string | undefined {
    if (this.#left-- <= 0 || this.#depth >= DEEPEST) return undefined;
    const signature = entry.value(DW_AT.signature);
    const type = signature === undefined ? entry : (entry.unit.reference(signature) ?? entry);
    this.#depth++;
    let name = this.#ownName(type);
    const around = isScoped(type.tag) ? this.#scopeOf(type) : undefined;
    if (name !== undefined && around !== undefined && isScoped(around.tag)) {
      const outer = this.#qualifiedName(around);
      name = outer && `${outer}::${name}`;
    }
    this.#depth--;
    return name;
  }

  #ownName(entry: Entry): string | undefined {
    const written = entry.string(DW_AT.name);
    if (written === undefined) return entry.tag === DW_TAG.namespace ? '(anonymous namespace)' : undefined;
    const name = splitSimplified(written)?.base ?? written;
    if (name.endsWith('>')) return name;
    const words: string[] = [];
    const kind = this.#arguments(entry, words);
    if (kind === 'unknown') return undefined;
    if (kind === 'none') return name;
    const last = words.at(-1);
    return `${name}<${words.join(', ')}${last?.endsWith('>') ? ' >' : '>'}`;
  }

  /** Adds the template arguments of an entry, those of packs in their place. */
  #arguments(entry: Entry, words: string[]): 'none' | 'some' | 'unknown' {
    let kind: 'none' | 'some' = 'none';
    if (!entry.hasChildren) return kind;
    for (const child of entry.children()) {
      let word: string | undefined;
      switch (child.tag) {
        case DW_TAG.GNU_template_parameter_pack:
          kind = 'some';
          if (this.#arguments(child, words) === 'unknown') return 'unknown';
          continue;
        case DW_TAG.template_type_parameter:
          word = this.#type(child.reference(DW_AT.type), '', PLAIN);
          break;
        case DW_TAG.template_value_parameter:
          word = this.#value(child);
          break;
        case DW_TAG.GNU_template_template_param:
          word = child.string(DW_AT.GNU_template_name);
          break;
        default:
          continue;
      }
      kind = 'some';
      if (word === undefined) return 'unknown';
      words.push(word);
    }
    return kind;
  }

  #value(parameter: Entry): string | undefined {
    const type = parameter.reference(DW_AT.type);
    const value = parameter.value(DW_AT.const_value);
    if (type === undefined || value?.class !== 'constant') return undefined;
    const isEnumeration = type.tag === DW_TAG.enumeration_type;
    const name = isEnumeration ? this.#qualifiedName(type) : plainName(type.string(DW_AT.name) ?? '');
    return name && nameOfTemplateValue(name, value, type.constant(DW_AT.byte_size) ?? 0, isEnumeration);
  }

  /** What an entry stands in; `undefined` for what is of the unit itself. */
  #scopeOf(entry: Entry): Entry | undefined {
    const { unit } = entry;
    let parents = this.#scopes.get(unit);
    if (parents === undefined) {
      parents = parentsOf(unit);
      this.#scopes.set(unit, parents);
    }
    const parent = parents.get(entry.offset);
    return parent === undefined ? undefined : unit.entryAt(parent);
  }
}

/** By where scoped entries start: where what they stand in starts. */
function parentsOf(unit: Unit): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  const open: number[] = [];
  for (const { entry, depth } of unit.entries()) {
    open[depth] = entry.offset;
    if (depth > 1 && isScoped(entry.tag)) parents.set(entry.offset, open[depth - 1]!);
  }
  return parents;
}

/** Names of these are told with what they stand in. */
function isScoped(tag: number): boolean {
  switch (tag) {
    case DW_TAG.structure_type:
    case DW_TAG.class_type:
    case DW_TAG.union_type:
    case DW_TAG.enumeration_type:
    case DW_TAG.namespace:
      return true;
    default:
      return false;
  }
}

function wordsOf(qualifiers: Qualifiers): string {
  const { const: isConst, volatile: isVolatile, restrict } = qualifiers;
  return `${isConst ? 'const ' : ''}${isVolatile ? 'volatile ' : ''}${restrict ? '__restrict ' : ''}`;
}

/** A name with what is written around it. */
function around(name: string, declarator: string): string {
  return declarator === '' || declarator.startsWith('[') ? name + declarator : `${name} ${declarator}`;
}

/** Whether a pointer to this needs parentheses. */
function bindsTighter(type: Entry | undefined): boolean {
  let at = type;
  for (let length = 0; at !== undefined && length < DEEPEST; length++) {
    if (at.tag === DW_TAG.subroutine_type || at.tag === DW_TAG.array_type) return true;
    if (at.tag !== DW_TAG.const_type && at.tag !== DW_TAG.volatile_type) return false;
    at = at.reference(DW_AT.type);
  }
  return false;
}

function qualifiersOf(type: Entry | undefined): Qualifiers {
  let at = type;
  let found = PLAIN;
  for (let length = 0; at !== undefined && length < 2; length++) {
    if (at.tag === DW_TAG.const_type) found = { ...found, const: true };
    else if (at.tag === DW_TAG.volatile_type) found = { ...found, volatile: true };
    at = at.reference(DW_AT.type);
  }
  return found;
}

/** `[2][4]`. */
function dimensionsOf(type: Entry): string | undefined {
  if (type.has(DW_AT.GNU_vector)) return undefined;
  let text = '';
  for (const child of type.children()) {
    if (child.tag !== DW_TAG.subrange_type) continue;
    const [lower, upper, count] = child.values([DW_AT.lower_bound, DW_AT.upper_bound, DW_AT.count]);
    if (lower !== undefined && !(lower.class === 'constant' && lower.value === 0)) return undefined;
    const size = count ?? upper;
    if (size === undefined) text += '[]';
    else if (size.class !== 'constant') return undefined;
    else text += `[${count === undefined ? size.value + 1 : size.value}]`;
  }
  return text === '' ? undefined : text;
}
