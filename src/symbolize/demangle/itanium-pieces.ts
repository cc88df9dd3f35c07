/** Parts of the text of a common name, which later parts of the name can refer back to. */

/** Thrown where a name has something that is not common; the whole grammar reads it then. */
export const UNCOMMON: unique symbol = Symbol('not a common name');

const MAX_PIECES = 1024;

/**
 * What the text of a type is, for what is written around it: 0 for most. References say that they are, as references
 * to references collapse; in arrays, functions and pointers to them there is a place where the declared name would
 * stand, and where marks go: `place << 3 | shape`, `shape` being one of those with a place.
 */
export type Kind = number;

export const KIND = { plain: 0, lvalueReference: 1, rvalueReference: 2 } as const;
/** Shapes with a place; references can have one too. */
export const SHAPE = { array: 3, function: 4, other: 5 } as const;
/** Kinds from here on have a place. */
export const FIRST_WITH_PLACE = 8;
/** Of substitutions: a template argument that is a pack, by its place among them. */
export const PACK_REFERENCE = 5;
/** Of template arguments: a parameter pack. */
export const PACK = 6;
/** Of what cannot be referred to: its text is not to be had, or its precedence counts. */
export const LOST = 7;

export const hasPlace = (kind: Kind): boolean => kind >= FIRST_WITH_PLACE;

export const isNoText = (kind: Kind): boolean => kind === PACK || kind === PACK_REFERENCE;

/** Pieces of the text: three numbers for each, start, end and kind. */
export class Pieces {
  readonly values: Int32Array = new Int32Array(3 * MAX_PIECES);
  /** How many numbers are used. */
  size = 0;

  add(start: number, end: number, kind: Kind): void {
    const { values, size } = this;
    if (size === values.length) throw UNCOMMON;
    values[size] = start;
    values[size + 1] = end;
    values[size + 2] = kind;
    this.size = size + 3;
  }

  /** Follows a move of the text from `start` to `end`, for the pieces from `first` on. */
  move(first: number, start: number, end: number, by: number): void {
    const { values, size } = this;
    for (let at = first; at < size; at += 3) {
      if (values[at]! < start || values[at]! >= end || isNoText(values[at + 2]!)) continue;
      values[at] = values[at]! + by;
      values[at + 1] = values[at + 1]! + by;
      if (values[at + 2]! >= FIRST_WITH_PLACE) values[at + 2] = values[at + 2]! + 8 * by;
    }
  }
}
