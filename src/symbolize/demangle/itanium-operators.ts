/** Operators and their mangled names (Itanium C++ ABI 5.1.4.1 and 5.1.6). */
import { PRECEDENCE } from './itanium-nodes.ts';

/** How an operator is written in an expression. */
export type OperatorKind =
  | 'prefix'
  | 'postfix'
  | 'binary'
  | 'subscript'
  | 'member'
  | 'new'
  | 'delete'
  | 'call'
  | 'cast'
  | 'conditional'
  | 'name-only'
  | 'named-cast'
  | 'of-type'
  | 'of-expression';

export interface Operator {
  readonly kind: OperatorKind;
  /** As it is written in an expression. */
  readonly symbol: string;
  readonly precedence: number;
  /** The name of a function that overloads it; `undefined` where it cannot be overloaded. */
  readonly name: string | undefined;
}

const {
  primary,
  postfix,
  unary,
  cast,
  pointerToMember,
  multiplicative,
  additive,
  shift,
  spaceship,
  relational,
  equality,
  and,
  xor,
  or,
  logicalAnd,
  logicalOr,
  conditional,
  assign,
  comma,
} = PRECEDENCE;

const operator = (
  kind: OperatorKind,
  symbol: string,
  precedence: number,
  name: string | undefined = 'operator' + symbol,
): Operator => ({ kind, symbol, precedence, name });
const unnamed = (kind: OperatorKind, symbol: string, precedence: number): Operator => ({
  kind,
  symbol,
  precedence,
  name: undefined,
});

let operators: Map<string, Operator> | undefined;

/** The operator of a two-letter code. */
export function operatorOf(code: string): Operator | undefined {
  return (operators ??= allOperators()).get(code);
}

/** Made when the first operator is met. */
function allOperators(): Map<string, Operator> {
  return new Map<string, Operator>([
    ['aN', operator('binary', '&=', assign)],
    ['aS', operator('binary', '=', assign)],
    ['aa', operator('binary', '&&', logicalAnd)],
    ['ad', operator('prefix', '&', unary)],
    ['an', operator('binary', '&', and)],
    ['at', unnamed('of-type', 'alignof ', unary)],
    ['aw', operator('name-only', 'co_await', primary, 'operator co_await')],
    ['az', unnamed('of-expression', 'alignof ', unary)],
    ['cc', unnamed('named-cast', 'const_cast', postfix)],
    ['cl', operator('call', '()', postfix)],
    ['cm', operator('binary', ',', comma)],
    ['co', operator('prefix', '~', unary)],
    ['cv', operator('cast', '', cast)],
    ['dV', operator('binary', '/=', assign)],
    ['da', operator('delete', 'delete[]', unary, 'operator delete[]')],
    ['dc', unnamed('named-cast', 'dynamic_cast', postfix)],
    ['de', operator('prefix', '*', unary)],
    ['dl', operator('delete', 'delete', unary, 'operator delete')],
    ['ds', unnamed('member', '.*', pointerToMember)],
    ['dt', unnamed('member', '.', postfix)],
    ['dv', operator('binary', '/', multiplicative)],
    ['eO', operator('binary', '^=', assign)],
    ['eo', operator('binary', '^', xor)],
    ['eq', operator('binary', '==', equality)],
    ['ge', operator('binary', '>=', relational)],
    ['gt', operator('binary', '>', relational)],
    ['ix', operator('subscript', '[]', postfix)],
    ['lS', operator('binary', '<<=', assign)],
    ['le', operator('binary', '<=', relational)],
    ['ls', operator('binary', '<<', shift)],
    ['lt', operator('binary', '<', relational)],
    ['mI', operator('binary', '-=', assign)],
    ['mL', operator('binary', '*=', assign)],
    ['mi', operator('binary', '-', additive)],
    ['ml', operator('binary', '*', multiplicative)],
    ['mm', operator('postfix', '--', postfix)],
    ['na', operator('new', 'new[]', unary, 'operator new[]')],
    ['ne', operator('binary', '!=', equality)],
    ['ng', operator('prefix', '-', unary)],
    ['nt', operator('prefix', '!', unary)],
    ['nw', operator('new', 'new', unary, 'operator new')],
    ['oR', operator('binary', '|=', assign)],
    ['oo', operator('binary', '||', logicalOr)],
    ['or', operator('binary', '|', or)],
    ['pL', operator('binary', '+=', assign)],
    ['pl', operator('binary', '+', additive)],
    ['pm', unnamed('member', '->*', pointerToMember)],
    ['pp', operator('postfix', '++', postfix)],
    ['ps', operator('prefix', '+', unary)],
    ['pt', operator('member', '->', postfix)],
    ['qu', operator('conditional', '?', conditional)],
    ['rM', operator('binary', '%=', assign)],
    ['rS', operator('binary', '>>=', assign)],
    ['rc', unnamed('named-cast', 'reinterpret_cast', postfix)],
    ['rm', operator('binary', '%', multiplicative)],
    ['rs', operator('binary', '>>', shift)],
    ['sc', unnamed('named-cast', 'static_cast', postfix)],
    ['ss', operator('binary', '<=>', spaceship)],
    ['st', unnamed('of-type', 'sizeof ', unary)],
    ['sz', unnamed('of-expression', 'sizeof ', unary)],
    ['te', unnamed('of-expression', 'typeid ', postfix)],
    ['ti', unnamed('of-type', 'typeid ', postfix)],
  ]);
}
