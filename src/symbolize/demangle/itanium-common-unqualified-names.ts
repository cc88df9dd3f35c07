/** Common names without their scope: what `itanium-unqualified-names.ts` reads, but for what is rare. */
import { writeListed } from './itanium-common-templates.ts';
import type { Draft } from './itanium-draft.ts';
import { operatorOf } from './itanium-operators.ts';
import { isDigit } from './itanium-parser.ts';
import { SHAPE, UNCOMMON } from './itanium-pieces.ts';

/**
 * `<unqualified-name>`, behind the text of its scope.
 *
 * @param baseStart where what a constructor would be called stands in the text; −1 where it is not known
 */
export function writeUnqualifiedName(
  draft: Draft,
  entity: boolean,
  scoped: boolean,
  baseStart: number,
  baseEnd: number,
): void {
  const { bytes } = draft;
  if (bytes[draft.at] === 0x4c /* L: internal linkage */) draft.at++;
  const { at } = draft;
  const code = bytes[at]!;
  const start = draft.length;
  // Unnamed types have none.
  let ownBaseEnd = start;
  if (code >= 0x31 && code <= 0x39) {
    writeSourceName(draft);
    ownBaseEnd = draft.length;
  } else if (code === 0x55 /* U */) writeUnnamedType(draft, entity);
  else if (code === 0x43 /* C */ || code === 0x44 /* D */) {
    if (!scoped || baseStart < 0) throw UNCOMMON;
    writeConstructorName(draft, entity, baseStart, baseEnd);
  } else {
    writeOperatorName(draft, entity);
    ownBaseEnd = -1;
  }
  draft.baseStart = ownBaseEnd < 0 ? -1 : start;
  draft.baseEnd = ownBaseEnd;
  if (bytes[draft.at] === 0x42 /* B */) writeAbiTags(draft);
}

/** `C [I] <digit>`, `D <digit>`. */
function writeConstructorName(draft: Draft, entity: boolean, baseStart: number, baseEnd: number): void {
  const { bytes } = draft;
  const isConstructor = bytes[draft.at++] === 0x43; /* C */
  const inherited = isConstructor && draft.skip(0x49 /* I */);
  const variant = bytes[draft.at++]!;
  if (isConstructor ? variant < 0x31 || variant > 0x35 : variant < 0x30 || variant > 0x35 || variant === 0x33) {
    throw UNCOMMON;
  }
  if (entity) draft.withoutResult = true;
  if (inherited) {
    // The base class it comes from is not written.
    draft.enterAside();
    draft.grammar.name(draft, entity);
    draft.leaveAside();
  }
  if (!isConstructor) draft.putOne(0x7e /* ~ */);
  draft.repeat(baseStart, baseEnd);
}

/** `<source-name>`. */
export function writeSourceName(draft: Draft): void {
  const { bytes } = draft;
  let at = draft.at;
  let length = 0;
  let code = bytes[at]!;
  do {
    length = length * 10 + code - 0x30;
    code = bytes[++at]!;
  } while (code >= 0x30 && code <= 0x39);
  if (length === 0) throw UNCOMMON;
  draft.at = at;
  // GCC and Clang call unnamed namespaces _GLOBAL__N_1.
  if (code === 0x5f /* _ */ && length >= 10 && bytes[at + 1] === 0x47 /* G */) writeUnnamedNamespace(draft, length);
  else draft.copy(length);
}

function writeUnnamedNamespace(draft: Draft, length: number): void {
  const { bytes, at } = draft;
  if (length > draft.end - at) throw UNCOMMON;
  if (String.fromCharCode(...bytes.subarray(at, at + 10)) === '_GLOBAL__N') {
    draft.put('(anonymous namespace)');
    draft.at = at + length;
  } else draft.copy(length);
}

/** `B <source-name>`, any number of times. */
export function writeAbiTags(draft: Draft): void {
  const { bytes } = draft;
  while (bytes[draft.at] === 0x42 /* B */) {
    let length = 0;
    while (isDigit(bytes[++draft.at]!)) length = length * 10 + bytes[draft.at]! - 0x30;
    if (length === 0) throw UNCOMMON;
    draft.put('[abi:');
    draft.copy(length);
    draft.putOne(0x5d /* ] */);
  }
}

/** `<operator-name>` as the name of a function. */
export function writeOperatorName(draft: Draft, entity: boolean): void {
  const { bytes, at } = draft;
  const operator = operatorOf(String.fromCharCode(bytes[at]!, bytes[at + 1]!));
  if (operator === undefined) throw UNCOMMON;
  draft.at = at + 2;
  if (operator.name !== undefined && operator.kind !== 'cast') {
    draft.put(operator.name);
    return;
  }
  // In an operator that is a template, the type can refer to arguments that come later.
  if (operator.kind !== 'cast' || draft.inConversion || !entity) throw UNCOMMON;
  draft.put('operator ');
  draft.inConversion = true;
  draft.grammar.type(draft);
  draft.inConversion = false;
  draft.withoutResult = true;
}

/** `Ut [<number>] _`, `Ul <parameters> E [<number>] _`. */
function writeUnnamedType(draft: Draft, entity: boolean): void {
  const { bytes } = draft;
  if (entity) {
    draft.forgetArguments(draft.firstArgument);
    draft.argumentsKnown = false;
  }
  const kind = bytes[draft.at + 1]!;
  if (kind !== 0x74 && kind !== 0x6c /* t, l */) throw UNCOMMON;
  draft.at += 2;
  draft.put(kind === 0x74 ? "'unnamed'" : "'lambda'");
  const place = draft.length - 1;
  const first = draft.substitutions.size;
  if (kind === 0x6c) writeLambdaParameters(draft);
  const numberAt = draft.at;
  while (isDigit(bytes[draft.at]!)) draft.at++;
  if (draft.at > numberAt) {
    const number = String.fromCharCode(...bytes.subarray(numberAt, draft.at));
    draft.insert(place << 3, SHAPE.other, first, number, '');
  }
  draft.expect(0x5f /* _ */);
}

function writeLambdaParameters(draft: Draft): void {
  const { bytes } = draft;
  if (draft.lambdaAuto) throw UNCOMMON;
  draft.lambdaAuto = !draft.argumentsKnown;
  draft.putOne(0x28 /* ( */);
  const listStart = draft.length;
  if (bytes[draft.at] === 0x76 /* v */) draft.at++;
  else {
    do writeListed(draft, listStart);
    while (bytes[draft.at] !== 0x45 /* E */);
  }
  draft.putOne(0x29 /* ) */);
  draft.expect(0x45 /* E */);
  draft.lambdaAuto = false;
}
