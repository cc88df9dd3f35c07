/** Compound types of C++, written the way declarations are: around the declared name (C++ [dcl.meaning]). */

import { apply } from './itanium-deferred.ts';
import {
  Declarator,
  Deferred,
  leftOf,
  limited,
  type Node,
  rightOf,
  SHAPE,
  type Text,
  textOf,
} from './itanium-nodes.ts';

type Resolved = Exclude<Node, Deferred>;

const isArray = (node: Resolved): boolean => node instanceof Declarator && node.shape === SHAPE.array;
const isFunction = (node: Resolved): boolean => node instanceof Declarator && node.shape === SHAPE.function;

/** A pointer. Objective-C's `objc_object<Protocol>*` is written `id<Protocol>`. */
export function pointerTo(pointee: Node): Node {
  if (typeof pointee === 'string') return pointee + '*';
  if (pointee instanceof Deferred) return apply(([resolved]) => pointerTo(resolved!), [pointee]);
  if (pointee instanceof Declarator && pointee.shape === SHAPE.protocol && pointee.left.startsWith('objc_object<')) {
    return `id<${textOf(pointee.inner)}>`;
  }
  return prefixed(pointee, '*', SHAPE.other, '');
}

/** A reference; references to references collapse (C++ [dcl.ref]). */
export function referenceTo(referred: Node, lvalue: boolean): Node {
  if (typeof referred === 'string') {
    return lvalue
      ? new Declarator(referred + '&', '', SHAPE.lvalueReference, referred)
      : new Declarator(referred + '&&', '', SHAPE.rvalueReference, referred);
  }
  if (referred instanceof Deferred) return apply(([resolved]) => referenceTo(resolved!, lvalue), [referred]);
  if (!(referred instanceof Declarator)) return referenceTo(referred.text, lvalue);
  if (referred.shape === SHAPE.lvalueReference) return referred;
  if (referred.shape === SHAPE.rvalueReference) return lvalue ? referenceTo(referred.inner, true) : referred;
  const shape = lvalue ? SHAPE.lvalueReference : SHAPE.rvalueReference;
  return prefixed(referred, lvalue ? '&' : '&&', shape, referred);
}

/** A pointer or reference to something that may have a right side, in parentheses before bounds and parameters. */
function prefixed(
  inner: Resolved,
  mark: string,
  shape: Declarator['shape'],
  referred: string | Declarator,
): string | Declarator {
  const left = limited(leftOf(inner));
  const right = rightOf(inner);
  if (isArray(inner)) return new Declarator(`${left} (${mark}`, ')' + right, shape, referred);
  if (isFunction(inner)) return new Declarator(`${left}(${mark}`, ')' + right, shape, referred);
  if (shape === SHAPE.other && right.length === 0) return left + mark;
  return new Declarator(left + mark, right, shape, referred);
}

/** A pointer to a member of a class. */
export function memberPointer(owner: Node, member: Node): Node {
  if (owner instanceof Deferred || member instanceof Deferred) {
    return apply(([first, second]) => memberPointer(first!, second!), [owner, member]);
  }
  const enclosed = isArray(member) || isFunction(member);
  const left = limited(leftOf(member) + (enclosed ? '(' : ' ') + textOf(owner) + '::*');
  const right = (enclosed ? ')' : '') + rightOf(member);
  return right.length === 0 ? left : new Declarator(left, right, SHAPE.other, '');
}

/** An array; `bound` is empty where the bound is unknown. */
export function arrayOf(element: Node, bound: Text): Node {
  if (element instanceof Deferred || bound instanceof Deferred) {
    return apply(([first, second]) => arrayOf(first!, textOf(second!)), [element, bound]);
  }
  const inner = rightOf(element);
  const right = ` [${bound}]` + (inner.startsWith(' [') ? inner.slice(1) : inner);
  return new Declarator(limited(leftOf(element)), right, SHAPE.array, '');
}

/** A function; `suffix` is what follows its parameters: qualifiers and exception specification. */
export function functionOf(result: Node, parameters: Text, suffix: Text): Node {
  if (result instanceof Deferred || parameters instanceof Deferred || suffix instanceof Deferred) {
    return apply(
      ([first, second, third]) => functionOf(first!, textOf(second!), textOf(third!)),
      [result, parameters, suffix],
    );
  }
  const right = `(${parameters})${rightOf(result)}${suffix}`;
  return new Declarator(limited(leftOf(result) + ' '), limited(right), SHAPE.function, '');
}

/** A type with const, volatile or restrict; `qualifiers` begins with a space. */
export function qualified(type: Node, qualifiers: string): Node {
  if (typeof type === 'string') return type + qualifiers;
  if (type instanceof Deferred) return apply(([resolved]) => qualified(resolved!, qualifiers), [type]);
  if (!(type instanceof Declarator)) return type.text + qualifiers;
  const shape = isArray(type) ? SHAPE.array : isFunction(type) ? SHAPE.function : SHAPE.other;
  const left = limited(type.left + qualifiers);
  return type.right.length === 0 && shape === SHAPE.other ? left : new Declarator(left, type.right, shape, '');
}

/** A type with a word behind its left side (complex numbers); what stood on its right is not written. */
export function withPostfix(type: Node, postfix: string): Node {
  return type instanceof Deferred
    ? apply(([resolved]) => leftOf(resolved!) + postfix, [type])
    : leftOf(type as Resolved) + postfix;
}

/** An Objective-C object that conforms to a protocol. */
export function protocolObject(type: Node, protocol: string): Node {
  return type instanceof Deferred
    ? apply(([resolved]) => protocolObject(resolved!, protocol), [type])
    : new Declarator(`${textOf(type)}<${protocol}>`, '', SHAPE.protocol, protocol);
}

/** A function and its name, with its return type around both where the mangled name tells it. */
export function declaration(result: Node, name: Text, parameters: Text, suffix: Text): Text {
  if (typeof name === 'string' && typeof parameters === 'string' && typeof suffix === 'string') {
    if (typeof result === 'string') return `${result} ${name}(${parameters})${suffix}`;
    if (!(result instanceof Deferred)) {
      const right = rightOf(result);
      return limited(`${leftOf(result)}${right.length === 0 ? ' ' : ''}${name}(${parameters})${right}${suffix}`);
    }
  }
  return apply(
    ([first, second, third, fourth]) => declaration(first!, textOf(second!), textOf(third!), textOf(fourth!)),
    [result, name, parameters, suffix],
  ) as Text;
}
