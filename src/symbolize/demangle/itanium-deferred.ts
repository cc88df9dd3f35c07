/** Nodes whose text depends on what is around them or behind them, and how they are resolved in the end. */
import {
  Declarator,
  Deferred,
  Expression,
  limited,
  type Node,
  type Resolved,
  SHAPE,
  type Text,
  textOf,
} from './itanium-nodes.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** Nodes resolved for one name; packs inside packs multiply. */
const MAX_STEPS = 1 << 18;
/** Deferred nodes inside each other. */
const MAX_DEPTH = 500;

const NOTHING = new Declarator('', '', SHAPE.lvalueReference, '');

/** The surroundings in which deferred nodes are resolved. */
const surroundings = {
  /** The element that packs stand for; −1 until the first pack of an expansion is met, which settles how many there are. */
  packIndex: -1,
  packSize: -1,
  /** 0 where a `>` would close a template argument list; counts the parentheses in between. */
  parentheses: 1,
  steps: 0,
};

/** Starts counting the steps of a new name. */
export function resetSurroundings(): void {
  surroundings.packIndex = -1;
  surroundings.packSize = -1;
  surroundings.parentheses = 1;
  surroundings.steps = 0;
}

/** A function of nodes, some of them deferred. */
export class Application extends Deferred {
  readonly #build: (inputs: readonly Resolved[]) => Node;
  readonly #inputs: Node[] = [];
  readonly #scope: 'none' | 'parentheses' | 'arguments';

  constructor(
    build: (inputs: readonly Resolved[]) => Node,
    inputs: readonly Node[],
    scope: 'none' | 'parentheses' | 'arguments',
  ) {
    super();
    this.#build = build;
    this.#scope = scope;
    for (const input of inputs) this.add(input);
  }

  add(input: Node): void {
    if (input instanceof Deferred) {
      if (input.late) this.late = true;
      if (input.depth >= this.depth) this.depth = input.depth + 1;
      if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
    }
    this.#inputs.push(input);
  }

  resolve(): Resolved {
    const outer = surroundings.parentheses;
    if (this.#scope === 'arguments') surroundings.parentheses = 0;
    else if (this.#scope === 'parentheses') surroundings.parentheses = outer + 1;
    const resolved = this.#inputs.map(resolve);
    surroundings.parentheses = outer;
    return resolve(this.#build(resolved));
  }
}

/** A template parameter that is a pack: stands for one of its elements after the other. */
export class PackReference extends Deferred {
  readonly #elements: readonly Node[];

  constructor(elements: readonly Node[]) {
    super();
    this.#elements = elements;
    for (const element of elements) {
      if (!(element instanceof Deferred)) continue;
      if (element.late) this.late = true;
      if (element.depth >= this.depth) this.depth = element.depth + 1;
    }
    if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  resolve(): Resolved {
    if (surroundings.packSize < 0) {
      surroundings.packSize = this.#elements.length;
      surroundings.packIndex = 0;
    }
    const element = this.#elements[surroundings.packIndex];
    return element === undefined ? '' : withoutPrecedence(resolve(element));
  }
}

/** A template parameter whose argument comes later in the mangled name (in the type of a conversion operator). */
export class ForwardReference extends Deferred {
  readonly index: number;
  target: Node | undefined;
  override late = true;
  #resolving = false;

  constructor(index: number) {
    super();
    this.index = index;
  }

  resolve(): Resolved {
    // An argument that contains itself is written as nothing, with the references to it.
    if (this.#resolving || this.target === undefined) return NOTHING;
    this.#resolving = true;
    const resolved = withoutPrecedence(resolve(this.target));
    this.#resolving = false;
    return resolved;
  }
}

/** A pattern written once for each element of the first pack in it. */
export class Expansion extends Deferred {
  readonly #pattern: Deferred;

  constructor(pattern: Deferred) {
    super();
    this.#pattern = pattern;
    this.late = pattern.late;
    this.depth = pattern.depth + 1;
    if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  resolve(): string {
    const { packIndex, packSize } = surroundings;
    surroundings.packIndex = surroundings.packSize = -1;
    let text = textOf(resolve(this.#pattern));
    const size = surroundings.packSize;
    if (size < 0) text += '...';
    else if (size === 0) text = '';
    for (let index = 1; index < size; index++) {
      surroundings.packIndex = index;
      text = limited(text + ', ' + textOf(resolve(this.#pattern)));
    }
    surroundings.packIndex = packIndex;
    surroundings.packSize = packSize;
    return text;
  }
}

/** `left > right` or `left >> right`: in parentheses where the operator would be taken for the end of the arguments. */
export class Greater extends Deferred {
  readonly #left: Text;
  readonly #right: Text;
  readonly #operator: string;
  override late = true;

  constructor(left: Text, operator: string, right: Text, precedence: number) {
    super();
    this.#left = left;
    this.#operator = operator;
    this.#right = right;
    this.precedence = precedence;
    const depth = Math.max(left instanceof Deferred ? left.depth : 0, right instanceof Deferred ? right.depth : 0);
    this.depth = depth + 1;
    if (this.depth > MAX_DEPTH) throw NOT_MANGLED;
  }

  resolve(): Resolved {
    const outer = surroundings.parentheses;
    if (outer === 0) surroundings.parentheses = 1;
    const text = textOf(resolve(this.#left)) + ` ${this.#operator} ` + textOf(resolve(this.#right));
    surroundings.parentheses = outer;
    return new Expression(outer === 0 ? `(${text})` : text, this.precedence, false);
  }
}

/** Follows a deferred node to what it stands for in the present surroundings. */
export function resolve(node: Node): Resolved {
  if (!(node instanceof Deferred)) return node;
  if (++surroundings.steps > MAX_STEPS) throw NOT_MANGLED;
  return node.resolve();
}

function withoutPrecedence(node: Resolved): Resolved {
  return node instanceof Expression ? node.text : node;
}

/** `build(inputs)`, later if one of them is deferred. */
export function apply(
  build: (inputs: readonly Resolved[]) => Node,
  inputs: readonly Node[],
  scope: 'none' | 'parentheses' | 'arguments' = 'none',
): Node {
  for (const input of inputs) if (input instanceof Deferred) return new Application(build, inputs, scope);
  return build(inputs as readonly Resolved[]);
}
