import type { Window } from '../../bytes/window.ts';
import { DW_AT } from '../constants/attributes.ts';
import type { Encoding } from '../model/encoding.ts';
import { type Abbreviation, AbbreviationTable } from './abbreviations.ts';
import { pushStep, stepFrom, stepOver } from './skip-plan.ts';

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
  /** Whether entries say where their next sibling is. */
  readonly hasSibling: boolean;
}

/** The abbreviations that units of one encoding share, each compiled when an entry first uses it. */
export class EntryShapes {
  readonly table: AbbreviationTable;
  readonly encoding: Encoding;
  readonly #section: Window;
  readonly #shapes: (EntryShape | undefined)[] = [];
  readonly #others = new Map<number, EntryShape>();

  constructor(section: Window, offset: number, encoding: Encoding, options: { likeLlvm?: boolean } = {}) {
    this.#section = section;
    this.table = new AbbreviationTable(section, offset, options);
    this.encoding = encoding;
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
    const shape = compile(abbreviation, this.encoding, this.#section.section);
    // Codes are small numbers in sequence; others must not make a sparse array.
    if (code < 1 << 16) {
      while (this.#shapes.length < code) this.#shapes.push(undefined);
      this.#shapes[code] = shape;
    } else {
      this.#others.set(code, shape);
    }
    return shape;
  }
}

function compile(abbreviation: Abbreviation, encoding: Encoding, section: string): EntryShape {
  const plan: number[] = [];
  const place = { section, offset: abbreviation.offset };
  let hasSibling = false;
  for (const each of abbreviation.attributes) {
    if (each.name === DW_AT.sibling) hasSibling = true;
    pushStep(plan, stepOver(each, encoding, place));
  }
  const size = plan.length === 0 ? 0 : plan.length === 1 && plan[0]! > 0 ? plan[0]! : -1;
  const { tag, hasChildren } = abbreviation;
  return { abbreviation, tag, hasChildren, size, plan, hasSibling };
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
