import { NODE } from './calibrate.ts';
import type { Expressions } from './children.ts';
import { type Binaryen, type Pointer, refusal } from './host.ts';

/**
 * What an expression is labelled with: 0 or more is an entry of the old code, less than 0 an instruction that was
 * copied, number `-1 - label` of {@link InliningEvents.copies}.
 */
export type Label = number;

/** An expression without a label. */
export const NO_LABEL: Label = 0x7fff_ffff;

/** A copy of an expression: the label that had, and how it was copied. */
export interface Copy {
  readonly inner: Label;
  /** The label of the call it was inlined through, if it was. */
  readonly call?: Label;
  /** The labels of others that the copy stands for too. */
  readonly others?: readonly Label[];
}

/** Source file 0 of locations holds entries of the old code, file 1 numbers of copies; lines begin where `FIRST` says. */
export const FIRST = { entry: 2, copy: 1 } as const;

const INLINED = '__inlined_func$';

interface FunctionCalls {
  readonly pointer: Pointer;
  /** In the order of evaluation. */
  readonly calls: readonly Pointer[];
  /** Blocks of earlier inlining. */
  readonly blocks: ReadonlySet<Pointer>;
  readonly labels: ReadonlyMap<Pointer, Label>;
}

/**
 * Watches Binaryen inline, and labels what it inlines.
 *
 * In each function the calls before and the calls and new blocks after stand in the same order, one for one: a block
 * where a call was is that call, inlined. Everything in the block's body gets a label of its own, which remembers what
 * it was labelled before and which call it came through. So nested inlining, and inlining of what was inlined into,
 * compose by themselves.
 */
export class InliningEvents {
  readonly copies: Copy[] = [];
  /** Calls that were inlined. */
  inlinings = 0;
  readonly #binaryen: Binaryen;
  readonly #expressions: Expressions;
  readonly #module: Pointer;
  readonly #locations: number;
  #functions: FunctionCalls[] = [];
  /** By type: whether it has a zero. */
  readonly #zeroes = new Map<number, boolean>();
  readonly #lastNumber: number;
  readonly #setLocation: (...args: readonly number[]) => number;

  constructor(from: {
    readonly binaryen: Binaryen;
    readonly expressions: Expressions;
    readonly module: Pointer;
    readonly locations: number;
  }) {
    this.#binaryen = from.binaryen;
    this.#expressions = from.expressions;
    this.#module = from.module;
    this.#locations = from.locations;
    this.#setLocation = from.binaryen.find('BinaryenFunctionSetDebugLocation');
    this.#lastNumber = from.binaryen.call('BinaryenTypeVec128');
  }

