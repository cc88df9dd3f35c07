/** The text of a common name while it is written. */
import {
  FIRST_WITH_PLACE,
  isNoText,
  KIND,
  type Kind,
  LOST,
  PACK,
  PACK_REFERENCE,
  Pieces,
  UNCOMMON,
} from './itanium-pieces.ts';

/** Longer names and longer texts are not common. */
export const MAX_NAME = 4096;
const MAX_TEXT = 1 << 15;
/** One text, and texts written aside inside each other. */
const TEXTS = 4;
/** Productions inside each other. */
const MAX_DEPTH = 200;
/** How far behind the end of a name the reader looks. */
const LOOK_AHEAD = 4;

/** The productions that contain each other, each in a file of its own; they meet here. */
export interface CommonGrammar {
  encoding(draft: Draft, inside: boolean): number;
  name(draft: Draft, entity: boolean): void;
  type(draft: Draft): Kind;
  expression(draft: Draft): number;
}

/** One name as it is read and its text as it is written; used for one name after the other. */
export class Draft {
  readonly grammar: CommonGrammar;
  /** The mangled name, with zeros behind it. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(MAX_NAME + LOOK_AHEAD);
  at = 0;
  end = 0;
  /** The text, and behind it what has been written aside. */
  readonly text: Uint8Array<ArrayBuffer> = new Uint8Array(TEXTS * MAX_TEXT);
  /** How far `text` is written, and how far it can be. */
  length = 0;
  limit: number = MAX_TEXT;
  readonly #lengths: Int32Array = new Int32Array(TEXTS);
  depth = 0;

  /** What `S_`, `S0_`, … stand for. */
  readonly substitutions: Pieces = new Pieces();
  /** What `T_`, `T0_`, … stand for: from `firstArgument` on. A pack's start and end are those of its elements. */
  readonly templateArguments: Pieces = new Pieces();
  firstArgument = 0;
  /** Whether there are template arguments that `T_` could refer to. */
  argumentsKnown = false;
  readonly packElements: Pieces = new Pieces();

  /** Which element packs stand for in the pattern of an expansion, and how many there are; −1 where not known. */
  packIndex = -1;
  packSize = -1;
  /** The pack that the last template parameter was, by its place; −1 if it was none. */
  packReference = -1;
  #packReferences = false;
  /** In the parameters of a lambda whose `T_` are `auto`. */
  lambdaAuto = false;
  /** In the type that a conversion operator is named by. */
  inConversion = false;

  /** What a constructor of the last name would be called: a range of the text; −1 where it is not known. */
  baseStart = -1;
  baseEnd = -1;

  /** What the encoding must know of the name it begins with, as `NameState`. */
  qualifiers = '';
  withoutResult = false;
  endsWithTemplateArgs = false;

  constructor(grammar: CommonGrammar) {
    this.grammar = grammar;
  }

  /** Starts over. The name is written to `bytes` by the caller; its first two bytes are not read. */
  reset(size: number): void {
    const { bytes } = this;
    for (let ahead = 0; ahead < LOOK_AHEAD; ahead++) bytes[size + ahead] = 0;
    this.at = 2;
    this.end = size;
    this.length = this.depth = 0;
    this.limit = MAX_TEXT;
    for (let text = 1; text < TEXTS; text++) this.#lengths[text] = text * MAX_TEXT;
    this.substitutions.size = this.templateArguments.size = this.packElements.size = this.firstArgument = 0;
    this.argumentsKnown = this.lambdaAuto = this.inConversion = false;
    this.packIndex = this.packSize = this.packReference = -1;
    this.#packReferences = false;
    this.baseStart = this.baseEnd = -1;
    this.qualifiers = '';
  }

  enter(): void {
    if (++this.depth > MAX_DEPTH) throw UNCOMMON;
  }

  /** Takes one character if it is that one. */
  skip(code: number): boolean {
    if (this.bytes[this.at] !== code) return false;
    this.at++;
    return true;
  }

  expect(code: number): void {
    if (this.bytes[this.at] !== code) throw UNCOMMON;
    this.at++;
  }

  /** Writes to a text of its own until `leaveAside()`: what is not part of the name's text, or of a later part. */
  enterAside(): void {
    if (this.limit === TEXTS * MAX_TEXT) throw UNCOMMON;
    this.#lengths[this.limit / MAX_TEXT - 1] = this.length;
    this.length = this.#lengths[this.limit / MAX_TEXT]!;
    this.limit += MAX_TEXT;
  }

  leaveAside(): void {
    this.limit -= MAX_TEXT;
    this.#lengths[this.limit / MAX_TEXT] = this.length;
    this.length = this.#lengths[this.limit / MAX_TEXT - 1]!;
  }

  /** Writes ASCII. */
  put(written: string): void {
    const { text } = this;
    const start = this.length;
    const size = written.length;
    if (start + size > this.limit) throw UNCOMMON;
    for (let at = 0; at < size; at++) text[start + at] = written.charCodeAt(at);
    this.length = start + size;
  }

  /** Writes one character. */
  putOne(code: number): void {
    const at = this.length;
    if (at >= this.limit) throw UNCOMMON;
    this.text[at] = code;
    this.length = at + 1;
  }

  /** Writes two characters. */
  putTwo(first: number, second: number): void {
    const { text, length: at } = this;
    if (at + 2 > this.limit) throw UNCOMMON;
    text[at] = first;
    text[at + 1] = second;
    this.length = at + 2;
  }

