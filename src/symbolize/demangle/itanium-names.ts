/** Names and their scopes (Itanium C++ ABI 5.1.2, 5.1.3 and 5.1.8). */
import { endsWithTemplateArgs } from './itanium-constructors.ts';
import { MAX_LENGTH, type Node, type Text } from './itanium-nodes.ts';
import { isDigit, ModuleName, type NameState, type Parser, parseQualifiers } from './itanium-parser.ts';
import { expandedName, parseAbiTags, parseSubstitution } from './itanium-substitutions.ts';
import { parseTemplateArgs, parseTemplateParameter } from './itanium-templates.ts';
import { join, parentheses, toText } from './itanium-text.ts';
import { parseSourceName, parseUnqualifiedName } from './itanium-unqualified-names.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<name>`. `state` is given where an encoding begins with it, and learns about it. */
export function parseName(parser: Parser, state: NameState | undefined): Text {
  const code = parser.bytes[parser.at]!;
  if (code === 0x4e /* N */) {
    const name = parseNestedName(parser, state);
    return typeof name === 'string' ? name : toText(name);
  }
  if (code === 0x5a /* Z */) return parseLocalName(parser, state);
  const isStd = code === 0x53 /* S */ && parser.peek(1) === 0x74; /* t */
  if (isStd) parser.at += 2;
  let module: ModuleName | undefined;
  let substitution: Node | undefined;
  if (parser.peek() === 0x53 /* S */) {
    const found = parseSubstitution(parser);
    if (found instanceof ModuleName) module = found;
    else if (isStd) throw NOT_MANGLED;
    else substitution = found;
  }
  const name = substitution ?? parseUnqualifiedName(parser, state, isStd ? 'std' : undefined, module, undefined);
  if (parser.peek() !== 0x49 /* I */) {
    // A substitution alone is a type, not a name.
    if (substitution !== undefined) throw NOT_MANGLED;
    return name as Text;
  }
  if (substitution === undefined) parser.addSubstitution(name);
  const args = parseTemplateArgs(parser, state !== undefined);
  if (state !== undefined) state.endsWithTemplateArgs = true;
  return typeof name === 'string' && typeof args === 'string' ? name + args : join(name, args);
}

/**
 * `N [H | <CV-qualifiers> <ref-qualifier>] <prefix> E`.
 *
 * Most of what a program's names consist of: the usual parts are read here, without further calls.
 */
export function parseNestedName(parser: Parser, state: NameState | undefined): Node {
  const { bytes, substitutions } = parser;
  let code = bytes[++parser.at]!;
  if (code === 0x4b || code === 0x56 || code === 0x72 || code === 0x4f || code === 0x52 || code === 0x48) {
    parseMemberQualifiers(parser, state);
    code = bytes[parser.at]!;
  }
  let prefix: Node | undefined;
  // Whether `prefix` is in the table of substitutions already; the whole name is not to be.
  let substituted = true;
  // Whether it ends with template arguments, which cannot have arguments again; unknown of a substitution.
  let templated: boolean | undefined;
  let base: string | undefined;
  while (code !== 0x45 /* E */) {
    if (!substituted) {
      if (typeof prefix === 'string' && prefix.length > MAX_LENGTH) throw NOT_MANGLED;
      substitutions.push(prefix!);
      substituted = true;
    }
    if (code === 0x49 /* I */) {
      if (prefix === undefined) throw NOT_MANGLED;
      const args = parseTemplateArgs(parser, state !== undefined);
      if (templated ?? endsWithTemplateArgs(prefix)) throw NOT_MANGLED;
      templated = true;
      prefix = typeof prefix === 'string' && typeof args === 'string' ? prefix + args : join(prefix, args);
    } else if (code >= 0x31 && code <= 0x39) {
      base = parseSourceName(parser);
      templated = false;
      const name = bytes[parser.at]! === 0x42 /* B */ ? base + parseAbiTags(parser) : base;
      if (prefix === undefined) prefix = name;
      else prefix = typeof prefix === 'string' ? prefix + '::' + name : join(prefix, '::', name);
    } else if (code === 0x54 /* T */) {
      if (prefix !== undefined) throw NOT_MANGLED;
      prefix = parseTemplateParameter(parser);
    } else if (code === 0x44 /* D */ && (parser.peek(1) === 0x74 || parser.peek(1) === 0x54) /* Dt, DT */) {
      if (prefix !== undefined) throw NOT_MANGLED;
      prefix = parseDecltype(parser);
      templated = false;
    } else {
      let module: ModuleName | undefined;
      if (code === 0x53 /* S */) {
        const next = bytes[parser.at + 1]!;
        let scope: Node | ModuleName = 'std';
        if (next === 0x74 /* t */) parser.at += 2;
        else if (next >= 0x61 /* a */) scope = expandedName(parser) ?? parseSubstitution(parser);
        else scope = parseSubstitution(parser);
        if (typeof scope !== 'string' && scope instanceof ModuleName) module = scope;
        else {
          if (prefix !== undefined) throw NOT_MANGLED;
          prefix = scope;
          code = bytes[parser.at]!;
          continue;
        }
      }
      if (state !== undefined) state.endsWithTemplateArgs = false;
      prefix = parseUnqualifiedName(parser, state, prefix, module, base);
      base = parser.base;
      templated = false;
    }
    substituted = false;
    code = bytes[parser.at]!;
    // Of a data member, in old mangled names.
    if (code === 0x4d /* M */) code = bytes[++parser.at]!;
  }
  parser.at++;
  if (prefix === undefined) throw NOT_MANGLED;
  if (state !== undefined) state.endsWithTemplateArgs = !substituted && templated === true;
  // LLVM takes the name itself off the table again, and something else if it was nothing but a substitution.
  if (substituted) substitutions.pop();
  return prefix;
}

