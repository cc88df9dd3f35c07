/** Why bytes are not what their format says. Stable: callers may switch on it; listed in docs/errors.md. */
export type FormatErrorCode =
  /** A value, a string or a declared length reaches past the end of its window. */
  | 'unexpected-end'
  /** An offset points outside the section or unit it counts in. */
  | 'bad-offset'
  /** The file does not start with a magic number we know. */
  | 'not-wasm'
  /** A version number we do not know. */
  | 'unknown-version'
  /** A unit type, form, entry kind or other code that no specification gives a length to. */
  | 'unknown-code'
  /** A number that its field cannot hold: LEB128 beyond 64 bits, an address size of 3. */
  | 'bad-value'
  /** A reference chain or a nesting deeper than any producer makes. */
  | 'too-deep'
  /** A section, split unit or supplementary file that is referred to and not there. */
  | 'missing';

const BRAND: symbol = Symbol.for('wasm-symbolizer.FormatError');

/**
 * Bytes that are not what their format says: the one error class for wrong input.
 *
 * `offset` counts from the start of `section`; `section` is the section's name (`.debug_line`, `code`), or `module`
 * for the file itself. The message ends in the place: `2 bytes needed, 1 left at .debug_line+0x2`.
 */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly section: string;
  readonly offset: number;
  /** What was found, without the place. */
  readonly detail: string;

  constructor(code: FormatErrorCode, section: string, offset: number, detail: string, options?: { cause?: unknown }) {
    super(`${detail} at ${section}+0x${offset.toString(16)}`, options);
    this.code = code;
    this.section = section;
    this.offset = offset;
    this.detail = detail;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static {
    FormatError.prototype.name = 'FormatError';
  }
}

/** Whether `error` is a {@link FormatError}, of this or of another copy of the library. */
export function isFormatError(error: unknown): error is FormatError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[BRAND] === true;
}
