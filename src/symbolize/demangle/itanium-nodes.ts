/**
 * What the Itanium parser makes of a mangled name: pieces of finished text, and the few things that are not text yet.
 *
 * Nearly everything a mangled name says can be written down the moment it is read, so a node is normally a string.
 * Three kinds of node are more than that: a `Declarator` (a type that stands on both sides of a declared name), an
 * `Expression` (whose precedence decides about parentheses) and a `Deferred` (whose text depends on something read
 * later: a template argument further ahead, the element of a parameter pack, or whether a `>` would close the
 * template argument list around it). A node that holds a `Deferred` is one itself, so that the others are final.
 */

import { NOT_MANGLED } from './not-mangled.ts';

export type Node = string | Declarator | Expression | Deferred;
/** A node that can only turn into a string. */
export type Text = string | Deferred;

/** Characters of output after which a name is taken for hostile: substitutions can double the text with every use. */
export const MAX_LENGTH: number = 1 << 20;
/** Nodes resolved for one name; packs inside packs multiply. */
const MAX_STEPS = 1 << 18;
/** Deferred nodes inside each other. */
const MAX_DEPTH = 500;

/** Operator precedence, tightest first (C++ [expr]). */
export const PRECEDENCE = {
  primary: 0,
  postfix: 1,
  unary: 2,
  cast: 3,
  pointerToMember: 4,
  multiplicative: 5,
  additive: 6,
  shift: 7,
  spaceship: 8,
  relational: 9,
  equality: 10,
  and: 11,
  xor: 12,
  or: 13,
  logicalAnd: 14,
  logicalOr: 15,
  conditional: 16,
  assign: 17,
  comma: 18,
  any: 19,
} as const;

/** What a `Declarator` is, as far as the type around it must know. */
export const SHAPE = { other: 0, array: 1, function: 2, lvalueReference: 3, rvalueReference: 4, protocol: 5 } as const;
export type Shape = (typeof SHAPE)[keyof typeof SHAPE];

/** A type written around the name it declares: `left` name `right`, as in `int (*name) [3]`. */
export class Declarator {
  readonly left: string;
  readonly right: string;
  readonly shape: Shape;
  /** What a reference refers to, for reference collapsing; the protocol's name of an Objective-C object. */
  readonly inner: string | Declarator;

  constructor(left: string, right: string, shape: Shape, inner: string | Declarator) {
    this.left = left;
    this.right = right;
    this.shape = shape;
    this.inner = inner;
  }
}

const NOTHING = new Declarator('', '', SHAPE.lvalueReference, '');

/** An expression that may need parentheses where it is an operand. */
export class Expression {
  readonly text: string;
  readonly precedence: number;
  /** A designated initializer, which takes no ` = ` in front of it. */
  readonly designated: boolean;

  constructor(text: string, precedence: number, designated: boolean) {
    this.text = limited(text);
    this.precedence = precedence;
    this.designated = designated;
  }
}

/** The surroundings in which deferred nodes are resolved. */
const surroundings = {
  /** The element that packs stand for; −1 until the first pack of an expansion is met, which settles how many there are. */
  packIndex: -1,
  packSize: -1,
  /** 0 where a `>` would close a template argument list; counts the parentheses in between. */
  parentheses: 1,
  steps: 0,
};

/** Starts counting the steps of a new name. */
export function resetSurroundings(): void {
  surroundings.packIndex = -1;
  surroundings.packSize = -1;
  surroundings.parentheses = 1;
  surroundings.steps = 0;
}

/** A node whose text is not known when it is read. */
export abstract class Deferred {
  /** As of an `Expression`; known beforehand. */
  precedence: number = PRECEDENCE.primary;
  designated = false;
  /** Whether it waits for more than the element of a pack, so that a pack expansion cannot resolve it either. */
  late = false;
  depth = 1;

  abstract resolve(): Exclude<Node, Deferred>;
}

/** A function of nodes, some of them deferred. */
class Application extends Deferred {
  readonly #build: (inputs: readonly Exclude<Node, Deferred>[]) => Node;
  readonly #inputs: Node[] = [];
  readonly #scope: 'none' | 'parentheses' | 'arguments';

  constructor(
    build: (inputs: readonly Exclude<Node, Deferred>[]) => Node,
    inputs: readonly Node[],
    scope: 'none' | 'parentheses' | 'arguments',
  ) {
    super();
    this.#build = build;
    this.#scope = scope;
    for (const input of inputs) this.add(input);
  }

  add(input: Node): void {
    if (input instanceof Deferred) {
      if (input.late) this.late = true;
      if (input.depth >= this.depth) this.depth = input.depth + 1;
      if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
    }
    this.#inputs.push(input);
  }

