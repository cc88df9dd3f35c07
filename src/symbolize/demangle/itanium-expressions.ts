/** Expressions (Itanium C++ ABI 5.1.6). */

import { apply } from './itanium-deferred.ts';
import { parseLiteral } from './itanium-literals.ts';
import { leftOf, type Node, PRECEDENCE, type Text } from './itanium-nodes.ts';
import { type Operator, operatorOf } from './itanium-operators.ts';
import { isDigit, type Parser, parseQualifiers } from './itanium-parser.ts';
import { parseTemplateArg, parseTemplateParameter } from './itanium-templates.ts';
import {
  angleBrackets,
  brackets,
  expansion,
  expression,
  greaterExpression,
  join,
  listWith,
  operand,
  parentheses,
  toText,
} from './itanium-text.ts';
import { parseSourceName } from './itanium-unqualified-names.ts';
import { parseUnresolvedName } from './itanium-unresolved-names.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<expression>`. */
export function parseExpression(parser: Parser): Node {
  parser.enter();
  const isGlobal = parser.skipText('gs');
  const operator = operatorOf(parser.text.slice(parser.at, parser.at + 2));
  let node: Node;
  if (operator !== undefined) {
    parser.at += 2;
    node = parseOperation(parser, operator, isGlobal);
  } else node = parseOther(parser, isGlobal);
  parser.leave();
  return node;
}

function parseOperation(parser: Parser, operator: Operator, isGlobal: boolean): Node {
  const { symbol, precedence } = operator;
  switch (operator.kind) {
    case 'binary':
      return parseBinary(parser, operator);
    case 'prefix':
      return expression(join(symbol, operand(parseExpression(parser), precedence, false)), precedence);
    case 'postfix':
      if (parser.skip(0x5f /* _: the prefix form */)) {
        return expression(join(symbol, operand(parseExpression(parser), precedence, false)), precedence);
      }
      return expression(join(operand(parseExpression(parser), precedence, true), symbol), precedence);
    case 'subscript': {
      const base = operand(parseExpression(parser), precedence, false);
      return expression(join(base, brackets('[', toText(parseExpression(parser)), ']')), precedence);
    }
    case 'member': {
      const object = operand(parseExpression(parser), precedence, true);
      return expression(join(object, symbol, operand(parseExpression(parser), precedence, false)), precedence);
    }
    case 'new':
      return parseNew(parser, operator, isGlobal);
    case 'delete':
      return expression(join(isGlobal ? '::' : '', symbol + ' ', toText(parseExpression(parser))), precedence);
    case 'call': {
      const callee = toText(parseExpression(parser));
      const args = parseExpressions(parser);
      return expression(join(callee, parentheses(args)), precedence);
    }
    case 'cast': {
      const { templateArgsAllowed } = parser;
      parser.templateArgsAllowed = false;
      const type = toText(parser.grammar.type(parser));
      parser.templateArgsAllowed = templateArgsAllowed;
      const operands = parser.skip(0x5f /* _ */) ? parseExpressions(parser) : listWith('', parseExpression(parser));
      return expression(join(parentheses(type), parentheses(operands)), precedence);
    }
    case 'conditional': {
      const condition = operand(parseExpression(parser), precedence, false);
      const consequent = toText(parseExpression(parser));
      const alternative = operand(parseExpression(parser), PRECEDENCE.assign, true);
      return expression(join(condition, ' ? ', consequent, ' : ', alternative), precedence);
    }
    case 'named-cast': {
      const type = parser.grammar.type(parser);
      // Only what stands left of a name.
      const left = apply(([resolved]) => leftOf(resolved!), [type]);
      const value = toText(parseExpression(parser));
      return expression(join(symbol, angleBrackets(left), parentheses(value)), precedence);
    }
    case 'of-type':
      return expression(join(symbol, parentheses(toText(parser.grammar.type(parser)))), precedence);
    case 'of-expression':
      return expression(join(symbol, parentheses(toText(parseExpression(parser)))), precedence);
    case 'name-only':
      throw NOT_MANGLED;
    default:
      return operator.kind satisfies never;
  }
}

/** `E` after any number of expressions. */
function parseExpressions(parser: Parser): Text {
  let list: Text = '';
  while (!parser.skip(0x45 /* E */)) list = listWith(list, parseExpression(parser));
  return list;
}

function parseBinary(parser: Parser, { symbol, precedence }: Operator): Node {
  // Assignments group from the right, and take any tighter operator on the left.
  const isAssignment = precedence === PRECEDENCE.assign;
  const first = parseExpression(parser);
  const left = operand(first, isAssignment ? PRECEDENCE.logicalOr : precedence, !isAssignment);
  const right = operand(parseExpression(parser), precedence, isAssignment);
  if (symbol === '>' || symbol === '>>') return greaterExpression(left, symbol, right, precedence);
  return expression(join(left, symbol === ',' ? ', ' : ` ${symbol} `, right), precedence);
}

