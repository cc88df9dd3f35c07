/** Names (Itanium C++ ABI 5.1.2 to 5.1.4 and 5.1.8). */
import {
  angleBrackets,
  apply,
  join,
  listWith,
  MAX_LENGTH,
  type Node,
  parentheses,
  type Text,
  textOf,
  toText,
} from './itanium-nodes.ts';
import { operatorOf } from './itanium-operators.ts';
import { isDigit, ModuleName, type NameState, type Parser, parseQualifiers } from './itanium-parser.ts';
import { expandedName, parseAbiTags, parseSubstitution } from './itanium-substitutions.ts';
import {
  isTemplateParameterDeclaration,
  parseConstraint,
  parseTemplateArgs,
  parseTemplateParameter,
  parseTemplateParameterDeclaration,
} from './itanium-templates.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<name>`. `state` is given where an encoding begins with it, and learns about it. */
export function parseName(parser: Parser, state: NameState | undefined): Text {
  const code = parser.bytes[parser.at]!;
  if (code === 0x4e /* N */) {
    const name = parseNestedName(parser, state);
    return typeof name === 'string' ? name : toText(name);
  }
  if (code === 0x5a /* Z */) return parseLocalName(parser, state);
  const { name, substituted } = parseUnscopedName(parser, state);
  if (parser.peek() === 0x49 /* I */) {
    if (!substituted) parser.addSubstitution(name);
    const args = parseTemplateArgs(parser, state !== undefined);
    if (state !== undefined) state.endsWithTemplateArgs = true;
    return typeof name === 'string' && typeof args === 'string' ? name + args : join(name, args);
  }
  // A substitution alone is a type, not a name.
  if (substituted) throw NOT_MANGLED;
  return name as Text;
}

const unscoped: { name: Node; substituted: boolean } = { name: '', substituted: false };

/** `[St] <unqualified-name>`, or a substitution. The answer holds until the next call. */
function parseUnscopedName(parser: Parser, state: NameState | undefined): typeof unscoped {
  const isStd = parser.peek() === 0x53 /* S */ && parser.peek(1) === 0x74; /* t */
  if (isStd) parser.at += 2;
  let module: ModuleName | undefined;
  if (parser.peek() === 0x53 /* S */) {
    const substitution = parseSubstitution(parser);
    if (substitution instanceof ModuleName) module = substitution;
    else if (isStd) throw NOT_MANGLED;
    else {
      unscoped.name = substitution;
      unscoped.substituted = true;
      return unscoped;
    }
  }
  const name = parseUnqualifiedName(parser, state, isStd ? 'std' : undefined, module, undefined);
  unscoped.name = name;
  unscoped.substituted = false;
  return unscoped;
}

/**
 * `<unqualified-name>`, behind its scope.
 *
 * @param scope what it is a member of, written in front
 * @param base what a constructor of `scope` is called, where it is known
 */
export function parseUnqualifiedName(
  parser: Parser,
  state: NameState | undefined,
  scope: Node | undefined,
  inModule: ModuleName | undefined,
  base: string | undefined,
): Text {
  const module = parser.peek() === 0x57 /* W */ ? parseModuleName(parser, inModule) : inModule;
  const memberLikeFriend = scope !== undefined && parser.skip(0x46 /* F */);
  parser.skip(0x4c /* L: internal linkage */);
  const code = parser.peek();
  let name: Text;
  // What a constructor of it would be called.
  let ownBase = '';
  if (code >= 0x31 && code <= 0x39) name = ownBase = parseSourceName(parser);
  else if (code === 0x55 /* U */) name = parseUnnamedTypeName(parser, state);
  else if (code === 0x44 /* D */ && parser.peek(1) === 0x43 /* C */) name = parseStructuredBinding(parser);
  else if (code === 0x43 /* C */ || code === 0x44 /* D */) {
    if (scope === undefined || module !== undefined) throw NOT_MANGLED;
    name = parseConstructorName(parser, state, scope, base);
  } else {
    const kind = operatorOf(parser.text.slice(parser.at, parser.at + 2))?.kind;
    name = parseOperatorName(parser, state);
    if (kind !== undefined && kind !== 'cast') ownBase = name as string;
  }
  if (module !== undefined) name = join(name, '@', module.text);
  if (parser.peek() === 0x42 /* B */) name = join(name, parseAbiTags(parser));
  parser.base = ownBase;
  if (scope === undefined) return name;
  const separator = memberLikeFriend ? '::friend ' : '::';
  return typeof scope === 'string' && typeof name === 'string'
    ? scope + separator + name
    : join(scope, separator, name);
}

