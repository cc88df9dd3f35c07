/** Names in expressions whose meaning depends on a template parameter (Itanium C++ ABI 5.1.6.2). */

import { apply } from './itanium-deferred.ts';
import { parseDecltype } from './itanium-names.ts';
import { leftOf, type Node, type Text } from './itanium-nodes.ts';
import { isDigit, ModuleName, type Parser } from './itanium-parser.ts';
import { parseSubstitution } from './itanium-substitutions.ts';
import { parseTemplateArgs, parseTemplateParameter } from './itanium-templates.ts';
import { join, toText } from './itanium-text.ts';
import { parseOperatorName, parseSourceName } from './itanium-unqualified-names.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `<unresolved-name>`; a `gs` has been read already. */
export function parseUnresolvedName(parser: Parser, isGlobal: boolean): Text {
  if (parser.skipText('srN')) {
    let scope = withTemplateArgs(parser, toText(parseUnresolvedType(parser)));
    while (!parser.skip(0x45 /* E */)) scope = join(scope, '::', parseSimpleId(parser));
    return join(scope, '::', parseBaseUnresolvedName(parser));
  }
  if (!parser.skipText('sr')) {
    const name = parseBaseUnresolvedName(parser);
    return isGlobal ? join('::', name) : name;
  }
  let scope: Text;
  if (isDigit(parser.peek())) {
    scope = isGlobal ? '::' : '';
    let separator = '';
    do {
      scope = join(scope, separator, parseSimpleId(parser));
      separator = '::';
    } while (!parser.skip(0x45 /* E */));
  } else scope = withTemplateArgs(parser, toText(parseUnresolvedType(parser)));
  return join(scope, '::', parseBaseUnresolvedName(parser));
}

function withTemplateArgs(parser: Parser, name: Text): Text {
  return parser.peek() === 0x49 /* I */ ? join(name, parseTemplateArgs(parser, false)) : name;
}

/** `<simple-id>`: `<source-name> [<template-args>]`. */
function parseSimpleId(parser: Parser): Text {
  return withTemplateArgs(parser, parseSourceName(parser));
}

/** `<unresolved-type>`: a template parameter, a decltype or a substitution; the first two can be substituted. */
function parseUnresolvedType(parser: Parser): Node {
  let type: Node;
  const code = parser.peek();
  if (code === 0x54 /* T */) type = parseTemplateParameter(parser);
  else if (code === 0x44 /* D */ && (parser.peek(1) === 0x74 || parser.peek(1) === 0x54) /* Dt, DT */) {
    type = parseDecltype(parser);
  } else if (code === 0x53 /* S */) {
    const substitution = parseSubstitution(parser);
    if (substitution instanceof ModuleName) return substitution.text;
    return substitution;
  } else throw NOT_MANGLED;
  parser.addSubstitution(type);
  return type;
}

/** `<base-unresolved-name>`: `<simple-id>`, `on <operator-name>`, `dn <destructor-name>`. */
function parseBaseUnresolvedName(parser: Parser): Text {
  if (isDigit(parser.peek())) return parseSimpleId(parser);
  if (parser.skipText('dn')) {
    if (isDigit(parser.peek())) return join('~', parseSimpleId(parser));
    return join(
      '~',
      apply(([type]) => leftOf(type!), [parseUnresolvedType(parser)]),
    );
  }
  parser.skipText('on');
  return withTemplateArgs(parser, parseOperatorName(parser, undefined));
}
