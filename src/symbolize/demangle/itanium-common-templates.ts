/** Template arguments, parameters and lists of common names: what `itanium-templates.ts` reads, but for what is rare. */
import type { Draft } from './itanium-draft.ts';
import { integerFormat } from './itanium-literals.ts';
import { PRECEDENCE } from './itanium-nodes.ts';
import { isDigit } from './itanium-parser.ts';
import { KIND, type Kind, LOST, UNCOMMON } from './itanium-pieces.ts';

/** `S_`, `S0_`, …; not `St` and the other abbreviations. */
export function writeSubstitution(draft: Draft): Kind {
  const { bytes } = draft;
  let at = draft.at + 1;
  let code = bytes[at]!;
  // <seq-id>: base 36; S_ is the first, S0_ the second.
  let index = 0;
  if (code !== 0x5f /* _ */) {
    do {
      if (code >= 0x30 && code <= 0x39) index = index * 36 + code - 0x30;
      else if (code >= 0x41 && code <= 0x5a) index = index * 36 + code - 0x37;
      else throw UNCOMMON;
      code = bytes[++at]!;
    } while (code !== 0x5f);
    index++;
  }
  draft.at = at + 1;
  return draft.repeatSubstitution(3 * index);
}

/** `T_`, `T0_`, …. */
export function writeTemplateParameter(draft: Draft): Kind {
  const { bytes } = draft;
  if (draft.inConversion) throw UNCOMMON;
  let at = draft.at + 1;
  let index = 0;
  if (bytes[at] !== 0x5f /* _ */) {
    const start = at;
    while (isDigit(bytes[at]!)) index = index * 10 + bytes[at++]! - 0x30;
    if (at === start || bytes[at] !== 0x5f) throw UNCOMMON;
    index++;
  }
  draft.at = at + 1;
  if (!draft.argumentsKnown && draft.lambdaAuto) {
    draft.packReference = -1;
    draft.put('auto');
    return KIND.plain;
  }
  return draft.repeatArgument(index);
}

/** `I <template-arg>* E`; `entity` as `tagged` of `parseTemplateArgs`. */
export function writeTemplateArgs(draft: Draft, entity: boolean): void {
  draft.at++;
  draft.putOne(0x3c /* < */);
  writeTemplateArgList(draft, entity);
  draft.putOne(0x3e /* > */);
}

/** The arguments and the `E` behind them, without angle brackets. */
export function writeTemplateArgList(draft: Draft, entity: boolean): void {
  const { bytes } = draft;
  if (entity) {
    draft.forgetArguments(draft.firstArgument);
    draft.argumentsKnown = true;
  }
  const listStart = draft.length;
  let code: number;
  while ((code = bytes[draft.at]!) !== 0x45 /* E */) {
    const declared = code === 0x54 /* T */ && bytes[draft.at + 1]! >= 0x61;
    if (declared) {
      skipParameterDeclaration(draft);
      code = bytes[draft.at]!;
    }
    const before = draft.length;
    if (before > listStart) draft.putTwo(0x2c /* , */, 0x20);
    const start = draft.length;
    const isPack = code === 0x4a; /* J */
    const kind = isPack ? writePack(draft, entity && !declared) : writeTemplateArg(draft, code);
    // What has been declared is not expanded as a pack.
    if (entity && (declared || !isPack)) draft.templateArguments.add(start, draft.length, kind);
    // Nothing is written of an empty pack.
    if (draft.length === start) draft.length = before;
  }
  draft.at++;
}

/** `<template-arg>` but a pack; `code` comes next. */
function writeTemplateArg(draft: Draft, code: number): Kind {
  if (code === 0x4c /* L */) return writeLiteral(draft);
  if (code !== 0x58 /* X */) return draft.grammar.type(draft);
  draft.at++;
  const precedence = draft.grammar.expression(draft);
  draft.expect(0x45 /* E */);
  return precedence === PRECEDENCE.primary ? KIND.plain : LOST;
}

