/** Types (Itanium C++ ABI 5.1.5). */
import { BUILTIN_TYPES, builtinTypeD, isSizedBuiltinType, parseSizedBuiltinType } from './itanium-builtin-types.ts';
import {
  arrayOf,
  functionOf,
  memberPointer,
  pointerTo,
  protocolObject,
  qualified,
  referenceTo,
  withPostfix,
} from './itanium-declarators.ts';
import { parseDecltype, parseNestedName } from './itanium-names.ts';
import { MAX_LENGTH, type Node, type Text } from './itanium-nodes.ts';
import { isDigit, MAX_DEPTH, ModuleName, type Parser, parseQualifiers } from './itanium-parser.ts';
import { parseSubstitution } from './itanium-substitutions.ts';
import { parseTemplateArgs, parseTemplateParameter } from './itanium-templates.ts';
import { expansion, join, listWith, parentheses, toText } from './itanium-text.ts';
import { parseUnqualifiedName } from './itanium-unqualified-names.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<type>`. All but built-in types and substitutions become substitutions themselves. */
export function parseType(parser: Parser): Node {
  const { bytes, at } = parser;
  const code = bytes[at]!;
  if (code >= 0x61 /* a */) {
    const builtin = BUILTIN_TYPES[code];
    if (builtin !== undefined) {
      parser.at = at + 1;
      return builtin;
    }
  }
  if (++parser.depth > MAX_DEPTH) throw NOT_MANGLED;
  let type: Node;
  switch (code) {
    case 0x4e /* N */:
      type = parseNestedName(parser, undefined);
      if (typeof type !== 'string') type = toText(type);
      break;
    case 0x50 /* P */:
      parser.at = at + 1;
      type = parseType(parser);
      type = typeof type === 'string' ? type + '*' : pointerTo(type);
      break;
    case 0x52 /* R */:
      parser.at = at + 1;
      type = referenceTo(parseType(parser), true);
      break;
    case 0x4f /* O */:
      parser.at = at + 1;
      type = referenceTo(parseType(parser), false);
      break;
    case 0x4b /* K */:
      {
        const next = bytes[at + 1]!;
        if (next === 0x46 || next === 0x44 /* F, D: perhaps a function, whose qualifiers go behind the parameters */) {
          type = isQualifiedFunction(parser) ? parseFunctionType(parser) : parseQualifiedType(parser);
          break;
        }
        parser.at = at + 1;
        type = parseType(parser);
        type = typeof type === 'string' ? type + ' const' : qualified(type, ' const');
        break;
      }
    case 0x53 /* S */:
      {
        if (bytes[at + 1] === 0x74 /* St */) {
          type = parser.grammar.name(parser, undefined);
          break;
        }
        const substitution = parseSubstitution(parser);
        if (typeof substitution !== 'string' && substitution instanceof ModuleName) {
          type = parseTypeInModule(parser, substitution);
          break;
        }
        if (bytes[parser.at] !== 0x49 /* I */ || !parser.templateArgsAllowed) {
          parser.depth--;
          return substitution;
        }
        const args = parseTemplateArgs(parser, false);
        type =
          typeof substitution === 'string' && typeof args === 'string' ? substitution + args : join(substitution, args);
        break;
      }
    case 0x56 /* V */:
    case 0x72 /* r */:
      type = isQualifiedFunction(parser) ? parseFunctionType(parser) : parseQualifiedType(parser);
      break;
    case 0x55 /* U */:
      type = parseQualifiedType(parser);
      break;
    case 0x75 /* u */:
      type = parseVendorType(parser);
      break;
    case 0x44 /* D */:
      {
        const builtin = builtinTypeD(bytes[at + 1]!);
        if (builtin !== undefined) {
          parser.at = at + 2;
          parser.depth--;
          return builtin;
        }
        if (isSizedBuiltinType(bytes[at + 1]!)) {
          type = parseSizedBuiltinType(parser);
          parser.depth--;
          return type;
        }
        type = parseTypeD(parser);
        break;
      }
    case 0x46 /* F */:
      type = parseFunctionType(parser);
      break;
    case 0x41 /* A */:
      type = parseArrayType(parser);
      break;
    case 0x4d /* M */:
      type = parseMemberPointer(parser);
      break;
    case 0x54 /* T */:
      type = parseTypeT(parser);
      break;
    case 0x43 /* C */:
      parser.at = at + 1;
      type = withPostfix(parseType(parser), ' complex');
      break;
    case 0x47 /* G */:
      parser.at = at + 1;
      type = withPostfix(parseType(parser), ' imaginary');
      break;
    default:
      type = parser.grammar.name(parser, undefined);
  }
  parser.depth--;
  if (typeof type === 'string' && type.length > MAX_LENGTH) throw NOT_MANGLED;
  parser.substitutions.push(type);
  return type;
}

