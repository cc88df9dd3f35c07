import { MAXIMUM_CANDIDATES } from '../../merged-functions.ts';
import type { Expressions } from './children.ts';
import type { Binaryen, Pointer } from './host.ts';
import { type InliningEvents, type Label, NO_LABEL } from './inlining-events.ts';

/** A function's expressions in the order of a walk, each behind its parts: kinds and labels. */
interface Body {
  readonly root: Pointer;
  readonly kinds: Uint8Array;
  readonly labels: Int32Array;
}

/**
 * Watches Binaryen make one function of several that differ in constants and in what they call
 * (`merge-similar-functions`), and labels it.
 *
 * The new function is a copy of the first of them, without labels, its differences turned into parameters; of each of
 * them a call of it is left. So the copy's expressions stand in the order of the expressions that were there before.
 */
export class SimilarFunctions {
  readonly #binaryen: Binaryen;
  readonly #expressions: Expressions;
  readonly #module: Pointer;
  readonly #events: InliningEvents;
  readonly #bodies = new Map<Pointer, Body>();
  readonly #kinds: { readonly call: number; readonly callRef: number; readonly const: number; readonly get: number };

  constructor(from: {
    readonly binaryen: Binaryen;
    readonly expressions: Expressions;
    readonly module: Pointer;
    readonly events: InliningEvents;
  }) {
    const { binaryen } = from;
    this.#binaryen = binaryen;
    this.#expressions = from.expressions;
    this.#module = from.module;
    this.#events = from.events;
    this.#kinds = {
      call: from.expressions.call,
      callRef: binaryen.call('BinaryenCallRefId'),
      const: binaryen.call('BinaryenConstId'),
      get: binaryen.call('BinaryenLocalGetId'),
    };
  }

  /** Remembers what is in all functions. */
  before(): void {
    this.#bodies.clear();
    this.#eachBody((pointer, root) => {
      const walked = this.#walk(root);
      const labels = new Int32Array(walked.length).fill(NO_LABEL);
      const numbers = new Map(walked.map((expression, n) => [expression, n]));
      this.#events.eachLabel(pointer, (expression, label) => {
        const n = numbers.get(expression);
        if (n !== undefined) labels[n] = label;
      });
      this.#bodies.set(pointer, { root, kinds: this.#kindsOf(walked), labels });
    });
  }

  /** Finds the functions that were made, and labels them. */
  after(): void {
    const made = new Map<string, { readonly pointer: Pointer; readonly root: Pointer; readonly from: Body[] }>();
    this.#eachBody((pointer, root) => {
      if (!this.#bodies.has(pointer)) made.set(this.#nameOf(pointer), { pointer, root, from: [] });
    });
    if (made.size > 0) {
      this.#eachBody((pointer, root) => {
        const body = this.#bodies.get(pointer);
        if (body === undefined || body.root === root || this.#expressions.idOf(root) !== this.#kinds.call) return;
        const target = this.#binaryen.textAt(this.#binaryen.call('BinaryenCallGetTarget', root));
        made.get(target)?.from.push(body);
      });
      for (const { pointer, root, from } of made.values()) if (from.length > 1) this.#label(pointer, root, from);
    }
    this.#bodies.clear();
  }

  #label(pointer: Pointer, root: Pointer, from: readonly Body[]): void {
    const walked = this.#walk(root);
    const pairs = this.#align(this.#kindsOf(walked), from[0]!.kinds);
    if (pairs === undefined) return;
    const rest = from.slice(1, MAXIMUM_CANDIDATES + 1);
    for (const [n, expression] of walked.entries()) {
      const inner = from[0]!.labels[pairs[n]!]!;
      if (inner === NO_LABEL) continue;
      const others = rest.map(({ labels }): Label => labels[pairs[n]!] ?? NO_LABEL).filter((each) => each !== NO_LABEL);
      this.#events.relabel(pointer, expression, { inner, others });
    }
  }

  /** By expression of the copy: the one it is a copy of. `undefined` where something else stands there. */
  #align(copy: Uint8Array, body: Uint8Array): Int32Array | undefined {
    const { call, callRef, const: constant, get } = this.#kinds;
    const pairs = new Int32Array(copy.length);
    let at = 0;
    for (const [n, kind] of copy.entries()) {
      pairs[n] = at;
      const was = body[at];
      // Which function is called is a parameter of the call, behind those that were there.
      if (kind === get && was === call && copy[n + 1] === callRef) continue;
      const isSame = kind === was || (kind === get && was === constant) || (kind === callRef && was === call);
      if (!isSame) return undefined;
      at++;
    }
    return at === body.length ? pairs : undefined;
  }

  #walk(root: Pointer): Pointer[] {
    const walked: Pointer[] = [];
    const visit = (expression: Pointer): void => {
      this.#expressions.children(expression, visit);
      walked.push(expression);
    };
    visit(root);
    return walked;
  }

  #kindsOf(walked: readonly Pointer[]): Uint8Array {
    return Uint8Array.from(walked, (expression) => this.#expressions.idOf(expression));
  }

  #nameOf(pointer: Pointer): string {
    return this.#binaryen.textAt(this.#binaryen.call('BinaryenFunctionGetName', pointer));
  }

  #eachBody(take: (pointer: Pointer, root: Pointer) => void): void {
    const count = this.#binaryen.call('BinaryenGetNumFunctions', this.#module);
    for (let n = 0; n < count; n++) {
      const pointer = this.#binaryen.call('BinaryenGetFunctionByIndex', this.#module, n);
      const root = this.#binaryen.call('BinaryenFunctionGetBody', pointer);
      if (root !== 0) take(pointer, root);
    }
  }
}