/** `[gs] (nw | na) <expression>* _ <type> [pi <expression>*] E`. */
function parseNew(parser: Parser, { symbol, precedence }: Operator, isGlobal: boolean): Node {
  let placement: Text = '';
  let hasPlacement = false;
  while (!parser.skip(0x5f /* _ */)) {
    placement = listWith(placement, parseExpression(parser));
    hasPlacement = true;
  }
  const type = toText(parser.grammar.type(parser));
  let initializers: Text = '';
  let hasInitializers = false;
  if (parser.skipText('pi')) {
    while (!parser.skip(0x45 /* E */)) {
      initializers = listWith(initializers, parseExpression(parser));
      hasInitializers = true;
    }
  } else parser.expect(0x45 /* E */);
  return expression(
    join(
      isGlobal ? '::' + symbol : symbol,
      hasPlacement ? parentheses(placement) : '',
      ' ',
      type,
      hasInitializers ? parentheses(initializers) : '',
    ),
    precedence,
  );
}

/** Expressions that begin with none of the operators. */
function parseOther(parser: Parser, isGlobal: boolean): Node {
  if (parser.end - parser.at < 2) throw NOT_MANGLED;
  switch (parser.peek()) {
    case 0x4c /* L */:
      return parseLiteral(parser);
    case 0x54 /* T */:
      return parseTemplateParameter(parser);
    case 0x66 /* f */:
      {
        const next = parser.peek(1);
        return next === 0x70 || (next === 0x4c && isDigit(parser.peek(2))) /* fp, fL<digit> */
          ? parseFunctionParameter(parser)
          : parseFold(parser);
      }
    case 0x75 /* u */:
      parser.at++;
      return parseVendorExpression(parser);
  }
  const before = parser.at;
  parser.at += 2;
  switch (parser.text.slice(before, before + 2)) {
    case 'il':
      return braced('', parseBracedExpressions(parser));
    case 'tl': {
      const type = toText(parser.grammar.type(parser));
      return braced(type, parseBracedExpressions(parser));
    }
    case 'mc': {
      const type = parentheses(toText(parser.grammar.type(parser)));
      const value = parentheses(toText(parseExpression(parser)));
      parser.number(true);
      parser.expect(0x45 /* E */);
      return expression(join(type, value), PRECEDENCE.unary);
    }
    case 'nx':
      return expression(join('noexcept ', parentheses(toText(parseExpression(parser)))), PRECEDENCE.unary);
    case 'so':
      return parseSubobject(parser);
    case 'sp':
      return expansion(parseExpression(parser));
    case 'sZ':
      return parser.peek() === 0x54 /* T */
        ? join('sizeof...', parentheses(expansion(parseTemplateParameter(parser))))
        : join('sizeof... ', parentheses(parseFunctionParameter(parser)));
    case 'sP': {
      let args: Text = '';
      while (!parser.skip(0x45 /* E */)) args = listWith(args, parseTemplateArg(parser));
      return join('sizeof... ', parentheses(args));
    }
    case 'tr':
      return 'throw';
    case 'tw':
      return join('throw ', toText(parseExpression(parser)));
    case 'rq':
      return parseRequires(parser, '');
    case 'rQ': {
      let parameters: Text = '';
      while (!parser.skip(0x5f /* _ */)) parameters = listWith(parameters, parser.grammar.type(parser));
      return parseRequires(parser, parameters === '' ? '' : join(' ', parentheses(parameters)));
    }
  }
  parser.at = before;
  return parseUnresolvedName(parser, isGlobal);
}

/** `<function-param>`: `fpT`, `fp [<CV>] [<number>] _`, `fL <level> p [<CV>] [<number>] _`. */
function parseFunctionParameter(parser: Parser): string {
  if (parser.skipText('fpT')) return 'this';
  if (!parser.skipText('fp')) {
    if (!parser.skipText('fL') || parser.number(false).length === 0) throw NOT_MANGLED;
    parser.expect(0x70 /* p */);
  }
  parseQualifiers(parser);
  const number = parser.number(false);
  parser.expect(0x5f /* _ */);
  return 'fp' + number;
}

