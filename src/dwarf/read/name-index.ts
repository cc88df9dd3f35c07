import { ByteReader } from '../../bytes/byte-reader.ts';
import { encodeUtf8 } from '../../bytes/text.ts';
import type { Window } from '../../bytes/window.ts';
import { ignore, type Report } from '../../diagnostics.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { DW_IDX } from '../constants/name-index.ts';
import type { Encoding } from '../model/encoding.ts';
import { type FormValue, readForm } from './forms.ts';
import { readInitialLength } from './unit-header.ts';

/** The shape of entries of one code: their tag, and their attributes with the forms of these. */
export interface NameAbbreviation {
  readonly code: number;
  /** `DW_TAG`. */
  readonly tag: number;
  readonly attributes: readonly { readonly index: number; readonly form: number }[];
}

/** An entry of a name index: a debugging information entry that has the name. */
export interface NameEntry {
  /** Where it starts in the section. */
  readonly offset: number;
  /** `DW_TAG`. */
  readonly tag: number;
  /** Where the header of its compilation unit starts in `.debug_info`. */
  readonly compilationUnit: number | undefined;
  /** Index of its type unit: first those of this file, then those of split files. */
  readonly typeUnit: number | undefined;
  /** From the start of its unit. */
  readonly entryOffset: number | undefined;
  /** Where the entry of its parent starts in the section; `undefined` where that has no name, or nothing is said. */
  readonly parent: number | undefined;
  /** All attributes by `DW_IDX`, vendors' included. */
  readonly values: ReadonlyMap<number, FormValue>;
}

/** A name that is indexed. */
export interface IndexedName {
  /** From 1. */
  readonly index: number;
  /** `undefined` in an index without a hash table. */
  readonly hash: number | undefined;
  /** In `.debug_str`. */
  readonly stringOffset: number;
  /** Where its entries start in the section. */
  readonly entriesOffset: number;
}

/** One index of `.debug_names`, from names to the entries that have them (DWARF 5, section 6.1.1). */
export class NameIndex {
  /** Where it starts in the section. */
  readonly offset: number;
  readonly end: number;
  readonly version: number;
  readonly offsetSize: 4 | 8;
  /** Who made it, and for what version: `LLVM0700`. */
  readonly augmentation: string;
  /** Where the headers of the compilation units start in `.debug_info`. */
  readonly compilationUnits: readonly number[];
  /** The same of the type units of this file. */
  readonly typeUnits: readonly number[];
  /** Signatures of type units in split files. */
  readonly foreignTypeUnits: readonly bigint[];
  readonly bucketCount: number;
  readonly nameCount: number;
  readonly abbreviations: ReadonlyMap<number, NameAbbreviation>;
  /** Codes that are declared again; the first declaration counts. */
  readonly repeatedCodes: readonly number[];
  readonly #section: Window;
  readonly #bucketsOffset: number;
  readonly #hashesOffset: number;
  readonly #stringsOffset: number;
  readonly #entriesOffset: number;
  readonly #poolOffset: number;

  /** @throws FormatError `unknown-version`, `unexpected-end` or `bad-value`. */
  constructor(section: Window, offset: number) {
    this.offset = offset;
    const start = new ByteReader(section, offset);
    const { length, offsetSize } = readInitialLength(start);
    this.offsetSize = offsetSize;
    const reader = new ByteReader(section.part(offset, start.offset + length), start.offset);
    this.#section = reader.window;
    this.end = this.#section.end;
    this.version = reader.u16();
    if (this.version !== 5) {
      throw reader.error('unknown-version', `version ${this.version} of a name index`, reader.offset - 2);
    }
    reader.skip(2);
    const unitCount = reader.u32();
    const typeUnitCount = reader.u32();
    const foreignCount = reader.u32();
    this.bucketCount = reader.u32();
    this.nameCount = reader.u32();
    const abbreviationsSize = reader.u32();
    const augmentationSize = reader.u32();
    this.augmentation = reader.text(augmentationSize).replace(/\0+$/, '');
    // Rounded up to a multiple of four by producers that did not do it in the size (LLVM 7).
    const padding = (4 - (augmentationSize % 4)) % 4;
    if (padding > 0) reader.skip(padding);
    this.compilationUnits = readList(reader, unitCount, offsetSize, () => reader.unsigned(offsetSize));
    this.typeUnits = readList(reader, typeUnitCount, offsetSize, () => reader.unsigned(offsetSize));
    this.foreignTypeUnits = readList(reader, foreignCount, 8, () => reader.u64Bits());
    this.#bucketsOffset = reader.offset;
    this.#hashesOffset = this.#bucketsOffset + 4 * this.bucketCount;
    // Without a hash table there are no hashes either.
    this.#stringsOffset = this.#hashesOffset + (this.bucketCount > 0 ? 4 * this.nameCount : 0);
    this.#entriesOffset = this.#stringsOffset + offsetSize * this.nameCount;
    const abbreviationsOffset = this.#entriesOffset + offsetSize * this.nameCount;
    reader.skip(abbreviationsOffset - reader.offset);
    const repeated: number[] = [];
    this.abbreviations = readAbbreviations(reader.part(abbreviationsSize), repeated);
    this.repeatedCodes = repeated;
    this.#poolOffset = reader.offset;
  }