  /** Writes a part of the text once more. */
  repeat(start: number, end: number): void {
    const { text } = this;
    let to = this.length;
    if (to + end - start > this.limit) throw UNCOMMON;
    for (let from = start; from < end; ) text[to++] = text[from++]!;
    this.length = to;
  }

  /** Writes the next `size` bytes of the name. */
  copy(size: number): void {
    const { bytes, text, end } = this;
    let { at, length } = this;
    const stop = at + size;
    if (stop > end || length + size > this.limit) throw UNCOMMON;
    while (at < stop) text[length++] = bytes[at++]!;
    this.at = at;
    this.length = length;
  }

  /** Writes what a substitution stands for; its kind. */
  repeatSubstitution(at: number): Kind {
    const { values } = this.substitutions;
    if (values[at + 2] === PACK_REFERENCE && at < this.substitutions.size) return this.#repeatArgument(values[at]!);
    return this.#repeatPiece(this.substitutions, at);
  }

  /** Writes what `T_` stands for: an argument, or the element of a pack that an expansion has come to. */
  repeatArgument(index: number): Kind {
    return this.#repeatArgument(this.firstArgument + 3 * index);
  }

  #repeatArgument(at: number): Kind {
    const { templateArguments, packElements } = this;
    this.packReference = -1;
    if (at >= templateArguments.size) throw UNCOMMON;
    if (templateArguments.values[at + 2] !== PACK) return this.#repeatPiece(templateArguments, at);
    if (this.packIndex < 0) throw UNCOMMON;
    this.packReference = at;
    const first = templateArguments.values[at]!;
    const count = (templateArguments.values[at + 1]! - first) / 3;
    if (this.packSize < 0) this.packSize = count;
    return this.packIndex < count ? this.#repeatPiece(packElements, first + 3 * this.packIndex) : KIND.plain;
  }

  #repeatPiece({ values, size }: Pieces, at: number): Kind {
    if (at >= size) throw UNCOMMON;
    const start = values[at]!;
    const kind = values[at + 2]!;
    if (kind === LOST || isNoText(kind)) throw UNCOMMON;
    const moved = this.length - start;
    this.repeat(start, values[at + 1]!);
    return kind >= FIRST_WITH_PLACE ? kind + 8 * moved : kind;
  }

  /** Makes the template parameter that has just been written a substitution. */
  substituteParameter(start: number, kind: Kind): void {
    if (this.packReference < 0) this.substitutions.add(start, this.length, kind);
    else {
      this.substitutions.add(this.packReference, 0, PACK_REFERENCE);
      this.#packReferences = true;
    }
  }

  /** Forgets the template arguments from `size` on. */
  forgetArguments(size: number): void {
    this.templateArguments.size = size;
    if (!this.#packReferences) return;
    const { values, size: end } = this.substitutions;
    for (let at = 0; at < end; at += 3) if (values[at + 2] === PACK_REFERENCE) values[at + 2] = LOST;
    this.#packReferences = false;
  }

  /** Makes the elements from `first` on a pack argument. */
  addPack(first: number): void {
    this.templateArguments.add(first, this.packElements.size, PACK);
  }

  /** The substitutions from `first` on have no text of their own, unless they are packs. */
  loseSubstitutions(first: number): void {
    const { values, size } = this.substitutions;
    for (let at = first; at < size; at += 3) if (values[at + 2] !== PACK_REFERENCE) values[at + 2] = LOST;
  }

  /** Takes back the last character, which belongs to a substitution that may have been made of it. */
  dropLast(): void {
    const { values, size } = this.substitutions;
    if (size > 0 && values[size - 2] === this.length) values[size - 1] = LOST;
    this.length--;
  }

  /**
   * Writes `before` to the place in a type where its declared name would stand, and `after` behind that; the kind with
   * the place in between.
   *
   * @param first the substitutions from there on are parts of the type
   */
  insert(kind: Kind, shape: number, first: number, before: string, after: string): Kind {
    const place = kind >> 3;
    const added = before.length + after.length;
    const { text, length, substitutions } = this;
    if (length + added > this.limit) throw UNCOMMON;
    // Types around the place lose the text they had.
    const { values, size } = substitutions;
    for (let at = first; at < size; at += 3) {
      if (values[at]! < place && values[at + 1]! > place) values[at + 2] = LOST;
    }
    text.copyWithin(place + added, place, length);
    substitutions.move(first, place, length, added);
    this.length = place;
    this.put(before + after);
    this.length = length + added;
    return ((place + before.length) << 3) | shape;
  }

  /** Exchanges what stands from `start` to `middle` and what stands behind that. */
  exchange(start: number, middle: number, firstSubstitution: number, firstElement: number): void {
    const { text, length, substitutions, templateArguments, packElements } = this;
    const front = middle - start;
    this.repeat(start, middle);
    text.copyWithin(start, middle, this.length);
    this.length = length;
    // By way of places that nothing else is at, so that what has been moved is not moved once more.
    const elsewhere = TEXTS * MAX_TEXT;
    for (const pieces of [substitutions, templateArguments, packElements]) {
      const first =
        pieces === substitutions ? firstSubstitution : pieces === packElements ? firstElement : this.firstArgument;
      pieces.move(first, start, middle, elsewhere);
      pieces.move(first, middle, length, -front);
      pieces.move(first, start + elsewhere, middle + elsewhere, length - middle - elsewhere);
    }
  }
}
