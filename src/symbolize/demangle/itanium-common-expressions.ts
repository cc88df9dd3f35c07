/** Expressions of common names: conditions on template arguments, mostly, and decltypes. */
import { decodeAscii } from '../../bytes/text.ts';
import {
  writeExpansion,
  writeLiteral,
  writeSubstitution,
  writeTemplateArgList,
  writeTemplateArgs,
  writeTemplateParameter,
} from './itanium-common-templates.ts';
import { writeOperatorName, writeSourceName } from './itanium-common-unqualified-names.ts';
import type { Draft } from './itanium-draft.ts';
import { PRECEDENCE } from './itanium-nodes.ts';
import { operatorOf } from './itanium-operators.ts';
import { isDigit } from './itanium-parser.ts';
import { hasPlace, KIND, UNCOMMON } from './itanium-pieces.ts';

/** `<expression>`; its precedence. */
export function writeExpression(draft: Draft): number {
  const { bytes, at } = draft;
  const code = bytes[at]!;
  const next = bytes[at + 1]!;
  if (code === 0x4c /* L */) {
    writeLiteral(draft);
    return PRECEDENCE.primary;
  }
  if (code === 0x54 /* T */) {
    writeTemplateParameter(draft);
    return PRECEDENCE.primary;
  }
  if (isDigit(code) || (code === 0x73 && next === 0x72) /* sr */) {
    writeUnresolvedName(draft);
    return PRECEDENCE.primary;
  }
  if (code === 0x75 /* u */ && isDigit(next)) return writeVendorExpression(draft);
  draft.at = at + 2;
  if (code === 0x66 && next === 0x70 /* fp */) {
    writeFunctionParameter(draft);
    return PRECEDENCE.primary;
  }
  if (code === 0x73 && next === 0x70 /* sp */) {
    writeExpansion(draft, writeExpression);
    return PRECEDENCE.primary;
  }
  return writeOperation(draft, String.fromCharCode(code, next));
}

function writeOperation(draft: Draft, code: string): number {
  draft.enter();
  const operator = operatorOf(code);
  if (operator === undefined) throw UNCOMMON;
  const { kind, symbol, precedence } = operator;
  if (kind === 'prefix') {
    draft.put(symbol);
    writeOperand(draft, precedence, false);
  } else if (kind === 'member') {
    writeOperand(draft, precedence, true);
    draft.put(symbol);
    writeOperand(draft, precedence, false);
  } else if (kind === 'call') {
    writeExpression(draft);
    draft.putOne(0x28 /* ( */);
    writeExpressions(draft);
    draft.putOne(0x29 /* ) */);
  } else if (kind === 'binary') {
    // A `>` may need parentheses, a comma is written in another way, assignments group from the right.
    if (symbol.startsWith('>') || precedence >= PRECEDENCE.assign) throw UNCOMMON;
    writeOperand(draft, precedence, true);
    draft.putOne(0x20);
    draft.put(symbol);
    draft.putOne(0x20);
    writeOperand(draft, precedence, false);
  } else throw UNCOMMON;
  draft.depth--;
  return precedence;
}

/** `E` after any number of expressions. */
function writeExpressions(draft: Draft): void {
  const listStart = draft.length;
  while (!draft.skip(0x45 /* E */)) {
    const before = draft.length;
    if (before > listStart) draft.putTwo(0x2c /* , */, 0x20);
    const start = draft.length;
    writeExpression(draft);
    if (draft.length === start) draft.length = before;
  }
}

/** An expression, in parentheses if it binds no tighter than `precedence`. */
function writeOperand(draft: Draft, precedence: number, strictlyWorse: boolean): void {
  const start = draft.length;
  const first = draft.substitutions.size;
  const own = writeExpression(draft);
  if (own === PRECEDENCE.primary || own < precedence + (strictlyWorse ? 1 : 0)) return;
  draft.insert(start << 3, 0, first, '(', '');
  draft.putOne(0x29 /* ) */);
}

/** `sr <simple-id>+ E <simple-id>`, `sr <type> [<template-args>] <simple-id>`, `<simple-id>`. */
function writeUnresolvedName(draft: Draft): void {
  const { bytes } = draft;
  if (isDigit(bytes[draft.at]!)) return writeSimpleId(draft);
  draft.at += 2;
  const code = bytes[draft.at]!;
  if (isDigit(code)) {
    const start = draft.length;
    do {
      if (draft.length > start) draft.putTwo(0x3a, 0x3a /* :: */);
      writeSimpleId(draft);
    } while (!draft.skip(0x45 /* E */));
  } else {
    const start = draft.length;
    if (code === 0x54 /* T */) {
      if (hasPlace(writeTemplateParameter(draft))) throw UNCOMMON;
      draft.substituteParameter(start, KIND.plain);
    } else if (code !== 0x53 || bytes[draft.at + 1]! >= 0x61 || hasPlace(writeSubstitution(draft)) /* S */)
      throw UNCOMMON;
    if (bytes[draft.at] === 0x49 /* I */) writeTemplateArgs(draft, false);
  }
  draft.putTwo(0x3a, 0x3a /* :: */);
  if (isDigit(bytes[draft.at]!)) return writeSimpleId(draft);
  // Destructors.
  if (bytes[draft.at] === 0x64 && bytes[draft.at + 1] === 0x6e) throw UNCOMMON;
  if (bytes[draft.at] === 0x6f && bytes[draft.at + 1] === 0x6e /* on */) draft.at += 2;
  writeOperatorName(draft, false);
  if (bytes[draft.at] === 0x49 /* I */) writeTemplateArgs(draft, false);
}

/** `<source-name> [<template-args>]`. */
function writeSimpleId(draft: Draft): void {
  writeSourceName(draft);
  if (draft.bytes[draft.at] === 0x49 /* I */) writeTemplateArgs(draft, false);
}

/** `u <source-name> <template-arg>* E`. */
function writeVendorExpression(draft: Draft): number {
  draft.at++;
  const start = draft.length;
  writeSourceName(draft);
  // `__uuidof` has forms of its own.
  if (decodeAscii(draft.text, start, draft.length) === '__uuidof') throw UNCOMMON;
  draft.putOne(0x28 /* ( */);
  writeTemplateArgList(draft, false);
  draft.putOne(0x29 /* ) */);
  return PRECEDENCE.postfix;
}

/** `fp [<number>] _`; the place is behind `fp`. */
function writeFunctionParameter(draft: Draft): void {
  const { bytes, at } = draft;
  let size = 0;
  while (isDigit(bytes[at + size]!)) size++;
  draft.put('fp');
  draft.copy(size);
  draft.expect(0x5f /* _ */);
}
