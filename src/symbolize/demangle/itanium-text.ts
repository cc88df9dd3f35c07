/** Text made of nodes: at once where they are text, later where they are not. */
import { Application, Expansion, Greater } from './itanium-deferred.ts';
import {
  Declarator,
  Deferred,
  Expression,
  limited,
  MAX_LENGTH,
  type Node,
  PRECEDENCE,
  type Resolved,
  type Text,
  textOf,
} from './itanium-nodes.ts';
import { NOT_MANGLED } from './not-mangled.ts';

const wholeText = (inputs: readonly Resolved[]): string => textOf(inputs[0]!);
const joinedText = (inputs: readonly Resolved[]): string => {
  let text = '';
  for (const input of inputs) text += textOf(input);
  return limited(text);
};
const parenthesized = (inputs: readonly Resolved[]): string => `(${textOf(inputs[0]!)})`;
const listed = (inputs: readonly Resolved[]): string => {
  let list = '';
  for (const input of inputs) {
    const text = operand(input, PRECEDENCE.comma, false) as string;
    if (text.length > 0) list = list.length === 0 ? text : `${list}, ${text}`;
    limited(list);
  }
  return list;
};

/** The node as text. */
export function toText(node: Node): Text {
  if (typeof node === 'string') return node;
  return node instanceof Deferred ? new Application(wholeText, [node], 'none') : textOf(node);
}

/** Texts one after the other. */
export function join(...texts: readonly Node[]): Text {
  let text = '';
  for (const part of texts) {
    if (part instanceof Deferred) return new Application(joinedText, texts, 'none');
    text += textOf(part);
  }
  return limited(text);
}

/** In parentheses. */
export function parentheses(node: Node): Text {
  return node instanceof Deferred ? new Application(parenthesized, [node], 'parentheses') : `(${textOf(node)})`;
}

/** In any other pair of brackets that shields a `>`. */
export function brackets(open: string, node: Node, close: string): Text {
  return node instanceof Deferred
    ? new Application((inputs) => open + textOf(inputs[0]!) + close, [node], 'parentheses')
    : open + textOf(node) + close;
}

/** In angle brackets, where a `>` must stand in parentheses. */
export function angleBrackets(node: Node): Text {
  return node instanceof Deferred
    ? new Application((inputs) => `<${textOf(inputs[0]!)}>`, [node], 'arguments')
    : `<${textOf(node)}>`;
}

/** An expression's text as an operand: in parentheses if it binds no tighter than `precedence`. */
export function operand(node: Node, precedence: number, strictlyWorse: boolean): Text {
  if (typeof node === 'string') return node;
  if (node instanceof Declarator) return textOf(node);
  return node.precedence >= precedence + (strictlyWorse ? 1 : 0) ? parentheses(node) : toText(node);
}

/** A comma-separated list with one more item; items without text (empty packs) leave no comma. */
export function listWith(list: Text, item: Node): Text {
  if (typeof list === 'string') {
    if (typeof item === 'string') {
      if (item.length === 0) return list;
      if (list.length === 0) return item;
      if (list.length > MAX_LENGTH) throw NOT_MANGLED;
      return list + ', ' + item;
    }
    const text = operand(item, PRECEDENCE.comma, false);
    if (typeof text === 'string') return listWith(list, text);
    return new Application(listed, list.length === 0 ? [text] : [list, text], 'none');
  }
  // Of this function's own making: nobody else has seen it yet.
  (list as Application).add(operand(item, PRECEDENCE.comma, false));
  return list;
}

/** An expression of that precedence. */
export function expression(text: Text, precedence: number, designated = false): Node {
  if (typeof text === 'string') return new Expression(text, precedence, designated);
  const deferred = new Application(wholeText, [text], 'none');
  deferred.precedence = precedence;
  deferred.designated = designated;
  return deferred;
}

/** `left > right` and `left >> right`. */
export function greaterExpression(left: Text, operator: string, right: Text, precedence: number): Node {
  return new Greater(left, operator, right, precedence);
}

/** A pack expansion: `pattern...`, or the pattern for each element where the pack is known. */
export function expansion(pattern: Node): Text {
  if (!(pattern instanceof Deferred)) return textOf(pattern) + '...';
  const expanded = new Expansion(pattern);
  return pattern.late ? expanded : expanded.resolve();
}
