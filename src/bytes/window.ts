import { FormatError } from '../errors.ts';
import { FileImage } from './byte-source.ts';
import { decodeUtf8 } from './text.ts';

/**
 * A run of a file's bytes that knows its name and its place: a section, or a part of one.
 *
 * Offsets count from the start of the window's *section*, so that a part of a section reports the section's offsets.
 * `bytes[base + offset]` is the byte at `offset` once {@link Window.load} has made it present: hot loops use that, all
 * others a `ByteReader`.
 */
export class Window {
  /** The section's name, for errors: `.debug_info`, `code`, `module`. */
  readonly section: string;
  /** The whole file image, not only this window. */
  readonly bytes: Uint8Array;
  /** A view of `bytes`. */
  readonly view: DataView;
  /** Where offset 0 of the section stands in `bytes`. */
  readonly base: number;
  /** First offset of the window. */
  readonly start: number;
  /** First offset after the window. */
  readonly end: number;
  readonly #image: FileImage;

  constructor(image: FileImage, section: string, base: number, start: number, end: number) {
    this.#image = image;
    this.bytes = image.bytes;
    this.view = image.view;
    this.section = section;
    this.base = base;
    this.start = start;
    this.end = end;
  }

  /** A window over all of some bytes that are in memory or read where touched. */
  static of(source: Uint8Array | FileImage, section: string): Window {
    const image = source instanceof FileImage ? source : new FileImage(source);
    return new Window(image, section, 0, 0, image.size);
  }

  /** In bytes. */
  get size(): number {
    return this.end - this.start;
  }

  /** Makes the bytes from `start` to `end` (offsets in the section) present; beyond the window's end nothing is. */
  load(start: number = this.start, end: number = this.end): void {
    this.#image.load(this.base + Math.max(start, this.start), this.base + Math.min(end, this.end));
  }

  /**
   * The part from `start` to `end`, offsets still counting from the start of the section.
   *
   * @throws FormatError `unexpected-end` if it reaches outside this window.
   */
  part(start: number, end: number): Window {
    if (start < this.start || end > this.end || start > end) throw this.#outside(start, end);
    return new Window(this.#image, this.section, this.base, start, end);
  }

  /**
   * The part from `start` to `end` as a section of its own: its offsets count from `start`.
   *
   * @throws FormatError `unexpected-end` if it reaches outside this window.
   */
  slice(section: string, start: number, end: number): Window {
    if (start < this.start || end > this.end || start > end) throw this.#outside(start, end);
    return new Window(this.#image, section, this.base + start, 0, end - start);
  }

  /** The bytes of the whole window, present, without copying. */
  toBytes(): Uint8Array {
    this.load();
    return this.bytes.subarray(this.base + this.start, this.base + this.end);
  }

  /**
   * The offset of the zero byte that ends the string at `offset`, the string being present afterwards.
   *
   * @throws FormatError `bad-offset` outside the window, `unexpected-end` without a zero byte.
   */
  stringEnd(offset: number): number {
    if (!(offset >= this.start && offset < this.end)) {
      throw new FormatError(
        'bad-offset',
        this.section,
        offset,
        `string offset outside the section of ${this.end} bytes`,
      );
    }
    for (let from = offset, step = 256; ; step *= 2) {
      const to = Math.min(from + step, this.end);
      this.load(from, to);
      const zero = this.bytes.indexOf(0, this.base + from) - this.base;
      if (zero >= from && zero < to) return zero;
      if (to === this.end) throw new FormatError('unexpected-end', this.section, offset, 'string without an end');
      from = to;
    }
  }

  /** The zero-terminated UTF-8 string at `offset`. @throws FormatError as {@link Window.stringEnd}. */
  stringAt(offset: number): string {
    const end = this.stringEnd(offset);
    return decodeUtf8(this.bytes, this.base + offset, this.base + end);
  }

  #outside(start: number, end: number): FormatError {
    if (start > end || start < this.start || start > this.end) {
      return new FormatError('bad-offset', this.section, start, `offset outside of ${this.size} bytes`);
    }
    return new FormatError(
      'unexpected-end',
      this.section,
      start,
      `${end - start} bytes needed, ${this.end - start} left`,
    );
  }
}
