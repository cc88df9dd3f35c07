/** Template arguments and parameters (Itanium C++ ABI 5.1.5.7, 5.1.5.8 and 5.1.7). */

import { apply, ForwardReference, PackReference } from './itanium-deferred.ts';
import { Declarator, leftOf, MAX_LENGTH, type Node, rightOf, type Text } from './itanium-nodes.ts';
import type { Parser } from './itanium-parser.ts';
import { angleBrackets, join, listWith } from './itanium-text.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/**
 * `I <template-arg>* [Q <constraint>] E`; the caller has seen the `I`.
 *
 * @param tagged whether these are arguments of the entity that is being named, which `T_` refers to from then on
 */
export function parseTemplateArgs(parser: Parser, tagged: boolean): Text {
  const { bytes } = parser;
  parser.at++;
  let table: Node[] | undefined;
  if (tagged) parser.levels = [(table = [])];
  let list: Text = '';
  for (let code = bytes[parser.at]!; code !== 0x45 /* E */; code = bytes[parser.at]!) {
    let argument: Node;
    let entry: Node | undefined;
    if (code === 0x58 || code === 0x4a || code === 0x4c || code === 0x54 /* X, J, L, T */) {
      argument = parseTemplateArg(parser);
      entry = parser.pack;
      parser.pack = undefined;
    } else argument = parser.grammar.type(parser);
    if (typeof argument === 'string' && argument.length > 0 && typeof list === 'string') {
      list = list.length === 0 ? argument : list + ', ' + argument;
      if (list.length > MAX_LENGTH) throw NOT_MANGLED;
    } else list = listWith(list, argument);
    if (table !== undefined) table.push(entry ?? argument);
    if (bytes[parser.at]! === 0x51 /* Q: a constraint, which is not written */) {
      parser.at++;
      parseConstraint(parser);
      if (bytes[parser.at]! !== 0x45 /* E */) throw NOT_MANGLED;
    }
  }
  parser.at++;
  return typeof list === 'string' ? '<' + list + '>' : angleBrackets(list);
}

/** `<template-arg>`. A pack is text here; what `T_` makes of it is left in `parser.pack`. */
export function parseTemplateArg(parser: Parser): Node {
  const argument = parser.peek() === 0x4a /* J */ ? undefined : parseSingleArg(parser);
  parser.pack = undefined;
  if (argument !== undefined) return argument;
  parser.enter();
  parser.at++;
  const elements: Node[] = [];
  let list: Text = '';
  while (!parser.skip(0x45 /* E */)) {
    const element = parseTemplateArg(parser);
    elements.push(element);
    list = listWith(list, element);
  }
  parser.pack = new PackReference(elements);
  parser.leave();
  return list;
}

function parseSingleArg(parser: Parser): Node {
  switch (parser.peek()) {
    case 0x58 /* X */:
      {
        parser.at++;
        const argument = parser.grammar.expression(parser);
        parser.expect(0x45 /* E */);
        return argument;
      }
    case 0x4c /* L */:
      {
        if (parser.peek(1) !== 0x5a /* Z */) return parser.grammar.expression(parser);
        parser.at += 2;
        const argument = parser.grammar.encoding(parser);
        parser.expect(0x45 /* E */);
        return argument;
      }
    case 0x54 /* T */:
      {
        if (!isTemplateParameterDeclaration(parser)) return parser.grammar.type(parser);
        // The parameter is spelled out where it does not follow from the template; it is not written.
        parser.enter();
        parseTemplateParameterDeclaration(parser, undefined);
        const argument = parseTemplateArg(parser);
        parser.leave();
        return argument;
      }
    default:
      return parser.grammar.type(parser);
  }
}

/** `<constraint-expression>`: parameters of all enclosing templates are in scope there, more than are tracked. */
export function parseConstraint(parser: Parser): Node {
  const before = parser.parametersByNumber;
  parser.parametersByNumber = true;
  const constraint = parser.grammar.expression(parser);
  parser.parametersByNumber = before;
  return constraint;
}

