/** Names without their scope (Itanium C++ ABI 5.1.2.1, 5.1.4 and 5.1.9). */
import { parseConstructorName } from './itanium-constructors.ts';
import type { Node, Text } from './itanium-nodes.ts';
import { operatorOf } from './itanium-operators.ts';
import { isDigit, ModuleName, type NameState, type Parser } from './itanium-parser.ts';
import { parseAbiTags } from './itanium-substitutions.ts';
import {
  isTemplateParameterDeclaration,
  parseConstraint,
  parseTemplateParameterDeclaration,
} from './itanium-templates.ts';
import { angleBrackets, join, listWith, parentheses, toText } from './itanium-text.ts';
import { NOT_MANGLED } from './not-mangled.ts';

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
