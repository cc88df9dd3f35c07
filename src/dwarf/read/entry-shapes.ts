import type { Window } from '../../bytes/window.ts';
import type { Encoding } from '../model/encoding.ts';
import { type Abbreviation, AbbreviationTable } from './abbreviations.ts';
import { type Declarations, encodingKey } from './declarations.ts';
import { compileSkipPlan, stepFrom } from './skip-plan.ts';

/** An abbreviation with what one encoding makes of it. */
export interface EntryShape {
  readonly abbreviation: Abbreviation;
  /** `DW_TAG`. */
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Bytes that all values together take, or -1 where that depends on them. */
  readonly size: number;
  /** How to step over the values; see `skip-plan`. */
  readonly plan: readonly number[];
}

/** The abbreviations that units of one encoding share, each compiled when an entry first uses it. */
export class EntryShapes {
  readonly table: AbbreviationTable;
  readonly encoding: Encoding;
  readonly #section: Window;
  readonly #encodingKey: number;
  readonly #shapes: (EntryShape | undefined)[] = [];
  readonly #others = new Map<number, EntryShape>();

  /** @param declarations those that other tables of the section have as well. */
  constructor(section: Window, offset: number, encoding: Encoding, declarations?: Declarations) {
    this.#section = section;
    this.table = new AbbreviationTable(section, offset, declarations);
    this.encoding = encoding;
    this.#encodingKey = encodingKey(encoding);
  }

  /**
   * The shape of a code other than 0; `undefined` where the table has no such code.
   *
   * @throws FormatError where the abbreviation is damaged, or one of its forms unknown.
   */
  find(code: number): EntryShape | undefined {
    const known = code < this.#shapes.length ? this.#shapes[code] : this.#others.get(code);
    if (known !== undefined) return known;
    const abbreviation = this.table.find(code);
    if (abbreviation === undefined) return undefined;
    const shape = this.#compile(abbreviation);
    // Codes are small numbers in sequence; others must not make a sparse array.
    if (code < 1 << 16) {
      while (this.#shapes.length < code) this.#shapes.push(undefined);
      this.#shapes[code] = shape;
    } else {
      this.#others.set(code, shape);
    }
    return shape;
  }
  #compile(abbreviation: Abbreviation): EntryShape {
    const { declaration, offset } = abbreviation;
    const { tag, hasChildren, skipPlans, attributes } = declaration;
    let compiled = skipPlans.get(this.#encodingKey);
    if (compiled === undefined) {
      compiled = compileSkipPlan(attributes, this.encoding, { section: this.#section.section, offset });
      skipPlans.set(this.#encodingKey, compiled);
    }
    return { abbreviation, tag, hasChildren, size: compiled.size, plan: compiled.steps };
  }
}

/** Where the values of an entry end that begin at `position` in `bytes`. */
export function skipEntry(bytes: Uint8Array, position: number, shape: EntryShape, encoding: Encoding): number {
  if (shape.size >= 0) return position + shape.size;
  const { plan } = shape;
  let at = position;
  for (let index = 0; index < plan.length; index++) {
    const step = plan[index]!;
    at = step > 0 ? at + step : stepFrom(bytes, at, step, encoding);
  }
  return at;
}
