import type { Binaryen, Pointer } from './host.ts';

/**
 * Kinds of expressions whose parts the C API does not give, each as an instruction whose part number n, in the order of
 * evaluation, is `local.get n`; and the types of these locals.
 */
const PROBES: Readonly<Record<string, readonly [instruction: string, types: string]>> = {
  TryTable: ['(try_table (local.get 0))', 'i32'],
  ThrowRef: ['(throw_ref (local.get 0))', 'exnref'],
  TableFill: ['(table.fill $t (local.get 0) (local.get 1) (local.get 2))', 'i32 funcref i32'],
  TableCopy: ['(table.copy $t $t (local.get 0) (local.get 1) (local.get 2))', 'i32 i32 i32'],
  TableInit: ['(table.init $t $e (local.get 0) (local.get 1) (local.get 2))', 'i32 i32 i32'],
};

/** No expression is larger. */
const MAXIMUM_SIZE = 128;

/**
 * Where expressions of these kinds keep pointers to their parts, by kind, in the order of evaluation: found by having
 * Binaryen parse one of each. A kind is left out whose parts are not found.
 */
export function probeParts(binaryen: Binaryen): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  const kinds = Object.entries(PROBES).filter(([kind]) => binaryen.has(`Binaryen${kind}Id`));
  const functions = kinds.map(([, [instruction, types]]) => `(func (param ${types}) ${instruction})`);
  const text = `(module (table $t 1 funcref) (elem $e func) ${functions.join(' ')})`;
  const module = binaryen.withText(text, (pointer) => binaryen.call('BinaryenModuleParse', pointer));
  if (module === 0) return found;
  try {
    for (const [n, [kind, [, types]]] of kinds.entries()) {
      const made = binaryen.call('BinaryenGetFunctionByIndex', module, n);
      const expression = binaryen.call('BinaryenFunctionGetBody', made);
      if (binaryen.call('BinaryenExpressionGetId', expression) !== binaryen.call(`Binaryen${kind}Id`)) continue;
      const offsets = types.split(' ').map((_, part) => offsetOf(binaryen, expression, part));
      if (!offsets.includes(-1)) found.set(kind, offsets);
    }
  } finally {
    binaryen.call('BinaryenModuleDispose', module);
  }
  return found;
}

/** Where in an expression the pointer to `local.get index` stands, -1 for nowhere. */
function offsetOf(binaryen: Binaryen, expression: Pointer, index: number): number {
  const { view } = binaryen;
  const localGet = binaryen.call('BinaryenLocalGetId');
  // Its kind and its type come first.
  for (let offset = 8; offset < MAXIMUM_SIZE; offset += 4) {
    const part = view.getUint32(expression + offset, true);
    if (part === 0 || part % 4 !== 0 || part + MAXIMUM_SIZE > view.byteLength) continue;
    if (binaryen.call('BinaryenExpressionGetId', part) !== localGet) continue;
    if (binaryen.call('BinaryenLocalGetGetIndex', part) === index) return offset;
  }
  return -1;
}
