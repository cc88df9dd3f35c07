import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { DW_CHILDREN } from '../constants/children.ts';
import { DW_FORM } from '../constants/forms.ts';

/** One attribute of an abbreviation. */
export interface AttributeSpecification {
  /** `DW_AT`. */
  readonly name: number;
  /** `DW_FORM`. */
  readonly form: number;
  /** The value itself, for `DW_FORM_implicit_const`. */
  readonly implicit: number;
}

/** The shape that entries of one abbreviation code share (DWARF 5, section 7.5.3). */
export interface Abbreviation {
  readonly code: number;
  /** `DW_TAG`. */
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeSpecification[];
  /** Where its declaration starts in `.debug_abbrev`. */
  readonly offset: number;
}

/** No abbreviation has more attributes than this; a larger one is damage, not data. */
const MOST_ATTRIBUTES = 4096;

/**
 * A table of abbreviations, read as far as codes are asked for: the root entry of a unit needs the first one alone.
 */
export class AbbreviationTable {
  /** Where the table starts in `.debug_abbrev`. */
  readonly offset: number;
  readonly #reader: ByteReader;
  /** By code for codes in sequence, as all producers number them. */
  readonly #sequence: (Abbreviation | undefined)[] = [];
  readonly #others = new Map<number, Abbreviation>();
  #complete = false;
  #terminated = false;
  #malformed = false;

  readonly #likeLlvm: boolean;

  /**
   * @param likeLlvm what says neither that there are children nor that there are none counts as none.
   * @throws FormatError `bad-offset` outside the section.
   */
  constructor(section: Window, offset: number, { likeLlvm = false }: { likeLlvm?: boolean } = {}) {
    this.offset = offset;
    this.#likeLlvm = likeLlvm;
    this.#reader = new ByteReader(section, offset);
  }

  /**
   * The abbreviation of a code other than 0.
   *
   * @throws FormatError `unexpected-end` or `bad-value` where the table is damaged before the code is found.
   */
  find(code: number): Abbreviation | undefined {
    for (;;) {
      const found = code < this.#sequence.length ? this.#sequence[code] : this.#others.get(code);
      if (found !== undefined) return found;
      if (this.#complete) return undefined;
      this.#readOne();
    }
  }

  /** All abbreviations, in the order of the table. @throws FormatError where it is damaged. */
  all(): Abbreviation[] {
    while (!this.#complete) this.#readOne();
    const found = [...this.#sequence.filter((each) => each !== undefined), ...this.#others.values()];
    return found.sort((a, b) => a.offset - b.offset);
  }

  /** Where the table ends, its closing 0 included. @throws FormatError where it is damaged. */
  end(): number {
    while (!this.#complete) this.#readOne();
    return this.#reader.offset;
  }

  /** Whether the table is whole, closed by a 0, and without tags, names and forms of 0, as LLVM demands. */
  get isTerminated(): boolean {
    try {
      this.end();
    } catch (error) {
      if (!isFormatError(error)) throw error;
    }
    return this.#terminated && !this.#malformed;
  }

  #readOne(): void {
    const reader = this.#reader;
    const offset = reader.offset;
    // A table that ends with its section instead of a 0 is whole all the same.
    const ended = reader.done;
    const code = ended ? 0 : reader.uleb();
    if (code === 0) {
      this.#complete = true;
      this.#terminated = !ended;
      return;
    }
    try {
      this.#add(readDeclaration(reader, code, offset, this.#likeLlvm));
    } catch (error) {
      // What is damaged stays unread: nothing after it can be trusted.
      this.#complete = true;
      throw error;
    }
  }

  #add(abbreviation: Abbreviation): void {
    const { code, tag, attributes } = abbreviation;
    if (tag === 0 || attributes.some(({ name, form }) => name === 0 || form === 0)) this.#malformed = true;
    // The first declaration of a code counts.
    if (code < this.#sequence.length || this.#others.has(code)) return;
    if (code === Math.max(1, this.#sequence.length)) this.#sequence[code] = abbreviation;
    else this.#others.set(code, abbreviation);
  }
}

function readDeclaration(reader: ByteReader, code: number, offset: number, likeLlvm: boolean): Abbreviation {
  const tag = reader.uleb();
  const children = reader.u8();
  if (children !== DW_CHILDREN.no && children !== DW_CHILDREN.yes && !likeLlvm) {
    throw reader.error('bad-value', `DW_CHILDREN of ${children}`, reader.offset - 1);
  }
  const attributes: AttributeSpecification[] = [];
  for (;;) {
    const name = reader.uleb();
    const form = reader.uleb();
    if (name === 0 && form === 0) break;
    const implicit = form === DW_FORM.implicit_const ? reader.sleb() : 0;
    if (attributes.length === MOST_ATTRIBUTES) {
      throw new FormatError('bad-value', reader.window.section, offset, `more than ${MOST_ATTRIBUTES} attributes`);
    }
    attributes.push({ name, form, implicit });
  }
  return { code, tag, hasChildren: children === DW_CHILDREN.yes, attributes, offset };
}
