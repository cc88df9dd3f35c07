import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError } from '../../errors.ts';
import { DW_CHILDREN } from '../constants/children.ts';
import { DW_FORM } from '../constants/forms.ts';
import type { Encoding } from '../model/encoding.ts';
import type { SkipPlan } from './skip-plan.ts';

/** One attribute of an abbreviation. */
export interface AttributeSpecification {
  /** `DW_AT`. */
  readonly name: number;
  /** `DW_FORM`. */
  readonly form: number;
  /** The value itself, for `DW_FORM_implicit_const`. */
  readonly implicit: number;
}

/** What an abbreviation's declaration says beside its code (DWARF 5, section 7.5.3). */
export interface Declaration {
  /** `DW_TAG`. */
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeSpecification[];
  /** Whether its tag, a name or a form is 0, which none may be. */
  readonly isMalformed: boolean;
  /** How to step over the values of its entries, by what {@link encodingKey} says, as far as somebody did. */
  readonly skipPlans: Map<number, SkipPlan>;
}

/** A number for what sizes of values depend on. */
export function encodingKey({ version, addressSize, offsetSize }: Encoding): number {
  return (version * 256 + addressSize) * 256 + offsetSize;
}

/** No abbreviation has more attributes than this; a larger one is damage, not data. */
const MOST_ATTRIBUTES = 4096;

/** More declarations of one hash are made by somebody who wants us to compare them all: those are not kept. */
const MOST_COLLISIONS = 8;

/** A declaration, and where its bytes stand that were read first. */
interface Known {
  readonly declaration: Declaration;
  readonly start: number;
  readonly size: number;
  /** Another one of the same hash. */
  readonly next: Known | undefined;
}

/**
 * The declarations of one section, each kept once: a linked module has a table a unit, hundreds of thousands of
 * declarations together, and a few thousand different ones.
 */
export class Declarations {
  readonly #likeLlvm: boolean;
  readonly #byHash = new Map<number, Known>();

  /** @param likeLlvm what says neither that there are children nor that there are none counts as none. */
  constructor({ likeLlvm = false }: { likeLlvm?: boolean } = {}) {
    this.#likeLlvm = likeLlvm;
  }

  /**
   * Reads the declaration that follows a code.
   *
   * @param reader a reader of `.debug_abbrev`, the same section each time.
   * @param offset where the abbreviation starts, for errors.
   * @throws FormatError `unexpected-end` or `bad-value` where it is damaged.
   */
  read(reader: ByteReader, offset: number): Declaration {
    const start = reader.offset;
    const hash = skipDeclaration(reader, offset, this.#likeLlvm);
    const size = reader.offset - start;
    const first = this.#byHash.get(hash);
    let tried = 0;
    for (let known = first; known !== undefined; known = known.next) {
      if (known.size === size && isSame(reader.window, known.start, start, size)) return known.declaration;
      tried++;
    }
    reader.seek(start);
    const declaration = readDeclaration(reader);
    if (tried < MOST_COLLISIONS) this.#byHash.set(hash, { declaration, start, size, next: first });
    return declaration;
  }
}

/** Goes over a declaration, and answers a hash of it. */
function skipDeclaration(reader: ByteReader, offset: number, anyChildren: boolean): number {
  let hash = reader.uleb();
  const children = reader.u8();
  if (children !== DW_CHILDREN.no && children !== DW_CHILDREN.yes && !anyChildren) {
    throw reader.error('bad-value', `DW_CHILDREN of ${children}`, reader.offset - 1);
  }
  hash = mixed(hash, children);
  for (let count = 0; ; count++) {
    const name = reader.uleb();
    const form = reader.uleb();
    if (name === 0 && form === 0) return hash;
    hash = mixed(mixed(hash, name), form);
    if (form === DW_FORM.implicit_const) hash = mixed(hash, reader.sleb());
    if (count === MOST_ATTRIBUTES) {
      throw new FormatError('bad-value', reader.window.section, offset, `more than ${MOST_ATTRIBUTES} attributes`);
    }
  }
}

function mixed(hash: number, value: number): number {
  // The bits of a product's upper half are the well mixed ones.
  const product = Math.imul(hash ^ value, 0x9e37_79b1);
  return product ^ (product >>> 15);
}

/** Reads what {@link skipDeclaration} went over. */
function readDeclaration(reader: ByteReader): Declaration {
  const tag = reader.uleb();
  const hasChildren = reader.u8() === DW_CHILDREN.yes;
  const attributes: AttributeSpecification[] = [];
  let isMalformed = tag === 0;
  for (;;) {
    const name = reader.uleb();
    const form = reader.uleb();
    if (name === 0 && form === 0) break;
    if (name === 0 || form === 0) isMalformed = true;
    attributes.push({ name, form, implicit: form === DW_FORM.implicit_const ? reader.sleb() : 0 });
  }
  return { tag, hasChildren, attributes, isMalformed, skipPlans: new Map() };
}

function isSame({ bytes, base }: Window, one: number, other: number, size: number): boolean {
  for (let index = 0; index < size; index++) {
    if (bytes[base + one + index] !== bytes[base + other + index]) return false;
  }
  return true;
}
