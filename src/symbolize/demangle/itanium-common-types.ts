/** Types of common names: what `itanium-types.ts` reads, but for what is rare. */
import { decodeAscii } from '../../bytes/text.ts';
import { BUILTIN_TYPES, builtinTypeD } from './itanium-builtin-types.ts';
import { writeName, writeNestedName } from './itanium-common-names.ts';
import {
  writeExpansion,
  writeListed,
  writeSubstitution,
  writeTemplateArgs,
  writeTemplateParameter,
} from './itanium-common-templates.ts';
import { writeSourceName } from './itanium-common-unqualified-names.ts';
import type { Draft } from './itanium-draft.ts';
import { isDigit } from './itanium-parser.ts';
import { hasPlace, KIND, type Kind, SHAPE, UNCOMMON } from './itanium-pieces.ts';
import { isFunctionPrefix } from './itanium-types.ts';

/** `<type>`; says what its text is. */
export function writeType(draft: Draft): Kind {
  const { bytes, at, substitutions, length: start } = draft;
  const code = bytes[at]!;
  const builtin = BUILTIN_TYPES[code];
  if (builtin !== undefined) {
    draft.at = at + 1;
    draft.put(builtin);
    return KIND.plain;
  }
  draft.enter();
  const first = substitutions.size;
  let kind: Kind = KIND.plain;
  if (code === 0x4e /* N */) writeNestedName(draft, false);
  else if (code === 0x53 /* S */ && bytes[at + 1] !== 0x74 /* St */) {
    kind = writeSubstitution(draft);
    if (bytes[draft.at] !== 0x49 /* I */) {
      draft.depth--;
      return kind;
    }
    // The arguments belong to the operator.
    if (draft.inConversion || kind !== KIND.plain) throw UNCOMMON;
    writeTemplateArgs(draft, false);
  } else if (code === 0x50 || code === 0x52 || code === 0x4f || code === 0x4b /* P, R, O, K */) {
    kind = writeMarkedType(draft, code, first);
  } else if (code === 0x53 || (code >= 0x31 && code <= 0x39)) writeName(draft, false);
  else {
    // By itself, as V8 compiles functions as a whole, and again when a branch is taken for the first time.
    kind = writeRareType(draft, code);
    draft.depth--;
    return kind;
  }
  draft.depth--;
  substitutions.add(start, draft.length, kind);
  return kind;
}

/** A pointer, a reference, a const type. */
function writeMarkedType(draft: Draft, code: number, first: number): Kind {
  const { bytes } = draft;
  const at = ++draft.at;
  if (code === 0x4b /* K */) {
    if (bytes[at] === 0x46 /* F */) return writeFunctionType(draft, ' const');
    // A function with exceptions.
    if (bytes[at] === 0x44 /* D */ && isFunctionPrefix(bytes[at + 1]!)) throw UNCOMMON;
  }
  const kind = writeType(draft);
  if (hasPlace(kind)) return markAtPlace(draft, code, kind, first);
  if (code === 0x50 /* P */) draft.putOne(0x2a /* * */);
  else if (code === 0x4b /* K */) draft.put(' const');
  else if (code === 0x4f /* O */) {
    if (kind !== KIND.plain) return kind;
    draft.put('&&');
    return KIND.rvalueReference;
  } else {
    if (kind === KIND.plain) draft.putOne(0x26 /* & */);
    else if (kind === KIND.rvalueReference) draft.dropLast();
    return KIND.lvalueReference;
  }
  return KIND.plain;
}

/** Types that are less common; they are substitutions where they have to be. */
function writeRareType(draft: Draft, code: number): Kind {
  const { bytes, at, substitutions, length: start } = draft;
  const first = substitutions.size;
  let kind: Kind = KIND.plain;
  switch (code) {
    case 0x46 /* F */:
      kind = writeFunctionType(draft, '');
      break;
    case 0x41 /* A */:
      kind = writeArrayType(draft);
      break;
    case 0x44 /* D */:
      {
        const builtin = builtinTypeD(bytes[at + 1]!);
        draft.at = at + 2;
        if (builtin !== undefined) {
          draft.put(builtin);
          return kind;
        }
        if (bytes[at + 1] === 0x70 /* Dp */) writeExpansion(draft, writeType);
        else if (bytes[at + 1] === 0x74 || bytes[at + 1] === 0x54 /* Dt, DT */) writeDecltype(draft);
        else throw UNCOMMON;
        break;
      }
    case 0x4d /* M */:
      kind = writeMemberPointer(draft, first);
      break;
    case 0x54 /* T */:
      kind = writeTemplateParameter(draft);
      if (bytes[draft.at] === 0x49 /* I */) throw UNCOMMON;
      draft.substituteParameter(start, kind);
      return kind;
    case 0x75 /* u */:
      writeVendorType(draft);
      break;
    case 0x5a /* Z */:
      writeName(draft, false);
      break;
    default:
      throw UNCOMMON;
  }
  substitutions.add(start, draft.length, kind);
  return kind;
}