/** `H` of an explicit object parameter, or what qualifies a member function's object. */
function parseMemberQualifiers(parser: Parser, state: NameState | undefined): void {
  if (parser.skip(0x48 /* H */)) {
    if (state !== undefined) state.explicitObject = true;
    return;
  }
  let qualifiers = parseQualifiers(parser);
  if (parser.skip(0x4f /* O */)) qualifiers += ' &&';
  else if (parser.skip(0x52 /* R */)) qualifiers += ' &';
  if (state !== undefined) state.qualifiers = qualifiers;
}

/** `Z <encoding> E (<name> | s | d [<number>] _ <name>) [<discriminator>]`. */
function parseLocalName(parser: Parser, state: NameState | undefined): Text {
  parser.enter();
  parser.at++;
  const encoding = parser.grammar.encoding(parser);
  parser.expect(0x45 /* E */);
  let entity: Text;
  if (parser.skip(0x73 /* s */)) {
    entity = 'string literal';
    skipDiscriminator(parser);
  } else {
    // Parameters of the function do not go on inside.
    const { levels } = parser;
    parser.levels = [];
    if (parser.skip(0x64 /* d: in a default argument */)) {
      parser.number(true);
      parser.expect(0x5f /* _ */);
      entity = parseName(parser, state);
    } else {
      entity = parseName(parser, state);
      skipDiscriminator(parser);
    }
    parser.levels = levels;
  }
  parser.leave();
  return join(encoding, '::', entity);
}

/** `_ <digit>`, `__ <number> _`; or digits that end the name, as some compilers write them. */
function skipDiscriminator(parser: Parser): void {
  let at = parser.at;
  const { bytes } = parser;
  if (bytes[at]! === 0x5f /* _ */) {
    at++;
    if (isDigit(bytes[at]!)) parser.at = at + 1;
    else if (bytes[at]! === 0x5f) {
      do at++;
      while (isDigit(bytes[at]!));
      if (bytes[at]! === 0x5f) parser.at = at + 1;
    }
    return;
  }
  while (isDigit(bytes[at]!)) at++;
  if (at === parser.end) parser.at = at;
}

/** `Dt <expression> E`, `DT <expression> E`. */
export function parseDecltype(parser: Parser): Text {
  parser.at += 2;
  const operand = parser.grammar.expression(parser);
  parser.expect(0x45 /* E */);
  return join('decltype', parentheses(operand));
}
