/** Where the reading of one mangled name stands: the place in the text, and what later parts may refer back to. */

import type { ForwardReference } from './itanium-deferred.ts';
import { limited, type Node, type Text } from './itanium-nodes.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** Productions inside each other; also what the stack has room for. */
export const MAX_DEPTH = 600;

/** A module's name (C++20). It stands in the table of substitutions, but only a name in the module may follow. */
export class ModuleName {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What an encoding must know of the name it begins with. */
export interface NameState {
  /** Const, volatile, restrict of a member function; with a leading space each. */
  qualifiers: string;
  /** Constructors, destructors and conversions have no return type in their encoding. */
  withoutResult: boolean;
  /** Template functions have one. */
  endsWithTemplateArgs: boolean;
  explicitObject: boolean;
}

/** The productions that contain each other, each in a file of its own; they meet here. */
export interface Grammar {
  encoding(parser: Parser): Text;
  name(parser: Parser, state: NameState | undefined): Text;
  type(parser: Parser): Node;
  expression(parser: Parser): Node;
}

/** The state of one run of the parser. Places and lengths count bytes. */
export class Parser {
  /** The name in UTF-8, with zeros behind it. */
  readonly bytes: Uint8Array;
  /** The name as a string that has a character for each byte. */
  readonly text: string;
  readonly end: number;
  readonly grammar: Grammar;
  at: number;
  /** What `S_`, `S0_`, … stand for. */
  substitutions: (Node | ModuleName)[] = [];
  /** Template parameter lists, outermost first; `TL0_` and the like count from 0. */
  levels: (Node[] | undefined)[] = [];
  /** Forward references of conversion operators, waiting for the arguments. */
  forwardReferences: ForwardReference[] | undefined;
  forwardReferencesAllowed = false;
  /** Off in the type of a conversion operator, where arguments belong to the operator. */
  templateArgsAllowed = true;
  /** On in constraints, where parameters are written as they are mangled. */
  parametersByNumber = false;
  /** The level that the `auto` parameters of the lambda being read stand for; −1 outside. */
  lambdaLevel = -1;
  /** `$T`, `$N` and `$TT` given out so far. */
  inventedNames: [number, number, number] | undefined;
  /** The pack that the last `J…E` argument makes, until the argument list has taken it. */
  pack: Node | undefined;
  /** What a constructor of the last unqualified name would be called. */
  base = '';
  depth = 0;

  constructor(bytes: Uint8Array, text: string, at: number, grammar: Grammar) {
    this.bytes = bytes;
    this.grammar = grammar;
    this.text = text;
    this.end = text.length;
    this.at = at;
  }

  /** The byte `ahead`; 0 behind the end. */
  peek(ahead: number = 0): number {
    return this.bytes[this.at + ahead]!;
  }

  /** Takes one character if it is that one. */
  skip(code: number): boolean {
    if (this.bytes[this.at]! !== code) return false;
    this.at++;
    return true;
  }

  /** Takes a string if it comes next. */
  skipText(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(code: number): void {
    if (this.bytes[this.at]! !== code) throw NOT_MANGLED;
    this.at++;
  }

  /** Every production that can contain itself begins with this and ends with `leave()`. */
  enter(): void {
    if (++this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  leave(): void {
    this.depth--;
  }

  addSubstitution(node: Node): void {
    if (typeof node === 'string') limited(node);
    this.substitutions.push(node);
  }

  /** `<number>`: digits, after an `n` for a minus sign where allowed. Empty if there are none. */
  number(negative: boolean): string {
    const start = this.at;
    let at = start;
    if (negative && this.bytes[at]! === 0x6e /* n */) at++;
    const digits = at;
    while (isDigit(this.bytes[at]!)) at++;
    // A sign without digits is used up all the same.
    this.at = at;
    return at === digits ? '' : this.text.slice(start, at);
  }

  /** Digits, at least one. */
  positive(): number {
    const { bytes } = this;
    let at = this.at;
    let code = bytes[at]!;
    if (!isDigit(code)) throw NOT_MANGLED;
    let value = 0;
    do {
      value = value * 10 + code - 0x30;
      code = bytes[++at]!;
    } while (isDigit(code));
    this.at = at;
    return value;
  }

  /** A length and as many characters: `<source-name>` without its meaning. */
  bareSourceName(): string {
    const length = this.positive();
    const start = this.at;
    if (length === 0 || length > this.end - start) throw NOT_MANGLED;
    this.at = start + length;
    return this.text.slice(start, start + length);
  }
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `[r] [V] [K]`, each written behind what it qualifies; empty if there are none. */
export function parseQualifiers(parser: Parser): string {
  let quals = '';
  const restrict = parser.skip(0x72 /* r */);
  const isVolatile = parser.skip(0x56 /* V */);
  if (parser.skip(0x4b /* K */)) quals = ' const';
  if (isVolatile) quals += ' volatile';
  if (restrict) quals += ' restrict';
  return quals;
}