  /** Remembers all calls and their labels. */
  before(): void {
    const binaryen = this.#binaryen;
    this.#functions = [];
    const count = binaryen.call('BinaryenGetNumFunctions', this.#module);
    for (let n = 0; n < count; n++) {
      const pointer = binaryen.call('BinaryenGetFunctionByIndex', this.#module, n);
      const body = binaryen.call('BinaryenFunctionGetBody', pointer);
      if (body === 0) continue;
      const calls: Pointer[] = [];
      const blocks = new Set<Pointer>();
      const visit = (expression: Pointer): void => {
        this.#expressions.children(expression, visit);
        const id = this.#expressions.idOf(expression);
        if (id === this.#expressions.call) calls.push(expression);
        else if (id === this.#expressions.block && this.#isInlined(expression)) blocks.add(expression);
      };
      visit(body);
      if (calls.length === 0) continue;
      const wanted = new Set(calls);
      const labels = new Map<Pointer, Label>();
      this.eachLabel(pointer, (expression, label) => {
        if (wanted.has(expression)) labels.set(expression, label);
      });
      this.#functions.push({ pointer, calls, blocks, labels });
    }
  }

  /** Finds the blocks that stand where calls were, and labels what is in them. */
  after(): void {
    for (const each of this.#functions) this.#function(each);
    this.#functions = [];
  }

  #function({ pointer, calls, blocks, labels }: FunctionCalls): void {
    /** Calls and new blocks in the order of evaluation; a block's body is not looked into. */
    const found: Pointer[] = [];
    const bodies: (Pointer | undefined)[] = [];
    const visit = (expression: Pointer): void => {
      const id = this.#expressions.idOf(expression);
      if (id === this.#expressions.block && !blocks.has(expression) && this.#isInlined(expression)) {
        bodies.push(this.#inlinedBody(expression, visit));
        found.push(expression);
        // The body stands at the place of the block in both lists.
        return;
      }
      this.#expressions.children(expression, visit);
      if (id !== this.#expressions.call) return;
      found.push(expression);
      bodies.push(undefined);
    };
    visit(this.#binaryen.call('BinaryenFunctionGetBody', pointer));
    if (bodies.every((body) => body === undefined)) return;
    if (found.length !== calls.length) throw refusal('inlined calls and what replaced them are not as many');
    const copied = new Map<Pointer, Label>();
    this.eachLabel(pointer, (expression, label) => copied.set(expression, label));
    for (const [n, body] of bodies.entries()) {
      if (body === undefined) {
        if (found[n] !== calls[n]) throw refusal('calls changed their order while others were inlined');
        continue;
      }
      this.inlinings++;
      const call = labels.get(calls[n]!) ?? NO_LABEL;
      const label = (expression: Pointer): void => {
        this.#expressions.children(expression, label);
        const inner = copied.get(expression);
        if (inner === undefined) return;
        this.relabel(pointer, expression, { inner, call });
      };
      label(body);
    }
  }

  /** Labels an expression of a function as a copy. */
  relabel(pointer: Pointer, expression: Pointer, copy: Copy): void {
    this.copies.push(copy);
    this.#setLocation(pointer, expression, 1, this.copies.length - 1 + FIRST.copy, 0);
  }

  /** The body in a block that replaced a call: behind one `local.set` a parameter and variable; visits what is before. */
  #inlinedBody(block: Pointer, visit: (expression: Pointer) => void): Pointer {
    const binaryen = this.#binaryen;
    const name = binaryen.textAt(binaryen.call('BinaryenBlockGetName', block)).slice(INLINED.length);
    const callee = this.#functionNamed(name) || this.#functionNamed(name.replace(/\$\d+$/, ''));
    if (callee === 0) throw refusal(`no function ${name} that was inlined`);
    const sets = this.#localSets(callee);
    const count = binaryen.call('BinaryenBlockGetNumChildren', block);
    // A `br` may follow where the body never ends.
    if (count !== sets + 1 && count !== sets + 2) {
      throw refusal(`${count} expressions where ${name} with ${sets} locals was inlined`);
    }
    for (let n = 0; n < sets; n++) visit(binaryen.call('BinaryenBlockGetChildAt', block, n));
    return binaryen.call('BinaryenBlockGetChildAt', block, sets);
  }

  /** Locals of a function that are set where it is inlined: all parameters, and variables whose type has a zero. */
  #localSets(pointer: Pointer): number {
    const binaryen = this.#binaryen;
    const variables = binaryen.call('BinaryenFunctionGetNumVars', pointer);
    let sets = binaryen.call('BinaryenFunctionGetNumLocals', pointer);
    for (let n = 0; n < variables; n++) {
      if (!this.#hasZero(binaryen.call('BinaryenFunctionGetVar', pointer, n))) sets--;
    }
    return sets;
  }

  /** A type has none if it is, or holds, a reference that cannot be null. */
  #hasZero(type: number): boolean {
    let known = this.#zeroes.get(type);
    if (known === undefined) {
      const binaryen = this.#binaryen;
      const count = binaryen.call('BinaryenTypeArity', type);
      const parts = binaryen.allocate(new Uint8Array(count * 4));
      binaryen.call('BinaryenTypeExpand', type, parts);
      known = true;
      for (let n = 0; n < count; n++) {
        const part = binaryen.view.getUint32(parts + n * 4, true);
        // Vectors are the last of the types that are numbers.
        if (part > this.#lastNumber && binaryen.call('BinaryenTypeIsNullable', part) === 0) known = false;
      }
      binaryen.free(parts);
      this.#zeroes.set(type, known);
    }
    return known;
  }

  #functionNamed(name: string): Pointer {
    return this.#binaryen.withText(name, (text) => this.#binaryen.call('BinaryenGetFunction', this.#module, text));
  }

  #isInlined(block: Pointer): boolean {
    const { view } = this.#binaryen;
    const name = this.#binaryen.call('BinaryenBlockGetName', block);
    if (name === 0) return false;
    for (let n = 0; n < INLINED.length; n++) if (view.getUint8(name + n) !== INLINED.charCodeAt(n)) return false;
    return true;
  }

  /** All labels of a function, read from the map of its locations. */
  eachLabel(pointer: Pointer, take: (expression: Pointer, label: Label) => void): void {
    const { view } = this.#binaryen;
    let node = view.getUint32(pointer + this.#locations + 8, true);
    for (; node !== 0; node = view.getUint32(node + NODE.next, true)) {
      const line = view.getUint32(node + NODE.line, true);
      // Explicitly without a location: all zero.
      if (line === 0) continue;
      const file = view.getUint32(node + NODE.file, true);
      take(view.getUint32(node + NODE.expression, true), labelOf(file, line));
    }
  }
}

/** The label that a location (file from 0, line from 1) stands for. */
export function labelOf(file: number, line: number): Label {
  return file === 0 ? line - FIRST.entry : -1 - (line - FIRST.copy);
}
