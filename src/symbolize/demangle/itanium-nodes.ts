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
/** A node that is final. */
export type Resolved = string | Declarator | Expression;

/** Characters of output after which a name is taken for hostile: substitutions can double the text with every use. */
export const MAX_LENGTH: number = 1 << 20;

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

/** A node whose text is not known when it is read. */
export abstract class Deferred {
  /** As of an `Expression`; known beforehand. */
  precedence: number = PRECEDENCE.primary;
  designated = false;
  /** Whether it waits for more than the element of a pack, so that a pack expansion cannot resolve it either. */
  late = false;
  depth = 1;

  abstract resolve(): Resolved;
}

/** The text, unless it is longer than any honest name. */
export function limited(text: string): string {
  if (text.length > MAX_LENGTH) throw NOT_MANGLED;
  return text;
}

/** What stands left of the declared name. */
export function leftOf(node: Resolved): string {
  return typeof node === 'string' ? node : node instanceof Declarator ? node.left : node.text;
}

/** What stands right of the declared name; empty for most. */
export function rightOf(node: Resolved): string {
  return node instanceof Declarator ? node.right : '';
}

/** The whole text of a node that is not deferred. */
export function textOf(node: Resolved): string {
  if (typeof node === 'string') return node;
  if (node instanceof Expression) return node.text;
  // Bounds follow each other, and whatever else ends in a bracket, without a space.
  const { left, right } = node;
  return right.startsWith(' [') && left.endsWith(']') ? left + right.slice(1) : left + right;
}