/** The mark of a pointer, a reference or a const type where the declared name would stand. */
function markAtPlace(draft: Draft, code: number, kind: Kind, first: number): Kind {
  const shape = kind & 7;
  if (code === 0x50 /* P */) return mark(draft, kind, first, '*', SHAPE.other);
  if (code === 0x4b /* K */) {
    const isOther = shape !== SHAPE.array && shape !== SHAPE.function;
    return draft.insert(kind, isOther ? SHAPE.other : shape, first, ' const', '');
  }
  // References to references collapse, to lvalue references where one of them is.
  const isLvalue = code === 0x52; /* R */
  const reference = isLvalue ? KIND.lvalueReference : KIND.rvalueReference;
  if (shape === KIND.lvalueReference || shape === reference) return kind;
  if (shape === KIND.rvalueReference) throw UNCOMMON;
  return mark(draft, kind, first, isLvalue ? '&' : '&&', reference);
}

/** A mark, in parentheses before bounds and parameters. */
function mark(draft: Draft, kind: Kind, first: number, written: string, shape: number): Kind {
  const inner = kind & 7;
  if (inner === SHAPE.array) return draft.insert(kind, shape, first, ' (' + written, ')');
  if (inner === SHAPE.function) return draft.insert(kind, shape, first, '(' + written, ')');
  return draft.insert(kind, shape, first, written, '');
}

/** `F <return type> <parameters> E`. */
function writeFunctionType(draft: Draft, qualifiers: string): Kind {
  const { bytes } = draft;
  draft.at++;
  if (hasPlace(writeType(draft))) throw UNCOMMON;
  draft.putOne(0x20);
  const place = draft.length;
  draft.putOne(0x28 /* ( */);
  let code: number;
  while ((code = bytes[draft.at]!) !== 0x45 /* E */) {
    if (code === 0x76 /* v */) draft.at++;
    // With an E behind it, it qualifies the function.
    else if ((code === 0x52 || code === 0x4f) /* R, O */ && bytes[draft.at + 1] === 0x45) throw UNCOMMON;
    else writeListed(draft, place + 1);
  }
  draft.at++;
  draft.putOne(0x29 /* ) */);
  draft.put(qualifiers);
  return (place << 3) | SHAPE.function;
}

/** `A <number> _ <type>`. */
function writeArrayType(draft: Draft): Kind {
  const { bytes } = draft;
  const start = ++draft.at;
  while (isDigit(bytes[draft.at]!)) draft.at++;
  const bound = String.fromCharCode(...bytes.subarray(start, draft.at));
  draft.expect(0x5f /* _ */);
  // Bounds behind bounds, and behind other brackets, are written without the space.
  if (hasPlace(writeType(draft)) || draft.text[draft.length - 1] === 0x5d /* ] */) throw UNCOMMON;
  const place = draft.length;
  draft.put(` [${bound}]`);
  return (place << 3) | SHAPE.array;
}

/** `u <source-name> [I <type> E]`. */
function writeVendorType(draft: Draft): void {
  draft.at++;
  if (!isDigit(draft.bytes[draft.at]!)) throw UNCOMMON;
  writeSourceName(draft);
  if (!draft.skip(0x49 /* I */)) return;
  draft.putOne(0x28 /* ( */);
  writeType(draft);
  draft.putOne(0x29 /* ) */);
  draft.expect(0x45 /* E */);
}

/** `M <class type> <member type>`. */
function writeMemberPointer(draft: Draft, first: number): Kind {
  draft.at++;
  draft.enterAside();
  const start = draft.length;
  if (hasPlace(writeType(draft))) throw UNCOMMON;
  const end = draft.length;
  draft.leaveAside();
  const kind = writeType(draft);
  if (hasPlace(kind)) {
    if ((kind & 7) !== SHAPE.function) throw UNCOMMON;
    return mark(draft, kind, first, decodeAscii(draft.text, start, end) + '::*', SHAPE.other);
  }
  draft.putOne(0x20);
  draft.repeat(start, end);
  draft.put('::*');
  return KIND.plain;
}

/** `Dt <expression> E`, `DT <expression> E`. */
function writeDecltype(draft: Draft): void {
  draft.put('decltype(');
  draft.grammar.expression(draft);
  draft.putOne(0x29 /* ) */);
  draft.expect(0x45 /* E */);
}