/** `T_`, `T <number> _`, `TL <level> __`, `TL <level> _ <number> _`. */
export function parseTemplateParameter(parser: Parser): Node {
  const start = parser.at;
  parser.expect(0x54 /* T */);
  let level = 0;
  if (parser.skip(0x4c /* L */)) {
    level = parser.positive() + 1;
    parser.expect(0x5f /* _ */);
  }
  let index = 0;
  if (!parser.skip(0x5f /* _ */)) {
    index = parser.positive() + 1;
    parser.expect(0x5f /* _ */);
  }
  if (parser.parametersByNumber) return parser.text.slice(start, parser.at - 1);
  if (parser.forwardReferencesAllowed && level === 0) {
    const reference = new ForwardReference(index);
    (parser.forwardReferences ??= []).push(reference);
    return reference;
  }
  const { levels } = parser;
  const argument = levels[level]?.[index];
  if (argument !== undefined) return argument;
  // In a generic lambda the `auto` parameters are parameters of an unwritten template (5.1.8).
  if (parser.lambdaLevel !== level || level > levels.length) throw NOT_MANGLED;
  if (level === levels.length) levels.push(undefined);
  return 'auto';
}

/** Whether a `<template-param-decl>` comes next: `Ty`, `Tk`, `Tn`, `Tt`, `Tp`. */
export function isTemplateParameterDeclaration(parser: Parser): boolean {
  if (parser.peek() !== 0x54 /* T */) return false;
  const code = parser.peek(1);
  return code === 0x79 || code === 0x6b || code === 0x6e || code === 0x74 || code === 0x70;
}

/** `<template-param-decl>`: a parameter with an invented name, which goes into `table`. */
export function parseTemplateParameterDeclaration(parser: Parser, table: Node[] | undefined): Node {
  const { left, name, right } = parseParameterParts(parser, table);
  return join(left, name, right);
}

interface ParameterParts {
  readonly left: Text;
  readonly name: string;
  readonly right: Text;
}

function parseParameterParts(parser: Parser, table: Node[] | undefined): ParameterParts {
  parser.enter();
  const code = parser.peek(1);
  parser.at += 2;
  let parts: ParameterParts;
  switch (code) {
    case 0x79 /* Ty */:
      parts = { left: 'typename ', name: inventName(parser, 0, table), right: '' };
      break;
    case 0x6b /* Tk */:
      {
        const constraint = parser.grammar.name(parser, undefined);
        parts = { left: join(constraint, ' '), name: inventName(parser, 0, table), right: '' };
        break;
      }
    case 0x6e /* Tn */:
      {
        const name = inventName(parser, 1, table);
        const type = parser.grammar.type(parser);
        const left = apply(([node]) => leftOf(node!) + (rightOf(node!).length === 0 ? ' ' : ''), [type]);
        const right = type instanceof Declarator ? type.right : apply(([node]) => rightOf(node!), [type]);
        parts = { left: left as Text, name, right: right as Text };
        break;
      }
    case 0x74 /* Tt */:
      parts = parseTemplateTemplateParameter(parser, table);
      break;
    case 0x70 /* Tp */:
      {
        if (!isTemplateParameterDeclaration(parser)) throw NOT_MANGLED;
        const { left, name, right } = parseParameterParts(parser, table);
        parts = { left: join(left, '...'), name, right };
        break;
      }
    default:
      throw NOT_MANGLED;
  }
  parser.leave();
  return parts;
}

/** `Tt <template-param-decl>* [Q <constraint>] E`. */
function parseTemplateTemplateParameter(parser: Parser, table: Node[] | undefined): ParameterParts {
  const name = inventName(parser, 2, table);
  const depth = parser.levels.length;
  const inner: Node[] = [];
  parser.levels.push(inner);
  let list: Text = '';
  let constraint: Text = '';
  while (!parser.skip(0x45 /* E */)) {
    if (!isTemplateParameterDeclaration(parser)) throw NOT_MANGLED;
    list = listWith(list, parseTemplateParameterDeclaration(parser, inner));
    if (parser.skip(0x51 /* Q */)) {
      constraint = join(' requires ', parseConstraint(parser));
      parser.expect(0x45 /* E */);
      break;
    }
  }
  parser.levels.length = depth;
  return { left: join('template', angleBrackets(list), ' typename '), name, right: constraint };
}

/** The next unused `$T`, `$N` or `$TT`: the first has no number, the second is 0. */
function inventName(parser: Parser, kind: 0 | 1 | 2, table: Node[] | undefined): string {
  const used = (parser.inventedNames ??= [0, 0, 0])[kind]++;
  const name = (kind === 0 ? '$T' : kind === 1 ? '$N' : '$TT') + (used === 0 ? '' : String(used - 1));
  table?.push(name);
  return name;
}
