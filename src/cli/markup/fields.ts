import { parseUnsigned } from '../numbers.ts';
import { parseBuildId } from '../query.ts';

/** A field that is not what it has to be. */
export class FieldError extends Error {
  /** Which one, from 0. */
  readonly field: number;

  constructor(message: string, field: number) {
    super(message);
    this.field = field;
  }
}

/** The fields of an element, read by what they are. @throws FieldError */
export class Fields {
  readonly #fields: readonly string[];

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  text(index: number): string {
    return this.#fields[index] ?? '';
  }

  address(index: number): bigint {
    const text = this.text(index);
    if (/^0+$/.test(text)) return 0n;
    const value = text.startsWith('0x') ? parseUnsigned(text.slice(2), 16) : undefined;
    return BigInt(value ?? this.#fail(index, 'address'));
  }

  moduleId(index: number): bigint {
    return BigInt(parseUnsigned(this.text(index), 0) ?? this.#fail(index, 'module ID'));
  }

  size(index: number): bigint {
    return BigInt(parseUnsigned(this.text(index), 0) ?? this.#fail(index, 'size'));
  }

  frameNumber(index: number): bigint {
    const text = this.text(index);
    return /^[0-9]+$/.test(text) ? BigInt(text) : this.#fail(index, 'frame number');
  }

  buildId(index: number): string {
    return parseBuildId(this.text(index)) ?? this.#fail(index, 'build ID');
  }

  mode(index: number): string {
    const text = this.text(index);
    return text !== '' && /^r?w?x?$/i.test(text) ? text.toLowerCase() : this.#fail(index, 'mode');
  }

  /** Whether an address is that of the instruction after a call. */
  isReturnAddress(index: number): boolean {
    const text = this.text(index);
    return text === 'ra' || (text === 'pc' ? false : this.#fail(index, 'PC type'));
  }

  #fail(index: number, what: string): never {
    throw new FieldError(`expected ${what}; found '${this.text(index)}'`, index);
  }
}
