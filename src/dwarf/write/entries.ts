import type { Encoding } from '../model/encoding.ts';
import { IntColumn, NumberColumn } from './columns.ts';
import { type ShapeStep, WrittenShapes } from './entry-shapes.ts';
import { KIND } from './values.ts';

/** In the column of shapes: a list of siblings ends. */
export const END_OF_CHILDREN = -1;

/**
 * The entries of all units, in columns: of each its shape, and the numbers that its values are.
 *
 * An entry is begun, its attributes follow, then its children, and it is ended.
 */
export class Entries {
  readonly shapes: WrittenShapes = new WrittenShapes();
  /** The shape of each entry in order, and {@link END_OF_CHILDREN}. */
  readonly items: IntColumn = new IntColumn();
  /** The label of each item, -1 where nothing refers to it. */
  readonly labels: IntColumn = new IntColumn();
  readonly values: NumberColumn = new NumberColumn();
  #encoding: Encoding = { version: 5, addressSize: 4, offsetSize: 4 };
  #step: ShapeStep | undefined;
  #label = -1;
  #labelCount = 0;
  #depth = 0;

  /** Entries that follow are in a unit of this encoding. */
  set encoding(encoding: Encoding) {
    this.#encoding = encoding;
  }

  get labelCount(): number {
    return this.#labelCount;
  }

  /** Entries that are begun and not ended. */
  get depth(): number {
    return this.#depth;
  }

  /** A label that an entry can be given, now or later, and references can name, before or after. */
  label(count = 1): number {
    const first = this.#labelCount;
    this.#labelCount += count;
    return first;
  }

  /** Begins an entry, as a child of the one that is not ended. */
  begin(tag: number, label = -1): void {
    this.#seal(true);
    this.#step = this.shapes.begin(tag, this.#encoding);
    this.#label = label;
    this.#depth++;
  }

  /** Ends the entry that was begun last. */
  end(): void {
    if (this.#step !== undefined) {
      this.#seal(false);
    } else {
      this.items.push(END_OF_CHILDREN);
      this.labels.push(-1);
    }
    this.#depth--;
  }

  /** Adds an attribute whose kind has no number. */
  flag(name: number, isSet = true): void {
    this.#attribute(name, isSet ? KIND.flag : KIND.unset);
  }

  /** Adds an attribute of a kind whose number is `value`. */
  value(name: number, kind: KIND, value: number): void {
    this.#attribute(name, kind);
    this.values.push(value);
  }

  #attribute(name: number, kind: KIND): void {
    if (this.#step === undefined) throw new RangeError('attributes stand before children');
    this.#step = this.shapes.attribute(this.#step, name, kind);
  }

  #seal(hasChildren: boolean): void {
    if (this.#step === undefined) return;
    this.items.push(this.shapes.end(this.#step, hasChildren));
    this.labels.push(this.#label);
    this.#step = undefined;
  }
}
