import { type Binaryen, type Pointer, refusal } from './host.ts';
import { probeParts } from './probed-parts.ts';

/** Kinds of expressions whose parts the C API gives one by one, in the order in which they are evaluated. */
const PARTS: Readonly<Record<string, string>> = {
  If: 'Condition IfTrue IfFalse',
  Loop: 'Body',
  Break: 'Value Condition',
  Switch: 'Value Condition',
  LocalSet: 'Value',
  GlobalSet: 'Value',
  Load: 'Ptr',
  Store: 'Ptr Value',
  Unary: 'Value',
  Binary: 'Left Right',
  Select: 'IfTrue IfFalse Condition',
  Drop: 'Value',
  Return: 'Value',
  MemoryGrow: 'Delta',
  AtomicRMW: 'Ptr Value',
  AtomicCmpxchg: 'Ptr Expected Replacement',
  AtomicWait: 'Ptr Expected Timeout',
  AtomicNotify: 'Ptr NotifyCount',
  SIMDExtract: 'Vec',
  SIMDReplace: 'Vec Value',
  SIMDShuffle: 'Left Right',
  SIMDTernary: 'A B C',
  SIMDShift: 'Vec Shift',
  SIMDLoad: 'Ptr',
  SIMDLoadStoreLane: 'Ptr Vec',
  MemoryInit: 'Dest Offset Size',
  MemoryCopy: 'Dest Source Size',
  MemoryFill: 'Dest Value Size',
  RefIsNull: 'Value',
  RefAs: 'Value',
  RefEq: 'Left Right',
  TableGet: 'Index',
  TableSet: 'Index Value',
  TableGrow: 'Value Delta',
  TupleExtract: 'Tuple',
  RefI31: 'Value',
  I31Get: 'I31',
  RefTest: 'Ref',
  RefCast: 'Ref',
  BrOn: 'Ref',
  StructGet: 'Ref',
  StructSet: 'Ref Value',
  ArrayNew: 'Init Size',
  ArrayNewData: 'Offset Size',
  ArrayNewElem: 'Offset Size',
  ArrayGet: 'Ref Index',
  ArraySet: 'Ref Index Value',
  ArrayLen: 'Ref',
  ArrayCopy: 'DestRef DestIndex SrcRef SrcIndex Length',
  ArrayFill: 'Ref Index Value Size',
  ArrayInitData: 'Ref Index Offset Size',
  ArrayInitElem: 'Ref Index Offset Size',
  StringNew: 'Ref Start End',
  StringMeasure: 'Ref',
  StringEncode: 'Str Array Start',
  StringConcat: 'Left Right',
  StringEq: 'Left Right',
  StringWTF16Get: 'Ref Pos',
  StringSliceWTF: 'Ref Start End',
  WideIntAddSub: 'LeftLow LeftHigh RightLow RightHigh',
  WideIntMul: 'Left Right',
};

/** Kinds with a list: its count, one of it, and what is evaluated before and after it. */
const LISTS: Readonly<Record<string, readonly [count: string, at: string, before: string, after: string]>> = {
  Block: ['GetNumChildren', 'GetChildAt', '', ''],
  Call: ['GetNumOperands', 'GetOperandAt', '', ''],
  CallIndirect: ['GetNumOperands', 'GetOperandAt', '', 'Target'],
  CallRef: ['GetNumOperands', 'GetOperandAt', '', 'Target'],
  Throw: ['GetNumOperands', 'GetOperandAt', '', ''],
  TupleMake: ['GetNumOperands', 'GetOperandAt', '', ''],
  StructNew: ['GetNumOperands', 'GetOperandAt', '', ''],
  ArrayNewFixed: ['GetNumValues', 'GetValueAt', '', ''],
  Try: ['GetNumCatchBodies', 'GetCatchBodyAt', 'Body', ''],
};

const LEAVES =
  'Nop Unreachable Const LocalGet GlobalGet MemorySize DataDrop RefNull RefFunc Pop TableSize AtomicFence Rethrow ' +
  'ElemDrop StringConst Pause';

type Visit = (expression: Pointer) => void;

/**
 * Walks expressions through the C API, and through memory where it gives no parts. Instructions that Binaryen knows but
 * whose parts neither gives (stack switching, atomics of structs and arrays) are refused where one is met.
 */
export class Expressions {
  readonly #idOf: (expression: Pointer) => number;
  readonly #children = new Map<number, (expression: Pointer, visit: Visit) => void>();
  readonly call: number;
  readonly block: number;

  constructor(binaryen: Binaryen) {
    this.#idOf = binaryen.find('BinaryenExpressionGetId');
    const idOf = (kind: string): number =>
      binaryen.has(`Binaryen${kind}Id`) ? binaryen.call(`Binaryen${kind}Id`) : -1;
    this.call = idOf('Call');
    this.block = idOf('Block');
    for (const leaf of LEAVES.split(' ')) this.#children.set(idOf(leaf), () => {});
    const getters = (kind: string, parts: string): ((expression: Pointer) => number)[] =>
      parts === '' ? [] : parts.split(' ').map((part) => binaryen.find(`Binaryen${kind}Get${part}`));
    for (const [kind, parts] of Object.entries(PARTS)) {
      if (idOf(kind) < 0 || !binaryen.has(`Binaryen${kind}Get${parts.split(' ')[0]}`)) continue;
      const gets = getters(kind, parts);
      this.#children.set(idOf(kind), (expression, visit) => {
        for (const get of gets) {
          const child = get(expression);
          if (child !== 0) visit(child);
        }
      });
    }
    for (const [kind, [count, at, before, after]] of Object.entries(LISTS)) {
      if (idOf(kind) < 0 || !binaryen.has(`Binaryen${kind}${count}`)) continue;
      const countOf = binaryen.find(`Binaryen${kind}${count}`);
      const childAt = binaryen.find(`Binaryen${kind}${at}`);
      const first = getters(kind, before);
      const last = getters(kind, after);
      this.#children.set(idOf(kind), (expression, visit) => {
        for (const get of first) visit(get(expression));
        const end = countOf(expression);
        for (let n = 0; n < end; n++) visit(childAt(expression, n));
        for (const get of last) visit(get(expression));
      });
    }
    for (const [kind, offsets] of probeParts(binaryen)) {
      this.#children.set(idOf(kind), (expression, visit) => {
        for (const offset of offsets) visit(binaryen.view.getUint32(expression + offset, true));
      });
    }
    this.#children.delete(-1);
  }

  idOf(expression: Pointer): number {
    return this.#idOf(expression);
  }

  /** Visits the parts of an expression in the order in which they are evaluated. */
  children(expression: Pointer, visit: Visit): void {
    const each = this.#children.get(this.#idOf(expression));
    if (each === undefined) throw refusal(`expressions of kind ${this.#idOf(expression)} cannot be walked`);
    each(expression, visit);
  }
}