  /** The first name of a bucket, from 1; 0 where it is empty. Buckets count from 0. */
  bucketAt(bucket: number): number {
    if (!(bucket >= 0 && bucket < this.bucketCount)) throw new RangeError(`no bucket ${bucket}`);
    return new ByteReader(this.#section, this.#bucketsOffset + 4 * bucket).u32();
  }

  /** The names, in the order of the table, which is that of their buckets. */
  *names(): Generator<IndexedName> {
    for (let index = 1; index <= this.nameCount; index++) yield this.nameAt(index);
  }

  /** The name at an index, from 1. */
  nameAt(index: number): IndexedName {
    const { offsetSize } = this;
    if (!(index >= 1 && index <= this.nameCount)) throw new RangeError(`no name ${index}`);
    const at = (index - 1) * offsetSize;
    const reader = new ByteReader(this.#section, this.#stringsOffset + at);
    const stringOffset = reader.unsigned(offsetSize);
    reader.seek(this.#entriesOffset + at);
    const entriesOffset = this.#poolOffset + reader.unsigned(offsetSize);
    return { index, hash: this.#hashOf(index), stringOffset, entriesOffset };
  }

  /**
   * The entries of a name: through the hash table where there is one, else by going through all names.
   *
   * @param stringAt the text at an offset of `.debug_str`.
   * @throws FormatError where the index is damaged.
   */
  find(name: string, stringAt: (offset: number) => string): NameEntry[] {
    if (this.bucketCount === 0) {
      for (const each of this.names())
        if (stringAt(each.stringOffset) === name) return this.entriesAt(each.entriesOffset);
      return [];
    }
    const hash = hashName(name);
    const bucket = hash % this.bucketCount;
    const first = this.bucketAt(bucket);
    if (first === 0) return [];
    if (first > this.nameCount) throw this.#badName(bucket, first);
    // The names of a bucket stand together.
    for (let index = first; index <= this.nameCount; index++) {
      const found = this.#hashOf(index)!;
      if (found % this.bucketCount !== bucket) break;
      if (found !== hash) continue;
      const each = this.nameAt(index);
      if (stringAt(each.stringOffset) === name) return this.entriesAt(each.entriesOffset);
    }
    return [];
  }

  /** The entries of one name, from `offset` on up to the 0 that ends them. @throws FormatError where they are damaged. */
  entriesAt(offset: number): NameEntry[] {
    return [...this.entries(offset)];
  }

  /** The same one after the other: those before damage are there. @throws FormatError where they are damaged. */
  *entries(offset: number): Generator<NameEntry> {
    const reader = new ByteReader(this.#section, offset);
    for (;;) {
      const at = reader.offset;
      const code = reader.uleb();
      if (code === 0) return;
      const abbreviation = this.abbreviations.get(code);
      if (abbreviation === undefined) throw reader.error('unknown-code', `abbreviation ${code} is not declared`, at);
      yield this.#readEntry(reader, at, abbreviation);
    }
  }

  #readEntry(reader: ByteReader, offset: number, { tag, attributes }: NameAbbreviation): NameEntry {
    const encoding: Encoding = { version: 5, addressSize: 4, offsetSize: this.offsetSize };
    const values = new Map<number, FormValue>();
    for (const { index, form } of attributes) values.set(index, readForm(reader, form, 0, encoding));
    const typeUnit = numberOf(values.get(DW_IDX.type_unit));
    let unit = numberOf(values.get(DW_IDX.compile_unit));
    // An index of one unit need not say which.
    if (unit === undefined && typeUnit === undefined && this.compilationUnits.length === 1) unit = 0;
    const parent = numberOf(values.get(DW_IDX.parent));
    return {
      offset,
      tag,
      compilationUnit: unit === undefined ? undefined : this.compilationUnits[unit],
      typeUnit,
      entryOffset: numberOf(values.get(DW_IDX.die_offset)),
      parent: parent === undefined ? undefined : this.#poolOffset + parent,
      values,
    };
  }

  #hashOf(index: number): number | undefined {
    if (this.bucketCount === 0) return undefined;
    return new ByteReader(this.#section, this.#hashesOffset + 4 * (index - 1)).u32();
  }

  #badName(bucket: number, name: number): FormatError {
    const { section } = this.#section;
    const at = this.#bucketsOffset + 4 * bucket;
    return new FormatError('bad-value', section, at, `name ${name} in a bucket of an index with ${this.nameCount}`);
  }
}

/** The indexes of `.debug_names`; one that is damaged is reported and left out, the rest too where it has no length. */
export function readNameIndexes(section: Window, report: Report = ignore): NameIndex[] {
  const indexes: NameIndex[] = [];
  for (let offset = section.start; offset < section.end; ) {
    let next = section.end;
    try {
      const reader = new ByteReader(section, offset);
      const { length } = readInitialLength(reader);
      if (length <= reader.left) next = reader.offset + length;
      indexes.push(new NameIndex(section, offset));
    } catch (error) {
      if (!isFormatError(error)) throw error;
      report({
        severity: 'error',
        rule: 'names/index',
        message: `${error.detail}; the index is left out`,
        section: section.section,
        offset: error.offset,
      });
    }
    offset = next;
  }
  return indexes;
}

/** The hash of a name: Bernstein's over its UTF-8 bytes, letters folded to one case (DWARF 5, section 7.33). */
export function hashName(name: string): number {
  let folded = '';
  for (const letter of name) folded += fold(letter);
  let hash = 5381;
  for (const byte of encodeUtf8(folded)) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}

/** Unicode's simple case folding of a letter; both of the Turkish i's fold to i, as the specification asks. */
function fold(letter: string): string {
  if (letter === '\u0130' || letter === '\u0131') return 'i';
  // Letters that only fold to several have no simple folding.
  const upper = letter.toUpperCase();
  const lower = (isOne(upper) ? upper : letter).toLowerCase();
  return isOne(lower) ? lower : letter;
}

function isOne(letters: string): boolean {
  return String.fromCodePoint(letters.codePointAt(0)!) === letters;
}

function readList<T>(reader: ByteReader, count: number, size: number, read: () => T): T[] {
  // Before room is made for a count that is damage.
  if (count * size > reader.left) reader.skip(count * size);
  return Array.from({ length: count }, read);
}

function readAbbreviations(table: Window, repeated: number[]): Map<number, NameAbbreviation> {
  const reader = new ByteReader(table);
  const abbreviations = new Map<number, NameAbbreviation>();
  // Some tables are padded, and some end without a 0.
  while (!reader.done) {
    const code = reader.uleb();
    if (code === 0) break;
    const tag = reader.uleb();
    const attributes: { index: number; form: number }[] = [];
    for (;;) {
      const index = reader.uleb();
      const form = reader.uleb();
      if (index === 0 && form === 0) break;
      attributes.push({ index, form });
    }
    if (abbreviations.has(code)) repeated.push(code);
    else abbreviations.set(code, { code, tag, attributes });
  }
  return abbreviations;
}

function numberOf(value: FormValue | undefined): number | undefined {
  switch (value?.class) {
    case 'constant':
      return value.value;
    case 'unit-reference':
      return value.offset;
    default:
      return undefined;
  }
}