/** A name in a module, perhaps with template arguments. */
function parseTypeInModule(parser: Parser, module: ModuleName): Node {
  const name = parseUnqualifiedName(parser, undefined, undefined, module, undefined);
  if (parser.peek() !== 0x49 /* I */) return name;
  parser.addSubstitution(name);
  return join(name, parseTemplateArgs(parser, false));
}

/** Whether qualifiers at this place belong to a function type, where they go behind the parameters. */
function isQualifiedFunction(parser: Parser): boolean {
  let ahead = 0;
  if (parser.peek(ahead) === 0x72 /* r */) ahead++;
  if (parser.peek(ahead) === 0x56 /* V */) ahead++;
  if (parser.peek(ahead) === 0x4b /* K */) ahead++;
  const code = parser.peek(ahead);
  return code === 0x46 /* F */ || (code === 0x44 /* D */ && isFunctionPrefix(parser.peek(ahead + 1)));
}

/** `Do`, `DO`, `Dw`: exception specifications; `Dx`: transaction-safe. */
export const isFunctionPrefix = (code: number): boolean =>
  code === 0x6f || code === 0x4f || code === 0x77 || code === 0x78;

/** `<qualified-type>`: vendor qualifiers, then const, volatile and restrict. */
function parseQualifiedType(parser: Parser): Node {
  if (!parser.skip(0x55 /* U */)) {
    const qualifiers = parseQualifiers(parser);
    const type = parseType(parser);
    return qualifiers.length === 0 ? type : qualified(type, qualifiers);
  }
  parser.enter();
  const qualifier = parser.bareSourceName();
  let type: Node;
  if (qualifier.startsWith('objcproto')) {
    const protocol = protocolName(qualifier.slice('objcproto'.length));
    type = protocolObject(parseQualifiedType(parser), protocol);
  } else {
    const args = parser.peek() === 0x49 /* I */ ? parseTemplateArgs(parser, false) : '';
    type = join(toText(parseQualifiedType(parser)), ' ' + qualifier, args);
  }
  parser.leave();
  return type;
}

/** The source name inside an `objcproto` qualifier. */
function protocolName(text: string): string {
  const digits = /^\d+/.exec(text)?.[0];
  if (digits === undefined) throw NOT_MANGLED;
  const length = Number(digits);
  if (length === 0 || length > text.length - digits.length) throw NOT_MANGLED;
  return text.slice(digits.length, digits.length + length);
}

/** `u <source-name> [I <type> E]`: a vendor's type, or a type made from another one. */
function parseVendorType(parser: Parser): Node {
  parser.at++;
  const name = parser.bareSourceName();
  if (!parser.skip(0x49 /* I */)) return name;
  const type = join(name + '(', toText(parseType(parser)), ')');
  parser.expect(0x45 /* E */);
  return type;
}

/** `M <class type> <member type>`. */
function parseMemberPointer(parser: Parser): Node {
  parser.at++;
  const owner = parseType(parser);
  return memberPointer(owner, parseType(parser));
}

