import { FormatError } from '../../errors.ts';
import { type EntryShape, skipEntry } from './entry-shapes.ts';
import type { Unit } from './unit.ts';

/** Entries nested deeper than this are damage: no source is. */
export const DEEPEST_ENTRY = 4096;

/**
 * Walks a unit's entries in the order of the section. `next()` overwrites the registers: the values of one entry are
 * not read unless somebody asks, only stepped over.
 */
export class EntryCursor {
  readonly unit: Unit;
  /** Where the entry starts, from the start of its section. */
  offset: number;
  /** Where its values start. */
  valuesOffset: number;
  shape: EntryShape | undefined;
  /** 0 for the root entry. */
  depth = -1;
  #next: number;
  #nextDepth = 0;
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #end: number;

  /** Starts at the unit's root entry, or at the entry at `offset`, which then counts as depth 0. */
  constructor(unit: Unit, offset: number = unit.header.entriesOffset) {
    this.unit = unit;
    unit.section.load(offset, unit.header.end);
    this.#bytes = unit.section.bytes;
    this.#base = unit.section.base;
    this.#end = this.#base + unit.header.end;
    this.#next = this.#base + offset;
    this.offset = offset;
    this.valuesOffset = offset;
  }

  /**
   * Goes to the next entry; false at the end of the unit, or of the subtree that the walk started at.
   *
   * @throws FormatError where an entry reaches past the unit or has no abbreviation.
   */
  next(): boolean {
    const bytes = this.#bytes;
    let at = this.#next;
    for (;;) {
      if (this.#nextDepth < 0 || (this.depth >= 0 && this.#nextDepth === 0)) return false;
      if (at >= this.#end) return false;
      const start = at;
      let code = bytes[at++]!;
      if (code === 0) {
        this.#nextDepth--;
        continue;
      }
      if (code >= 0x80) {
        code &= 0x7f;
        let scale = 128;
        let byte: number;
        do {
          byte = bytes[at++]!;
          code += (byte & 0x7f) * scale;
          scale *= 128;
        } while (byte >= 0x80);
      }
      const shape = code === 0 ? undefined : this.unit.shapes.find(code);
      if (shape === undefined)
        throw this.#error('unknown-code', start, `abbreviation code ${code} is not in its table`);
      const end = skipEntry(bytes, at, shape, this.unit.header);
      if (end > this.#end) throw this.#error('unexpected-end', start, 'entry reaches past the end of its unit');
      this.offset = start - this.#base;
      this.valuesOffset = at - this.#base;
      this.shape = shape;
      this.depth = this.#nextDepth;
      this.#next = end;
      if (shape.hasChildren && ++this.#nextDepth > DEEPEST_ENTRY) {
        throw this.#error('too-deep', start, `entries nested deeper than ${DEEPEST_ENTRY}`);
      }
      return true;
    }
  }

  #error(code: FormatError['code'], at: number, detail: string): FormatError {
    return new FormatError(code, this.unit.section.section, at - this.#base, detail);
  }
}