/** `<source-name>`. */
export function parseSourceName(parser: Parser): string {
  const { bytes, text } = parser;
  let at = parser.at;
  let code = bytes[at]!;
  if (!isDigit(code)) throw NOT_MANGLED;
  let length = 0;
  do {
    length = length * 10 + code - 0x30;
    code = bytes[++at]!;
  } while (code >= 0x30 && code <= 0x39);
  if (length === 0 || length > parser.end - at) throw NOT_MANGLED;
  parser.at = at + length;
  // GCC and Clang call unnamed namespaces _GLOBAL__N_1.
  if (code === 0x5f /* _ */ && length >= 10 && text.startsWith('_GLOBAL__N', at)) return '(anonymous namespace)';
  return text.slice(at, at + length);
}

/** `<module-name>`: `W [P] <source-name>` for each part; each is a substitution. */
export function parseModuleName(parser: Parser, parent: ModuleName | undefined): ModuleName | undefined {
  let module = parent;
  while (parser.skip(0x57 /* W */)) {
    const isPartition = parser.skip(0x50 /* P */);
    const prefix = isPartition ? (module?.text ?? '') + ':' : module === undefined ? '' : module.text + '.';
    module = new ModuleName(prefix + parseSourceName(parser));
    parser.substitutions.push(module);
  }
  return module;
}

/** `DC <source-name>+ E`. */
function parseStructuredBinding(parser: Parser): Text {
  parser.at += 2;
  let names = parseSourceName(parser);
  while (!parser.skip(0x45 /* E */)) names += ', ' + parseSourceName(parser);
  return `[${names}]`;
}

/** `<ctor-dtor-name>` of the class `scope`. */
function parseConstructorName(
  parser: Parser,
  state: NameState | undefined,
  scope: Node,
  base: string | undefined,
): Text {
  let tilde = '';
  if (parser.skip(0x43 /* C */)) {
    const inherited = parser.skip(0x49 /* I */);
    const variant = parser.peek();
    if (!(variant >= 0x31 && variant <= 0x35)) throw NOT_MANGLED;
    parser.at++;
    if (state !== undefined) state.withoutResult = true;
    if (inherited) parseName(parser, state);
  } else {
    const variant = parser.peek(1);
    if (!(variant >= 0x30 && variant <= 0x35 && variant !== 0x33)) throw NOT_MANGLED;
    parser.at += 2;
    if (state !== undefined) state.withoutResult = true;
    tilde = '~';
  }
  if (base !== undefined) return tilde + base;
  return apply(([name]) => tilde + baseName(textOf(name!)), [scope]) as Text;
}

