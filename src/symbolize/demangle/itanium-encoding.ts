/** Encodings: functions, data and special names (Itanium C++ ABI 5.1.1 and 5.1.4.4). */
import { declaration } from './itanium-declarators.ts';
import { parseName } from './itanium-names.ts';
import type { Node, Text } from './itanium-nodes.ts';
import { isDigit, type NameState, type Parser } from './itanium-parser.ts';
import { parseConstraint, parseTemplateArg } from './itanium-templates.ts';
import { join, listWith, parentheses, toText } from './itanium-text.ts';
import { parseModuleName } from './itanium-unqualified-names.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<encoding>`: a function with its parameters, a variable, or a special name. */
export function parseEncoding(parser: Parser): Text {
  parser.enter();
  // Template parameters do not reach into the encoding or out of it.
  const { levels } = parser;
  parser.levels = [];
  const code = parser.peek();
  const text = code === 0x47 /* G */ || code === 0x54 /* T */ ? parseSpecialName(parser) : parseEntity(parser);
  parser.levels = levels;
  parser.leave();
  return text;
}

function parseEntity(parser: Parser): Text {
  const state: NameState = { qualifiers: '', withoutResult: false, endsWithTemplateArgs: false, explicitObject: false };
  const firstReference = parser.forwardReferences?.length ?? 0;
  const name = parseName(parser, state);
  if (parser.forwardReferences !== undefined) resolveForwardReferences(parser, firstReference);
  if (isEndOfEncoding(parser)) return name;

  const { bytes, end } = parser;
  const conditions = bytes[parser.at]! === 0x55 && parser.skipText('Ua9enable_if') ? enableIf(parser) : '';
  const result: Node | undefined =
    !state.withoutResult && state.endsWithTemplateArgs ? parser.grammar.type(parser) : undefined;
  let parameters: Text = '';
  if (bytes[parser.at]! === 0x76 /* v */) parser.at++;
  else {
    if (state.explicitObject) parameters = listWith('', join('this ', toText(parser.grammar.type(parser))));
    else parameters = listWith('', parser.grammar.type(parser));
    while (parser.at < end) {
      const code = bytes[parser.at]!;
      // E . _ end an encoding; Q begins a constraint.
      if (code === 0x45 || code === 0x2e || code === 0x5f || code === 0x51) break;
      parameters = listWith(parameters, parser.grammar.type(parser));
    }
  }
  let suffix: Text = state.qualifiers;
  if (conditions !== '') suffix = join(suffix, conditions);
  if (parser.at < end && parser.skip(0x51 /* Q */)) suffix = join(suffix, ' requires ', parseConstraint(parser));
  if (result !== undefined) return declaration(result, name, parameters, suffix);
  if (typeof name === 'string' && typeof parameters === 'string' && typeof suffix === 'string') {
    return name + '(' + parameters + ')' + suffix;
  }
  return join(name, parentheses(parameters), suffix);
}

/** `Ua9enable_if I <template-arg>* E`: Clang's attribute of that name. */
function enableIf(parser: Parser): Text {
  parser.expect(0x49 /* I */);
  let conditions: Text = '';
  while (!parser.skip(0x45 /* E */)) conditions = listWith(conditions, parseTemplateArg(parser));
  parser.pack = undefined;
  return join(' [enable_if:', conditions, ']');
}

/** Gives the references of the name that has just been read the arguments it ended with. */
function resolveForwardReferences(parser: Parser, first: number): void {
  const { levels } = parser;
  const forwardReferences = parser.forwardReferences!;
  for (let index = first; index < forwardReferences.length; index++) {
    const reference = forwardReferences[index]!;
    const target = levels[0]?.[reference.index];
    if (target === undefined) throw NOT_MANGLED;
    reference.target = target;
  }
  forwardReferences.length = first;
}

/** Whether nothing that could start a type follows. */
function isEndOfEncoding(parser: Parser): boolean {
  if (parser.at >= parser.end) return true;
  const code = parser.peek();
  return code === 0x45 /* E */ || code === 0x2e /* . */ || code === 0x5f /* _ */;
}

/** `<special-name>`. */
function parseSpecialName(parser: Parser): Text {
  const code = parser.text.slice(parser.at, parser.at + 2);
  parser.at += 2;
  switch (code) {
    case 'TV':
      return join('vtable for ', toText(parser.grammar.type(parser)));
    case 'TT':
      return join('VTT for ', toText(parser.grammar.type(parser)));
    case 'TI':
      return join('typeinfo for ', toText(parser.grammar.type(parser)));
    case 'TS':
      return join('typeinfo name for ', toText(parser.grammar.type(parser)));
    case 'TA': {
      const argument = toText(parseTemplateArg(parser));
      parser.pack = undefined;
      return join('template parameter object for ', argument);
    }
    case 'Tc':
      skipCallOffset(parser);
      skipCallOffset(parser);
      return join('covariant return thunk to ', parseEncoding(parser));
    case 'TC': {
      const derived = toText(parser.grammar.type(parser));
      if (parser.number(true).length === 0) throw NOT_MANGLED;
      parser.expect(0x5f /* _ */);
      return join('construction vtable for ', toText(parser.grammar.type(parser)), '-in-', derived);
    }
    case 'TW':
      return join('thread-local wrapper routine for ', parseName(parser, undefined));
    case 'TH':
      return join('thread-local initialization routine for ', parseName(parser, undefined));
    case 'GV':
      return join('guard variable for ', parseName(parser, undefined));
    case 'GR': {
      const name = parseName(parser, undefined);
      // A number, base 36, which must end with an underscore if it is there.
      const start = parser.at;
      while (isDigit(parser.peek()) || isCapital(parser.peek())) parser.at++;
      if (!parser.skip(0x5f /* _ */) && parser.at > start) throw NOT_MANGLED;
      return join('reference temporary for ', name);
    }
    case 'GI': {
      const module = parseModuleName(parser, undefined);
      if (module === undefined) throw NOT_MANGLED;
      return 'initializer for module ' + module.text;
    }
    default: {
      if (!code.startsWith('T')) throw NOT_MANGLED;
      parser.at--;
      const kind = parser.peek() === 0x76 /* v */ ? 'virtual thunk to ' : 'non-virtual thunk to ';
      skipCallOffset(parser);
      return join(kind, parseEncoding(parser));
    }
  }
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;

/** `h <number> _`, `v <number> _ <number> _`. */
function skipCallOffset(parser: Parser): void {
  const isVirtual = parser.skip(0x76 /* v */);
  if (!isVirtual) parser.expect(0x68 /* h */);
  for (let count = isVirtual ? 2 : 1; count > 0; count--) {
    if (parser.number(true).length === 0) throw NOT_MANGLED;
    parser.expect(0x5f /* _ */);
  }
}
