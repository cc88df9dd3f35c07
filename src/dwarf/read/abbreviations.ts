import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import { type AttributeSpecification, type Declaration, Declarations } from './declarations.ts';

/** The shape that entries of one abbreviation code share (DWARF 5, section 7.5.3). */
export class Abbreviation {
  readonly code: number;
  /** Where its declaration starts in `.debug_abbrev`. */
  readonly offset: number;
  /** What it has in common with abbreviations of other tables. */
  readonly declaration: Declaration;

  constructor(code: number, offset: number, declaration: Declaration) {
    this.code = code;
    this.offset = offset;
    this.declaration = declaration;
  }

  /** `DW_TAG`. */
  get tag(): number {
    return this.declaration.tag;
  }

  get hasChildren(): boolean {
    return this.declaration.hasChildren;
  }

  get attributes(): readonly AttributeSpecification[] {
    return this.declaration.attributes;
  }
}

/**
 * A table of abbreviations, read as far as codes are asked for: the root entry of a unit needs the first one alone.
 */
export class AbbreviationTable {
  /** Where the table starts in `.debug_abbrev`. */
  readonly offset: number;
  readonly #reader: ByteReader;
  readonly #declarations: Declarations;
  /** By code for codes in sequence, as all producers number them. */
  readonly #sequence: (Abbreviation | undefined)[] = [];
  readonly #others = new Map<number, Abbreviation>();
  #complete = false;
  #terminated = false;
  #malformed = false;

  /**
   * @param declarations those that other tables of the section have as well.
   * @throws FormatError `bad-offset` outside the section.
   */
  constructor(section: Window, offset: number, declarations: Declarations = new Declarations()) {
    this.offset = offset;
    this.#declarations = declarations;
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
      this.#add(new Abbreviation(code, offset, this.#declarations.read(reader, offset)));
    } catch (error) {
      // What is damaged stays unread: nothing after it can be trusted.
      this.#complete = true;
      throw error;
    }
  }

  #add(abbreviation: Abbreviation): void {
    const { code, declaration } = abbreviation;
    if (declaration.isMalformed) this.#malformed = true;
    // The first declaration of a code counts.
    if (code < this.#sequence.length || this.#others.has(code)) return;
    if (code === Math.max(1, this.#sequence.length)) this.#sequence[code] = abbreviation;
    else this.#others.set(code, abbreviation);
  }
}
