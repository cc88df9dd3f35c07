import type { Encoding } from '../model/encoding.ts';
import { hasNumber, type KIND } from './values.ts';

/** What entries of one shape have in common: everything but the values and their forms. */
export interface WrittenShape {
  /** `DW_TAG`. */
  readonly tag: number;
  /** Version of the units that have such entries: it decides which forms there are. */
  readonly version: number;
  /** Bytes of an offset in these units. */
  readonly offsetSize: number;
  readonly hasChildren: boolean;
  /** `DW_AT`. */
  readonly names: readonly number[];
  readonly kinds: readonly KIND[];
  /** How many numbers an entry has in the column of values. */
  readonly width: number;
}

/** A tag and some attributes: a step on the way to a shape. */
interface Step {
  readonly tag: number;
  readonly version: number;
  readonly offsetSize: number;
  readonly parent: Step | undefined;
  readonly name: number;
  readonly kind: KIND;
  readonly next: Map<number, Step>;
  /** Numbers of the shapes that end here, without and with children; -1 where there is none yet. */
  readonly shapes: [number, number];
}

/** The shapes of all entries, each once; the attributes of an entry are walked like the letters of a word. */
export class WrittenShapes {
  readonly all: WrittenShape[] = [];
  readonly #tags = new Map<number, Step>();

  /** Where an entry of this tag begins. */
  begin(tag: number, { version, offsetSize }: Encoding): Step {
    const key = tag * 64 + version * 8 + offsetSize - 1;
    let step = this.#tags.get(key);
    if (step === undefined) {
      step = { tag, version, offsetSize, parent: undefined, name: 0, kind: 0, next: new Map(), shapes: [-1, -1] };
      this.#tags.set(key, step);
    }
    return step;
  }

  /** Goes on with an attribute. */
  attribute(step: Step, name: number, kind: KIND): Step {
    const key = name * 32 + kind;
    let next = step.next.get(key);
    if (next === undefined) {
      next = { ...step, parent: step, name, kind, next: new Map(), shapes: [-1, -1] };
      step.next.set(key, next);
    }
    return next;
  }

  /** The number of the shape of an entry that has no more attributes. */
  end(step: Step, hasChildren: boolean): number {
    const index = hasChildren ? 1 : 0;
    const known = step.shapes[index];
    if (known >= 0) return known;
    const names: number[] = [];
    const kinds: KIND[] = [];
    for (let at = step; at.parent !== undefined; at = at.parent) {
      names.unshift(at.name);
      kinds.unshift(at.kind);
    }
    const { tag, version, offsetSize } = step;
    const width = kinds.filter(hasNumber).length;
    const shape = this.all.push({ tag, version, offsetSize, hasChildren, names, kinds, width }) - 1;
    step.shapes[index] = shape;
    return shape;
  }
}

export type { Step as ShapeStep };