  resolve(): Exclude<Node, Deferred> {
    const outer = surroundings.parentheses;
    if (this.#scope === 'arguments') surroundings.parentheses = 0;
    else if (this.#scope === 'parentheses') surroundings.parentheses = outer + 1;
    const resolved = this.#inputs.map(resolve);
    surroundings.parentheses = outer;
    return resolve(this.#build(resolved));
  }
}

/** A template parameter that is a pack: stands for one of its elements after the other. */
export class PackReference extends Deferred {
  readonly #elements: readonly Node[];

  constructor(elements: readonly Node[]) {
    super();
    this.#elements = elements;
    for (const element of elements) {
      if (!(element instanceof Deferred)) continue;
      if (element.late) this.late = true;
      if (element.depth >= this.depth) this.depth = element.depth + 1;
    }
    if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  resolve(): Exclude<Node, Deferred> {
    if (surroundings.packSize < 0) {
      surroundings.packSize = this.#elements.length;
      surroundings.packIndex = 0;
    }
    const element = this.#elements[surroundings.packIndex];
    return element === undefined ? '' : withoutPrecedence(resolve(element));
  }
}

/** A template parameter whose argument comes later in the mangled name (in the type of a conversion operator). */
export class ForwardReference extends Deferred {
  readonly index: number;
  target: Node | undefined;
  override late = true;
  #resolving = false;

  constructor(index: number) {
    super();
    this.index = index;
  }

  resolve(): Exclude<Node, Deferred> {
    // An argument that contains itself is written as nothing, with the references to it.
    if (this.#resolving || this.target === undefined) return NOTHING;
    this.#resolving = true;
    const resolved = withoutPrecedence(resolve(this.target));
    this.#resolving = false;
    return resolved;
  }
}

/** A pattern written once for each element of the first pack in it. */
class Expansion extends Deferred {
  readonly #pattern: Deferred;

  constructor(pattern: Deferred) {
    super();
    this.#pattern = pattern;
    this.late = pattern.late;
    this.depth = pattern.depth + 1;
    if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  resolve(): string {
    const { packIndex, packSize } = surroundings;
    surroundings.packIndex = surroundings.packSize = -1;
    let text = textOf(resolve(this.#pattern));
    const size = surroundings.packSize;
    if (size < 0) text += '...';
    else if (size === 0) text = '';
    for (let index = 1; index < size; index++) {
      surroundings.packIndex = index;
      text = limited(text + ', ' + textOf(resolve(this.#pattern)));
    }
    surroundings.packIndex = packIndex;
    surroundings.packSize = packSize;
    return text;
  }
}

/** `left > right` or `left >> right`: in parentheses where the operator would be taken for the end of the arguments. */
class Greater extends Deferred {
  readonly #left: Text;
  readonly #right: Text;
  readonly #operator: string;
  override late = true;

  constructor(left: Text, operator: string, right: Text, precedence: number) {
    super();
    this.#left = left;
    this.#operator = operator;
    this.#right = right;
    this.precedence = precedence;
    const depth = Math.max(left instanceof Deferred ? left.depth : 0, right instanceof Deferred ? right.depth : 0);
    this.depth = depth + 1;
    if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  resolve(): Exclude<Node, Deferred> {
    const outer = surroundings.parentheses;
    if (outer === 0) surroundings.parentheses = 1;
    const text = textOf(resolve(this.#left)) + ` ${this.#operator} ` + textOf(resolve(this.#right));
    surroundings.parentheses = outer;
    return new Expression(outer === 0 ? `(${text})` : text, this.precedence, false);
  }
}

/** Follows a deferred node to what it stands for in the present surroundings. */
export function resolve(node: Node): Exclude<Node, Deferred> {
  if (!(node instanceof Deferred)) return node;
  if (++surroundings.steps > MAX_STEPS) throw NOT_MANGLED;
  return node.resolve();
}

/** The text, unless it is longer than any honest name. */
export function limited(text: string): string {
  if (text.length > MAX_LENGTH) throw NOT_MANGLED;
  return text;
}

function withoutPrecedence(node: Exclude<Node, Deferred>): Exclude<Node, Deferred> {
  return node instanceof Expression ? node.text : node;
}

/** `build(inputs)`, later if one of them is deferred. */
export function apply(
  build: (inputs: readonly Exclude<Node, Deferred>[]) => Node,
  inputs: readonly Node[],
  scope: 'none' | 'parentheses' | 'arguments' = 'none',
): Node {
  for (const input of inputs) if (input instanceof Deferred) return new Application(build, inputs, scope);
  return build(inputs as readonly Exclude<Node, Deferred>[]);
}

/** What stands left of the declared name. */
export function leftOf(node: Exclude<Node, Deferred>): string {
  return typeof node === 'string' ? node : node instanceof Declarator ? node.left : node.text;
}

/** What stands right of the declared name; empty for most. */
export function rightOf(node: Exclude<Node, Deferred>): string {
  return node instanceof Declarator ? node.right : '';
}

/** The whole text of a node that is not deferred. */
export function textOf(node: Exclude<Node, Deferred>): string {
  if (typeof node === 'string') return node;
  if (node instanceof Expression) return node.text;
  // Bounds follow each other, and whatever else ends in a bracket, without a space.
  const { left, right } = node;
  return right.startsWith(' [') && left.endsWith(']') ? left + right.slice(1) : left + right;
}

const wholeText = (inputs: readonly Exclude<Node, Deferred>[]): string => textOf(inputs[0]!);
const joinedText = (inputs: readonly Exclude<Node, Deferred>[]): string => {
  let text = '';
  for (const input of inputs) text += textOf(input);
  return limited(text);
};
const parenthesized = (inputs: readonly Exclude<Node, Deferred>[]): string => `(${textOf(inputs[0]!)})`;
const listed = (inputs: readonly Exclude<Node, Deferred>[]): string => {
  let list = '';
  for (const input of inputs) {
    const text = operand(input, PRECEDENCE.comma, false) as string;
    if (text.length > 0) list = list.length === 0 ? text : `${list}, ${text}`;
    limited(list);
  }
  return list;
};

/** The node as text. */
export function toText(node: Node): Text {
  if (typeof node === 'string') return node;
  return node instanceof Deferred ? new Application(wholeText, [node], 'none') : textOf(node);
}

/** Texts one after the other. */
export function join(...texts: readonly Node[]): Text {
  let text = '';
  for (const part of texts) {
    if (part instanceof Deferred) return new Application(joinedText, texts, 'none');
    text += textOf(part);
  }
  return limited(text);
}

/** In parentheses. */
export function parentheses(node: Node): Text {
  return node instanceof Deferred ? new Application(parenthesized, [node], 'parentheses') : `(${textOf(node)})`;
}

/** In any other pair of brackets that shields a `>`. */
export function brackets(open: string, node: Node, close: string): Text {
  return node instanceof Deferred
    ? new Application((inputs) => open + textOf(inputs[0]!) + close, [node], 'parentheses')
    : open + textOf(node) + close;
}

/** In angle brackets, where a `>` must stand in parentheses. */
export function angleBrackets(node: Node): Text {
  return node instanceof Deferred
    ? new Application((inputs) => `<${textOf(inputs[0]!)}>`, [node], 'arguments')
    : `<${textOf(node)}>`;
}

/** An expression's text as an operand: in parentheses if it binds no tighter than `precedence`. */
export function operand(node: Node, precedence: number, strictlyWorse: boolean): Text {
  if (typeof node === 'string') return node;
  if (node instanceof Declarator) return textOf(node);
  return node.precedence >= precedence + (strictlyWorse ? 1 : 0) ? parentheses(node) : toText(node);
}

/** A comma-separated list with one more item; items without text (empty packs) leave no comma. */
export function listWith(list: Text, item: Node): Text {
  if (typeof list === 'string') {
    if (typeof item === 'string') {
      if (item.length === 0) return list;
      if (list.length === 0) return item;
      if (list.length > MAX_LENGTH) throw NOT_MANGLED;
      return list + ', ' + item;
    }
    const text = operand(item, PRECEDENCE.comma, false);
    if (typeof text === 'string') return listWith(list, text);
    return new Application(listed, list.length === 0 ? [text] : [list, text], 'none');
  }
  // Of this function's own making: nobody else has seen it yet.
  (list as Application).add(operand(item, PRECEDENCE.comma, false));
  return list;
}

/** An expression of that precedence. */
export function expression(text: Text, precedence: number, designated = false): Node {
  if (typeof text === 'string') return new Expression(text, precedence, designated);
  const deferred = new Application(wholeText, [text], 'none');
  deferred.precedence = precedence;
  deferred.designated = designated;
  return deferred;
}

/** `left > right` and `left >> right`. */
export function greaterExpression(left: Text, operator: string, right: Text, precedence: number): Node {
  return new Greater(left, operator, right, precedence);
}

/** A pack expansion: `pattern...`, or the pattern for each element where the pack is known. */
export function expansion(pattern: Node): Text {
  if (!(pattern instanceof Deferred)) return textOf(pattern) + '...';
  const expanded = new Expansion(pattern);
  return pattern.late ? expanded : expanded.resolve();
}
