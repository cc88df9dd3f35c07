/** Common names: what `itanium-names.ts` and `itanium-encoding.ts` read, but for what is rare. */
import {
  writeListed,
  writeSubstitution,
  writeTemplateArgList,
  writeTemplateArgs,
  writeTemplateParameter,
} from './itanium-common-templates.ts';
import { writeAbiTags, writeSourceName, writeUnqualifiedName } from './itanium-common-unqualified-names.ts';
import type { Draft } from './itanium-draft.ts';
import { isDigit } from './itanium-parser.ts';
import { hasPlace, KIND, UNCOMMON } from './itanium-pieces.ts';
import { standardName } from './itanium-substitutions.ts';

/** `<encoding>`; where its text starts, which is behind other text if it is not `inside` another name. */
export function writeEncoding(draft: Draft, inside: boolean): number {
  draft.enter();
  const {
    qualifiers,
    withoutResult,
    endsWithTemplateArgs,
    firstArgument,
    argumentsKnown,
    templateArguments,
    packElements,
  } = draft;
  const argumentsSize = templateArguments.size;
  const elementsSize = packElements.size;
  draft.qualifiers = '';
  draft.withoutResult = draft.endsWithTemplateArgs = false;
  draft.firstArgument = argumentsSize;
  draft.argumentsKnown = false;
  const start = writeEntity(draft, inside);
  draft.qualifiers = qualifiers;
  draft.withoutResult = withoutResult;
  draft.endsWithTemplateArgs = endsWithTemplateArgs;
  draft.firstArgument = firstArgument;
  draft.argumentsKnown = argumentsKnown;
  draft.forgetArguments(argumentsSize);
  packElements.size = elementsSize;
  draft.depth--;
  return start;
}

function writeEntity(draft: Draft, inside: boolean): number {
  const { bytes, end } = draft;
  const first = draft.substitutions.size;
  const firstElement = draft.packElements.size;
  let start = draft.length;
  writeName(draft, true);
  let code = bytes[draft.at]!;
  if (draft.at >= end || code === 0x45 /* E */) return start;
  let conditions = 0;
  let conditionsEnd = 0;
  if (code === 0x55 && bytes[draft.at + 1] === 0x61 /* Ua */) {
    draft.enterAside();
    conditions = draft.length;
    writeEnableIf(draft);
    conditionsEnd = draft.length;
    draft.leaveAside();
  }
  if (!draft.withoutResult && draft.endsWithTemplateArgs) {
    const nameEnd = draft.length;
    if (hasPlace(draft.grammar.type(draft))) throw UNCOMMON;
    draft.putOne(0x20);
    // The name has been written already, but the type goes in front of it.
    if (inside) draft.exchange(start, nameEnd, first, firstElement);
    else {
      draft.repeat(start, nameEnd);
      start = nameEnd;
    }
  }
  draft.putOne(0x28 /* ( */);
  if (bytes[draft.at] === 0x76 /* v */) {
    draft.at++;
    code = bytes[draft.at]!;
    if (draft.at < end && code !== 0x45 /* E */) throw UNCOMMON;
  } else {
    const listStart = draft.length;
    do writeListed(draft, listStart);
    while (draft.at < end && bytes[draft.at] !== 0x45 /* E */);
  }
  draft.putOne(0x29 /* ) */);
  draft.put(draft.qualifiers);
  if (conditions < conditionsEnd) draft.repeat(conditions, conditionsEnd);
  return start;
}

/** `Ua9enable_if I <template-arg>* E`: Clang's attribute of that name. */
function writeEnableIf(draft: Draft): void {
  for (const letter of 'Ua9enable_if') draft.expect(letter.charCodeAt(0));
  if (draft.bytes[draft.at] !== 0x49 /* I */) throw UNCOMMON;
  draft.at++;
  draft.put(' [enable_if:');
  writeTemplateArgList(draft, false);
  draft.putOne(0x5d /* ] */);
}

/** `<name>`; `entity` says that an encoding begins with it. */
export function writeName(draft: Draft, entity: boolean): void {
  const { bytes } = draft;
  const start = draft.length;
  const code = bytes[draft.at]!;
  if (code === 0x4e /* N */) return writeNestedName(draft, entity);
  if (code === 0x5a /* Z */) return writeLocalName(draft, entity);
  if (code === 0x53 /* S */) {
    if (bytes[draft.at + 1] !== 0x74 /* t */) throw UNCOMMON;
    draft.at += 2;
    draft.put('std::');
  }
  writeUnqualifiedName(draft, entity, false, -1, -1);
  if (bytes[draft.at] !== 0x49 /* I */) return;
  draft.substitutions.add(start, draft.length, KIND.plain);
  writeTemplateArgs(draft, entity);
  if (entity) draft.endsWithTemplateArgs = true;
}