/** `Ts`, `Tu`, `Te` and a name, or a template parameter, which may be a template itself. */
function parseTypeT(parser: Parser): Node {
  const next = parser.peek(1);
  if (next === 0x73 /* s */ || next === 0x75 /* u */ || next === 0x65 /* e */) {
    parser.at += 2;
    const keyword = next === 0x73 ? 'struct ' : next === 0x75 ? 'union ' : 'enum ';
    return join(keyword, parser.grammar.name(parser, undefined));
  }
  const parameter = parseTemplateParameter(parser);
  // LLVM 19 leaves the template itself out of the table here.
  return parser.templateArgsAllowed && parser.peek() === 0x49 /* I */
    ? join(parameter, parseTemplateArgs(parser, false))
    : parameter;
}

/** Types that begin with a `D` and are not built in. */
function parseTypeD(parser: Parser): Node {
  switch (parser.peek(1)) {
    case 0x70 /* Dp */:
      parser.at += 2;
      return expansion(parseType(parser));
    case 0x74 /* Dt */:
    case 0x54 /* DT */:
      return parseDecltype(parser);
    case 0x76 /* Dv */:
      return parseVectorType(parser);
    default:
      if (isFunctionPrefix(parser.peek(1))) return parseFunctionType(parser);
      throw NOT_MANGLED;
  }
}

/** `[<CV-qualifiers>] [<exception-spec>] [Dx] F [Y] <return type> <parameters> [<ref-qualifier>] E`. */
function parseFunctionType(parser: Parser): Node {
  let suffix: Text = parseQualifiers(parser);
  let exceptions: Text = '';
  if (parser.skipText('Do')) exceptions = ' noexcept';
  else if (parser.skipText('DO')) {
    exceptions = join(' noexcept', parentheses(parser.grammar.expression(parser)));
    parser.expect(0x45 /* E */);
  } else if (parser.skipText('Dw')) {
    let types: Text = '';
    while (!parser.skip(0x45 /* E */)) types = listWith(types, parseType(parser));
    exceptions = join(' throw', parentheses(types));
  }
  parser.skipText('Dx');
  parser.expect(0x46 /* F */);
  parser.skip(0x59 /* Y: extern "C" */);
  const result = parseType(parser);
  let parameters: Text = '';
  for (;;) {
    if (parser.skip(0x45 /* E */)) break;
    if (parser.skip(0x76 /* v */)) continue;
    if (parser.skipText('RE')) {
      suffix += ' &';
      break;
    }
    if (parser.skipText('OE')) {
      suffix += ' &&';
      break;
    }
    parameters = listWith(parameters, parseType(parser));
  }
  return functionOf(result, parameters, join(suffix, exceptions));
}

/** `Dv <number> _ <type>`, `Dv _ <expression> _ <type>`; the element type may be AltiVec's `p`. */
function parseVectorType(parser: Parser): Node {
  parser.at += 2;
  let bound: Text = '';
  const code = parser.peek();
  if (code >= 0x31 && code <= 0x39) {
    bound = parser.number(false);
    parser.expect(0x5f /* _ */);
    if (parser.skip(0x70 /* p */)) return `pixel vector[${bound}]`;
  } else if (!parser.skip(0x5f /* _ */)) {
    bound = toText(parser.grammar.expression(parser));
    parser.expect(0x5f /* _ */);
  }
  return join(toText(parseType(parser)), ' vector[', bound, ']');
}

/** `A [<number>] _ <type>`, `A <expression> _ <type>`. */
function parseArrayType(parser: Parser): Node {
  parser.at++;
  let bound: Text = '';
  if (isDigit(parser.peek())) bound = parser.number(false);
  else if (parser.peek() !== 0x5f /* _ */) bound = toText(parser.grammar.expression(parser));
  parser.expect(0x5f /* _ */);
  return arrayOf(parseType(parser), bound);
}