/** `fl`, `fr`, `fL`, `fR`, an operator, the pack, and the initial value of the last two. */
function parseFold(parser: Parser): Node {
  const kind = parser.peek(1);
  const isLeft = kind === 0x4c || kind === 0x6c; /* L, l */
  const hasInitializer = kind === 0x4c || kind === 0x52; /* L, R */
  if (!isLeft && !hasInitializer && kind !== 0x72 /* r */) throw NOT_MANGLED;
  const operator = operatorOf(parser.text.slice(parser.at + 2, parser.at + 4));
  if (operator === undefined) throw NOT_MANGLED;
  const { symbol } = operator;
  if (operator.kind !== 'binary' && !(operator.kind === 'member' && symbol.endsWith('*'))) throw NOT_MANGLED;
  parser.at += 4;
  const first = parseExpression(parser);
  const second = hasInitializer ? parseExpression(parser) : undefined;
  const [pack, initializer] = isLeft && second !== undefined ? [second, first] : [first, second];
  const folded = parentheses(expansion(pack));
  const start = initializer === undefined ? undefined : operand(initializer, PRECEDENCE.cast, true);
  const parts = isLeft
    ? join(start === undefined ? '' : join(start, ` ${symbol} `), `... ${symbol} `, folded)
    : join(folded, ` ${symbol} ...`, start === undefined ? '' : join(` ${symbol} `, start));
  return parentheses(parts);
}

/** `u <source-name> <template-arg>* E`: a vendor's expression; `__uuidof` has kept an older form, too. */
function parseVendorExpression(parser: Parser): Node {
  const name = parseSourceName(parser);
  let args: Text = '';
  if (name === '__uuidof' && parser.skip(0x74 /* t */)) args = listWith(args, parser.grammar.type(parser));
  else if (name === '__uuidof' && parser.skip(0x7a /* z */)) args = listWith(args, parseExpression(parser));
  else while (!parser.skip(0x45 /* E */)) args = listWith(args, parseTemplateArg(parser));
  return expression(join(name, parentheses(args)), PRECEDENCE.postfix);
}

/** `so <type> <expression> [<offset>] <union-selector>* [p] E`. */
function parseSubobject(parser: Parser): Node {
  const type = toText(parser.grammar.type(parser));
  const value = toText(parseExpression(parser));
  const offset = parser.number(true);
  while (parser.skip(0x5f /* _ */)) parser.number(false);
  parser.skip(0x70 /* p: one past the end */);
  parser.expect(0x45 /* E */);
  const written = offset.length === 0 ? '0' : offset.startsWith('n') ? '-' + offset.slice(1) : offset;
  return join(value, '.<', type, ` at offset ${written}>`);
}

/** `<requirement>+ E` of a requires-expression. */
function parseRequires(parser: Parser, parameters: Text): Node {
  let text: Text = join('requires', parameters, ' {');
  let requirements: Text = '';
  do requirements = join(requirements, parseRequirement(parser));
  while (!parser.skip(0x45 /* E */));
  text = join(text, brackets('', requirements, ' }'));
  return text;
}

function parseRequirement(parser: Parser): Text {
  if (parser.skip(0x58 /* X */)) {
    const value = toText(parseExpression(parser));
    const isNoexcept = parser.skip(0x4e /* N */);
    const constraint = parser.skip(0x52 /* R */) ? parser.grammar.name(parser, undefined) : undefined;
    const compound = isNoexcept || constraint !== undefined ? brackets('{', value, '}') : value;
    const arrow = constraint === undefined ? '' : join(' -> ', constraint);
    return join(' ', compound, isNoexcept ? ' noexcept' : '', arrow, ';');
  }
  if (parser.skip(0x54 /* T */)) return join(' typename ', toText(parser.grammar.type(parser)), ';');
  parser.expect(0x51 /* Q */);
  return join(' requires ', toText(parseExpression(parser)), ';');
}

function braced(type: Text, initializers: Text): Node {
  return join(type, '{', initializers, '}');
}

function parseBracedExpressions(parser: Parser): Text {
  let list: Text = '';
  while (!parser.skip(0x45 /* E */)) list = listWith(list, parseBracedExpression(parser));
  return list;
}

/** `<braced-expression>`: `di`, `dx`, `dX` for designated initializers, or an expression. */
function parseBracedExpression(parser: Parser): Node {
  const kind = parser.peek() === 0x64 /* d */ ? parser.peek(1) : 0;
  let designator: Text;
  if (kind === 0x69 /* di */) {
    parser.at += 2;
    designator = '.' + parseSourceName(parser);
  } else if (kind === 0x78 /* dx */) {
    parser.at += 2;
    designator = join('[', toText(parseExpression(parser)), ']');
  } else if (kind === 0x58 /* dX */) {
    parser.at += 2;
    const first = toText(parseExpression(parser));
    designator = join('[', first, ' ... ', toText(parseExpression(parser)), ']');
  } else return parseExpression(parser);
  parser.enter();
  const value = parseBracedExpression(parser);
  parser.leave();
  const designated = typeof value === 'object' && 'designated' in value && value.designated;
  return expression(join(designator, designated ? '' : ' = ', toText(value)), PRECEDENCE.primary, true);
}
