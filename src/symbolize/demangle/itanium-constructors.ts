/** Constructors and destructors, which are called like their class (Itanium C++ ABI 5.1.4.3). */
import { apply } from './itanium-deferred.ts';
import { type Node, type Text, textOf } from './itanium-nodes.ts';
import type { NameState, Parser } from './itanium-parser.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<ctor-dtor-name>` of the class `scope`. */
export function parseConstructorName(
  parser: Parser,
  state: NameState | undefined,
  scope: Node,
  base: string | undefined,
): Text {
  let tilde = '';
  if (parser.skip(0x43 /* C */)) {
    const inherited = parser.skip(0x49 /* I */);
    const variant = parser.peek();
    if (!(variant >= 0x31 && variant <= 0x35)) throw NOT_MANGLED;
    parser.at++;
    if (state !== undefined) state.withoutResult = true;
    if (inherited) parser.grammar.name(parser, state);
  } else {
    const variant = parser.peek(1);
    if (!(variant >= 0x30 && variant <= 0x35 && variant !== 0x33)) throw NOT_MANGLED;
    parser.at += 2;
    if (state !== undefined) state.withoutResult = true;
    tilde = '~';
  }
  if (base !== undefined) return tilde + base;
  return apply(([name]) => tilde + baseName(textOf(name!)), [scope]) as Text;
}

/** The last part of a qualified name, without tags and template arguments: what its constructor is called. */
function baseName(name: string): string {
  let end = withoutTags(name, name.length);
  if (name.charCodeAt(end - 1) === 0x3e /* > */ && !endsInOperator(name.slice(0, end))) {
    let depth = 0;
    do {
      end--;
      if (name.charCodeAt(end) === 0x3e) depth++;
      else if (name.charCodeAt(end) === 0x3c) depth--;
    } while (end > 0 && depth > 0);
    end = withoutTags(name, end);
  }
  const last = name.charCodeAt(end - 1);
  if (last === 0x27 /* ' */) return '';
  if (last === 0x29 /* ) */ && !/(?:\(anonymous namespace|\boperator\()\)$/.test(name.slice(0, end))) return '';
  const start = name.lastIndexOf('::', end - 1);
  const part = name.slice(start < 0 ? 0 : start + 2, end);
  return part.startsWith('friend ') ? part.slice(7) : part;
}

function withoutTags(name: string, end: number): number {
  let stop = end;
  while (name.charCodeAt(stop - 1) === 0x5d /* ] */) {
    const start = name.lastIndexOf('[abi:', stop);
    if (start < 0) break;
    stop = start;
  }
  return stop;
}

/** Whether a `>` at the end belongs to an operator's name. */
const endsInOperator = (name: string): boolean => /\boperator(?:>>?|->|<=>)$/.test(name);

/** Whether a name has template arguments already. */
export function endsWithTemplateArgs(name: Node): boolean {
  return typeof name === 'string' && name.charCodeAt(name.length - 1) === 0x3e /* > */ && !endsInOperator(name);
}