/** `J <template-arg>* E`; `isArgument` where `T_` may refer to it. */
function writePack(draft: Draft, isArgument: boolean): Kind {
  const { bytes, packElements } = draft;
  draft.at++;
  const first = packElements.size;
  const listStart = draft.length;
  let code: number;
  while ((code = bytes[draft.at]!) !== 0x45 /* E */) {
    // A pack in a pack, a parameter's declaration.
    if (code === 0x4a || (code === 0x54 && bytes[draft.at + 1]! >= 0x61) /* J, T */) throw UNCOMMON;
    const before = draft.length;
    if (before > listStart) draft.putTwo(0x2c /* , */, 0x20);
    const start = draft.length;
    const kind = writeTemplateArg(draft, code);
    if (isArgument) packElements.add(start, draft.length, kind);
    if (draft.length === start) draft.length = before;
  }
  draft.at++;
  if (isArgument) draft.addPack(first);
  return KIND.plain;
}

/** `Ty`, `Tn <type>`, `Tp …` in front of an argument: the parameter is spelled out, but not written. */
function skipParameterDeclaration(draft: Draft): void {
  const { bytes } = draft;
  draft.at++;
  if (draft.skip(0x70 /* p */)) draft.expect(0x54 /* T */);
  if (!draft.skip(0x79 /* y */)) {
    draft.expect(0x6e /* n */);
    draft.enterAside();
    draft.grammar.type(draft);
    draft.leaveAside();
  }
  // An argument must follow.
  const code = bytes[draft.at]!;
  if (code === 0x45 || (code === 0x54 && bytes[draft.at + 1]! >= 0x61) /* E, T */) throw UNCOMMON;
}

/** `L <builtin type> <value> E`, `L <type> <value> E`, `L _Z <encoding> E`. */
export function writeLiteral(draft: Draft): Kind {
  const { bytes } = draft;
  const code = bytes[++draft.at]!;
  if (code === 0x62 /* b */) {
    const value = bytes[draft.at + 1]!;
    if (value !== 0x30 && value !== 0x31) throw UNCOMMON;
    draft.put(value === 0x30 ? 'false' : 'true');
    draft.at += 2;
    draft.expect(0x45 /* E */);
    return KIND.plain;
  }
  if (code === 0x5f /* _ */ && bytes[draft.at + 1] === 0x5a /* Z */) {
    draft.at += 2;
    draft.grammar.encoding(draft, true);
    draft.expect(0x45 /* E */);
    return KIND.plain;
  }
  const format = integerFormat(String.fromCharCode(code));
  let suffix = '';
  if (format !== undefined) {
    draft.at++;
    if (format.startsWith('(')) draft.put(format);
    else suffix = format;
  } else {
    if (code !== 0x4e && code !== 0x53 && !isDigit(code) /* N, S */) throw UNCOMMON;
    draft.putOne(0x28 /* ( */);
    draft.grammar.type(draft);
    draft.putOne(0x29 /* ) */);
  }
  if (bytes[draft.at] === 0x6e /* n */) {
    draft.at++;
    draft.putOne(0x2d /* - */);
  }
  let size = 0;
  while (isDigit(bytes[draft.at + size]!)) size++;
  if (size === 0) throw UNCOMMON;
  draft.copy(size);
  draft.put(suffix);
  draft.expect(0x45 /* E */);
  return KIND.plain;
}

/** A type as the next one of a list. */
export function writeListed(draft: Draft, listStart: number): void {
  const before = draft.length;
  if (before > listStart) draft.putTwo(0x2c /* , */, 0x20);
  const start = draft.length;
  draft.grammar.type(draft);
  if (draft.length === start) draft.length = before;
}

/** `Dp <pattern>` and `sp <pattern>`: the pattern once for each element of the pack in it; the place is behind `Dp`. */
export function writeExpansion(draft: Draft, writePattern: (draft: Draft) => number): void {
  const { substitutions, packElements } = draft;
  // An expansion in the pattern of another one.
  if (draft.packIndex >= 0) throw UNCOMMON;
  const { at: patternAt, length: start } = draft;
  const first = substitutions.size;
  const elements = packElements.size;
  let size = 1;
  for (let index = 0; index < size; index++) {
    if (index > 0) draft.putTwo(0x2c /* , */, 0x20);
    draft.at = patternAt;
    draft.packIndex = index;
    draft.packSize = -1;
    substitutions.size = first;
    packElements.size = elements;
    writePattern(draft);
    if (index === 0) size = draft.packSize;
  }
  draft.packIndex = -1;
  if (size < 0) {
    draft.put('...');
    return;
  }
  // They are different ones for each element.
  draft.loseSubstitutions(first);
  if (size === 0) draft.length = start;
}
