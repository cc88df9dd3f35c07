import { ByteReader } from '../../bytes/byte-reader.ts';
import { encodeUtf8 } from '../../bytes/text.ts';
import type { Window } from '../../bytes/window.ts';
import type { Encoding } from '../model/encoding.ts';
import { type FormValue, readForm } from './forms.ts';

/** What an atom, a column of a table's data, holds. */
export const DW_ATOM = { null: 0, die_offset: 1, cu_offset: 2, die_tag: 3, type_flags: 4, type_type_flags: 5 } as const;

const MAGIC = 0x48415348;
const VERSION = 1;
/** The only hash function that is defined: Bernstein's. */
const BERNSTEIN = 0;
/** Of a bucket without names. */
export const EMPTY_BUCKET = 0xffff_ffff;

/** The entries that have one name. */
export interface AppleName {
  /** Where it stands in the section. */
  readonly offset: number;
  /** In `.debug_str`. */
  readonly stringOffset: number;
  readonly entries: readonly AppleEntry[];
}

export interface AppleEntry {
  /** In `.debug_info`. */
  readonly entryOffset: number | undefined;
  /** `DW_TAG`; `undefined` where the table does not say. */
  readonly tag: number | undefined;
}

/**
 * A table from hashes of names to entries, as LLVM writes them for Apple's systems: `.apple_names`, `.apple_types`,
 * `.apple_namespaces`, `.apple_objc`.
 */
export class AppleTable {
  readonly section: Window;
  readonly bucketCount: number;
  readonly hashCount: number;
  readonly atoms: readonly { readonly type: number; readonly form: number }[];
  /** What offsets of entries count from, where their form is a reference. */
  readonly #entryBase: number;
  readonly #bucketsOffset: number;

  /** @throws FormatError `unexpected-end`, `unknown-version` or `bad-value`. */
  constructor(section: Window) {
    this.section = section;
    const reader = new ByteReader(section);
    const magic = reader.u32();
    if (magic !== MAGIC) throw reader.error('bad-value', `0x${magic.toString(16)} in place of HASH`, reader.offset - 4);
    const version = reader.u16();
    if (version !== VERSION) throw reader.error('unknown-version', `version ${version}`, reader.offset - 2);
    const hash = reader.u16();
    if (hash !== BERNSTEIN) throw reader.error('bad-value', `hash function ${hash}`, reader.offset - 2);
    this.bucketCount = reader.u32();
    this.hashCount = reader.u32();
    const description = new ByteReader(reader.part(reader.u32()));
    this.#bucketsOffset = reader.offset;
    reader.skip(4 * (this.bucketCount + 2 * this.hashCount));
    this.#entryBase = description.u32();
    const count = description.u32();
    // Before room is made for a count that is damage.
    if (4 * count > description.left) description.skip(4 * count);
    this.atoms = Array.from({ length: count }, () => ({ type: description.u16(), form: description.u16() }));
  }

  /** The number of the first hash of a bucket, from 0, or {@link EMPTY_BUCKET}. */
  bucketAt(bucket: number): number {
    return this.#u32(this.#bucketsOffset + 4 * bucket);
  }

  hashAt(index: number): number {
    return this.#u32(this.#bucketsOffset + 4 * (this.bucketCount + index));
  }

  /** Where the names of a hash stand in the section. */
  namesOffset(index: number): number {
    return this.#u32(this.#bucketsOffset + 4 * (this.bucketCount + this.hashCount + index));
  }

  /** The names of a hash, those before damage too. @throws FormatError where they are damaged. */
  *names(index: number): Generator<AppleName> {
    const reader = new ByteReader(this.section, this.namesOffset(index));
    for (;;) {
      const offset = reader.offset;
      const stringOffset = reader.u32();
      if (stringOffset === 0) return;
      const count = reader.u32();
      const entries: AppleEntry[] = [];
      for (let n = 0; n < count; n++) {
        const at = reader.offset;
        entries.push(this.#readEntry(reader));
        if (reader.offset === at) throw reader.error('bad-value', `${count} entries of no size`);
      }
      yield { offset, stringOffset, entries };
    }
  }

  #readEntry(reader: ByteReader): AppleEntry {
    let entryOffset: number | undefined;
    let tag: number | undefined;
    for (const { type, form } of this.atoms) {
      const value = readForm(reader, form, 0, ENCODING);
      if (type === DW_ATOM.die_offset) entryOffset = this.#offsetOf(value);
      else if (type === DW_ATOM.die_tag && value.class === 'constant') tag = value.value;
    }
    return { entryOffset, tag };
  }

  #offsetOf(value: FormValue): number | undefined {
    if (value.class === 'constant') return value.value;
    return value.class === 'unit-reference' ? this.#entryBase + value.offset : undefined;
  }

  #u32(offset: number): number {
    return new ByteReader(this.section, offset).u32();
  }
}

const ENCODING: Encoding = { version: 4, addressSize: 8, offsetSize: 4 };

/** The hash of a name: Bernstein's over its UTF-8 bytes, as they are. */
export function hashAppleName(name: string): number {
  let hash = 5381;
  for (const byte of encodeUtf8(name)) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}