/** The last part of a qualified name, without tags and template arguments: what its constructor is called. */
function baseName(name: string): string {
  let end = withoutTags(name, name.length);
  if (name.charCodeAt(end - 1) === 0x3e /* > */ && !endsInOperator(name.slice(0, end))) {
    let depth = 0;
    do {
      end--;
      if (name.charCodeAt(end) === 0x3e) depth++;
      else if (name.charCodeAt(end) === 0x3c) depth--;
    } while (end > 0 && depth > 0);
    end = withoutTags(name, end);
  }
  const last = name.charCodeAt(end - 1);
  if (last === 0x27 /* ' */) return '';
  if (last === 0x29 /* ) */ && !/(?:\(anonymous namespace|\boperator\()\)$/.test(name.slice(0, end))) return '';
  const start = name.lastIndexOf('::', end - 1);
  const part = name.slice(start < 0 ? 0 : start + 2, end);
  return part.startsWith('friend ') ? part.slice(7) : part;
}

function withoutTags(name: string, end: number): number {
  let stop = end;
  while (name.charCodeAt(stop - 1) === 0x5d /* ] */) {
    const start = name.lastIndexOf('[abi:', stop);
    if (start < 0) break;
    stop = start;
  }
  return stop;
}

/** Whether a `>` at the end belongs to an operator's name. */
const endsInOperator = (name: string): boolean => /\boperator(?:>>?|->|<=>)$/.test(name);

/** `<operator-name>` as the name of a function. */
export function parseOperatorName(parser: Parser, state: NameState | undefined): Text {
  const operator = operatorOf(parser.text.slice(parser.at, parser.at + 2));
  if (operator !== undefined) {
    parser.at += 2;
    if (operator.kind !== 'cast') {
      if (operator.name === undefined) throw NOT_MANGLED;
      return operator.name;
    }
    const { templateArgsAllowed, forwardReferencesAllowed } = parser;
    parser.templateArgsAllowed = false;
    // Its template arguments come after the type that uses them (5.1.4.2).
    if (state !== undefined) parser.forwardReferencesAllowed = true;
    const type = parser.grammar.type(parser);
    parser.templateArgsAllowed = templateArgsAllowed;
    parser.forwardReferencesAllowed = forwardReferencesAllowed;
    if (state !== undefined) state.withoutResult = true;
    return join('operator ', toText(type));
  }
  if (parser.skipText('li')) return 'operator"" ' + parseSourceName(parser);
  parser.expect(0x76 /* v: a vendor's operator */);
  if (!isDigit(parser.peek())) throw NOT_MANGLED;
  parser.at++;
  return 'operator ' + parseSourceName(parser);
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

/** Whether a name has template arguments already. */
function endsWithTemplateArgs(name: Node): boolean {
  return typeof name === 'string' && name.charCodeAt(name.length - 1) === 0x3e /* > */ && !endsInOperator(name);
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

/** `<unnamed-type-name>`: `Ut [<number>] _`, `Ul <lambda-sig> E [<number>] _`, `Ub [<number>] _`. */
function parseUnnamedTypeName(parser: Parser, state: NameState | undefined): Text {
  if (state !== undefined) parser.levels = [];
  const kind = parser.peek(1);
  if (kind === 0x6c /* Ul */) {
    const { signature, number } = parseClosure(parser);
    return join(`'lambda${number}'`, signature);
  }
  if (kind !== 0x74 /* Ut */ && kind !== 0x62 /* Ub */) throw NOT_MANGLED;
  parser.at += 2;
  const number = parser.number(false);
  parser.expect(0x5f /* _ */);
  return kind === 0x74 ? `'unnamed${number}'` : "'block-literal'";
}

/** The closure type of a lambda: its parameters, and which one it is in its scope. */
export function parseClosure(parser: Parser): { signature: Text; number: string } {
  parser.enter();
  parser.at += 2;
  const { lambdaLevel } = parser;
  const depth = parser.levels.length;
  parser.lambdaLevel = depth;
  const table: Node[] = [];
  parser.levels.push(table);
  let signature: Text = '';
  if (isTemplateParameterDeclaration(parser)) {
    let list: Text = '';
    do list = listWith(list, parseTemplateParameterDeclaration(parser, table));
    while (isTemplateParameterDeclaration(parser));
    signature = angleBrackets(list);
  } else parser.levels.length = depth;
  if (parser.skip(0x51 /* Q */)) signature = join(signature, ' requires ', parseConstraint(parser), ' ');
  let parameters: Text = '';
  if (!parser.skip(0x76 /* v */)) {
    do parameters = listWith(parameters, parser.grammar.type(parser));
    while (parser.peek() !== 0x45 /* E */ && parser.peek() !== 0x51 /* Q */);
  }
  signature = join(signature, parentheses(parameters));
  if (parser.skip(0x51 /* Q */)) signature = join(signature, ' requires ', parseConstraint(parser));
  parser.expect(0x45 /* E */);
  const number = parser.number(false);
  parser.expect(0x5f /* _ */);
  parser.levels.length = depth;
  parser.lambdaLevel = lambdaLevel;
  parser.leave();
  return { signature, number };
}

/** `Dt <expression> E`, `DT <expression> E`. */
export function parseDecltype(parser: Parser): Text {
  parser.at += 2;
  const operand = parser.grammar.expression(parser);
  parser.expect(0x45 /* E */);
  return join('decltype', parentheses(operand));
}