/** `N [K] <prefix> E`. */
export function writeNestedName(draft: Draft, entity: boolean): void {
  const { bytes, substitutions, length: start } = draft;
  draft.at++;
  let code = bytes[draft.at]!;
  if (code === 0x4b || code === 0x56 || code === 0x72 || code === 0x4f || code === 0x52 /* K, V, r, O, R */) {
    writeMemberQualifiers(draft, entity);
    code = bytes[draft.at]!;
  }
  // Whether the text from `start` on is in the table of substitutions; the whole name is not to be.
  let substituted = true;
  // Whether it ends with template arguments, which cannot have arguments again.
  let templated = false;
  let baseStart = -1;
  let baseEnd = -1;
  while (code !== 0x45 /* E */) {
    if (!substituted) substitutions.add(start, draft.length, KIND.plain);
    substituted = false;
    if (code >= 0x31 && code <= 0x39) {
      if (draft.length > start) draft.putTwo(0x3a, 0x3a /* :: */);
      baseStart = draft.length;
      writeSourceName(draft);
      baseEnd = draft.length;
      if (bytes[draft.at] === 0x42 /* B */) writeAbiTags(draft);
      templated = false;
    } else if (code === 0x49 /* I */) {
      if (templated || draft.length === start) throw UNCOMMON;
      writeTemplateArgs(draft, entity);
      templated = true;
    } else if (code === 0x53 || code === 0x54 /* S, T */) {
      if (draft.length > start) throw UNCOMMON;
      substituted = code === 0x53;
      writeFirstScope(draft, code);
      templated = draft.text[draft.length - 1] === 0x3e; /* > */
    } else {
      if (entity) draft.endsWithTemplateArgs = false;
      if (draft.length > start) draft.putTwo(0x3a, 0x3a /* :: */);
      writeUnqualifiedName(draft, entity, true, baseStart, baseEnd);
      baseStart = draft.baseStart;
      baseEnd = draft.baseEnd;
      templated = false;
    }
    code = bytes[draft.at]!;
  }
  draft.at++;
  if (substituted) throw UNCOMMON;
  if (entity) draft.endsWithTemplateArgs = templated;
}

/** `St`, a substitution or a template parameter in front of other names. */
function writeFirstScope(draft: Draft, code: number): void {
  const next = draft.bytes[draft.at + 1]!;
  if (code === 0x53 && next === 0x74 /* St */) {
    draft.at += 2;
    draft.put('std');
  } else if (code === 0x53 && next >= 0x61) writeStandardName(draft, next);
  else if ((code === 0x53 ? writeSubstitution(draft) : writeTemplateParameter(draft)) !== KIND.plain) throw UNCOMMON;
}

/** What qualifies a member function's object; it is written at the end. */
function writeMemberQualifiers(draft: Draft, entity: boolean): void {
  let qualifiers = '';
  const restrict = draft.skip(0x72 /* r */);
  const isVolatile = draft.skip(0x56 /* V */);
  if (draft.skip(0x4b /* K */)) qualifiers = ' const';
  if (isVolatile) qualifiers += ' volatile';
  if (restrict) qualifiers += ' restrict';
  if (draft.skip(0x4f /* O */)) qualifiers += ' &&';
  else if (draft.skip(0x52 /* R */)) qualifiers += ' &';
  if (entity) draft.qualifiers = qualifiers;
}

/** `Sa` and the others but `St`, in front of other names. */
function writeStandardName(draft: Draft, code: number): void {
  const next = draft.bytes[draft.at + 2]!;
  // A constructor or destructor, which takes the full name; and tags make it a substitution.
  if (next === 0x43 || next === 0x44 || next === 0x42 /* C, D, B */) throw UNCOMMON;
  const name = standardName(code);
  if (name === undefined) throw UNCOMMON;
  draft.at += 2;
  draft.put(name);
}

/** `Z <encoding> E (<name> | s) [<discriminator>]`. */
function writeLocalName(draft: Draft, entity: boolean): void {
  const { bytes, templateArguments, packElements } = draft;
  draft.enter();
  draft.at++;
  writeEncoding(draft, true);
  draft.expect(0x45 /* E */);
  draft.putTwo(0x3a, 0x3a /* :: */);
  const code = bytes[draft.at]!;
  if (code === 0x64 /* d: in a default argument */) throw UNCOMMON;
  if (code === 0x73 /* s */) {
    draft.at++;
    draft.put('string literal');
  } else {
    // Parameters of the function do not go on inside.
    const { firstArgument, argumentsKnown } = draft;
    const argumentsSize = templateArguments.size;
    const elementsSize = packElements.size;
    draft.firstArgument = argumentsSize;
    draft.argumentsKnown = false;
    writeName(draft, entity);
    draft.firstArgument = firstArgument;
    draft.argumentsKnown = argumentsKnown;
    draft.forgetArguments(argumentsSize);
    packElements.size = elementsSize;
  }
  skipDiscriminator(draft);
  draft.depth--;
}

/** `_ <digit>`. */
function skipDiscriminator(draft: Draft): void {
  const { bytes, at } = draft;
  if (bytes[at] === 0x5f /* _ */) {
    if (!isDigit(bytes[at + 1]!)) throw UNCOMMON;
    draft.at = at + 2;
  } else if (isDigit(bytes[at]!)) throw UNCOMMON;
}
