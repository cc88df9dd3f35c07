import { type CodeOffset, codeOffset } from '../addresses.ts';
import type { Window } from '../bytes/window.ts';
import { FormatError } from '../errors.ts';
import { CORE_IMMEDIATES, foldOpcode, IMMEDIATES, PREFIXED_IMMEDIATES } from './opcodes.ts';

/** A reference to a heap type follows: `(ref null ht)`, `(ref ht)`. */
const REF_NULL = 0x63;
const REF = 0x64;
/** Before a heap type: the type itself and none of its subtypes (custom descriptors), shared (threads). */
const EXACT = 0x62;
const SHARED = 0x65;

/** In a memarg's alignment: an index of a memory follows. */
const HAS_MEMORY = 0x40;
/**
 * A byte with the memory ordering follows (shared-everything threads): Binaryen sets bit 4, and drafts of the proposal
 * bit 5. No alignment is large enough to set either.
 */
const HAS_ORDERING = 0x30;

const CALL = 0x10;
const RETURN_CALL = 0x12;
const REF_FUNC = 0xd2;

/**
 * A position in a function's body that moves from instruction to instruction.
 *
 * `next` overwrites the fields; before the first call they mean nothing. The declarations of locals are left out; the
 * `end` of the body is the last instruction. Offsets count in the code section.
 */
export class InstructionCursor {
  readonly #window: Window;
  readonly #bytes: Uint8Array;
  readonly #base: number;
  /** Positions are absolute in the file image. */
  readonly #limit: number;
  #offset: number;
  #immediates: number;
  #end: number;
  #opcode = -1;
  /** How many locals the body declares; parameters come before them. */
  readonly localCount: number;

  /**
   * Over the body between two offsets in the code section (see `FunctionBody`), or, with `locals` false, over
   * instructions in another section, from where they begin.
   *
   * @throws FormatError `unexpected-end` where the declarations of locals reach past the end.
   */
  constructor(section: Window, start: number, end: number, { locals = true }: { readonly locals?: boolean } = {}) {
    const body = section.part(start, end);
    body.load();
    this.#window = body;
    this.#bytes = body.bytes;
    this.#base = body.base;
    this.#limit = body.base + body.end;
    this.#offset = this.#immediates = this.#end = body.base + body.start;
    let localCount = 0;
    for (let groups = locals ? this.#takeUleb() : 0; groups > 0; groups--) {
      localCount += this.#takeUleb();
      this.#end = this.#skipValueType(this.#end);
      this.#check(this.#end);
    }
    this.localCount = localCount;
  }

  /** Where the instruction stands. */
  get offset(): CodeOffset {
    return codeOffset(this.#offset - this.#base);
  }

  /** The opcode, a prefix folded in (see `foldOpcode`; `nameOfOpcode` gives its name). */
  get opcode(): number {
    return this.#opcode;
  }

  /** Where the first immediate stands, or would. */
  get immediates(): CodeOffset {
    return codeOffset(this.#immediates - this.#base);
  }

  /** Behind the instruction. */
  get end(): CodeOffset {
    return codeOffset(this.#end - this.#base);
  }

  /**
   * Moves to the next instruction, and answers whether there is one.
   *
   * @throws FormatError `unknown-code` at an opcode without a known length, `unexpected-end` where an instruction reaches past
   * the end of the body. The cursor stays where it was.
   */
  next(): boolean {
    const bytes = this.#bytes;
    const limit = this.#limit;
    const start = this.#end;
    if (start >= limit) return false;
    let at = start + 1;
    let opcode = bytes[start]!;
    let kind = CORE_IMMEDIATES[opcode]!;
    if (kind === IMMEDIATES.prefix) {
      const prefix = opcode;
      let number = 0;
      let shift = 0;
      let byte: number;
      do {
        this.#check(at + 1, start);
        byte = bytes[at++]!;
        if (shift < 28) number |= (byte & 0x7f) << shift;
        else if ((byte & 0x7f) !== 0) throw this.#unknown(start, prefix, at - start);
        shift += 7;
      } while (byte >= 0x80);
      opcode = foldOpcode(prefix, number);
      kind = PREFIXED_IMMEDIATES[prefix - 0xfb]![number] ?? IMMEDIATES.unknown;
    }
    const immediates = at;
    switch (kind) {
      case IMMEDIATES.none:
        break;
      case IMMEDIATES.leb:
        at = skipLeb(bytes, at, limit);
        break;
      case IMMEDIATES.leb2:
        at = skipLeb(bytes, skipLeb(bytes, at, limit), limit);
        break;
      case IMMEDIATES.memarg:
        at = skipMemarg(bytes, at, limit);
        break;
      case IMMEDIATES.blockType:
        at = this.#skipValueType(at);
        break;
      case IMMEDIATES.unknown:
        throw this.#unknown(start, opcode, 1);
      default:
        at = this.#skipRare(kind, at);
    }
    this.#check(at, start);
    this.#offset = start;
    this.#opcode = opcode;
    this.#immediates = immediates;
    this.#end = at;
    return true;
  }

  /** The function that a `call` or `return_call` calls, or whose reference is taken; of other instructions undefined. */
  callTarget(): number | undefined {
    const opcode = this.#opcode;
    return opcode === CALL || opcode === RETURN_CALL || opcode === REF_FUNC ? this.index() : undefined;
  }

  /** An immediate of an instruction all of whose immediates are unsigned LEB128s, the `n`th from 0 on. */
  index(n = 0): number {
    let at = this.#immediates;
    for (let left = n; left > 0; left--) at = skipLeb(this.#bytes, at, this.#end);
    if (at >= this.#end) throw new RangeError(`no immediate ${n}`);
    return ulebAt(this.#bytes, at, this.#end);
  }

  /** Kinds of immediates that are rare: kept out of `next` so that it stays small enough for the optimizer. */
  #skipRare(kind: number, start: number): number {
    const bytes = this.#bytes;
    const limit = this.#limit;
    let at = start;
    switch (kind) {
      case IMMEDIATES.leb3:
        return skipLeb(bytes, skipLeb(bytes, skipLeb(bytes, at, limit), limit), limit);
      case IMMEDIATES.heapType:
        return this.#skipHeapType(at);
      case IMMEDIATES.byte:
        return at + 1;
      case IMMEDIATES.bytes4:
        return at + 4;
      case IMMEDIATES.bytes8:
        return at + 8;
      case IMMEDIATES.bytes16:
        return at + 16;
      case IMMEDIATES.memargLane:
        return skipMemarg(bytes, at, limit) + 1;
      case IMMEDIATES.labels: {
        let count = ulebAt(bytes, at, limit);
        at = skipLeb(bytes, at, limit);
        for (; count >= 0 && at < limit; count--) at = skipLeb(bytes, at, limit);
        return count >= 0 ? limit + 1 : at;
      }
      case IMMEDIATES.valueTypes: {
        let count = ulebAt(bytes, at, limit);
        at = skipLeb(bytes, at, limit);
        for (; count > 0 && at < limit; count--) at = this.#skipValueType(at);
        return count > 0 ? limit + 1 : at;
      }
      case IMMEDIATES.tryTable:
        // catch and catch_ref have a tag before the label, catch_all and catch_all_ref have none.
        return this.#skipClauses(this.#skipValueType(at), 1);
      case IMMEDIATES.castBranch:
        return this.#skipHeapType(this.#skipHeapType(skipLeb(bytes, at + 1, limit)));
      case IMMEDIATES.resume:
        return this.#skipClauses(skipLeb(bytes, at, limit), 0);
      case IMMEDIATES.resumeThrow:
        return this.#skipClauses(skipLeb(bytes, skipLeb(bytes, at, limit), limit), 0);
      default:
        throw new RangeError(`immediates of kind ${kind}`);
    }
  }

  /** A count and as many clauses: a kind, and one or two indexes. Kinds up to `lastOfTwo` have two. */
  #skipClauses(start: number, lastOfTwo: number): number {
    const bytes = this.#bytes;
    const limit = this.#limit;
    let count = ulebAt(bytes, start, limit);
    let at = skipLeb(bytes, start, limit);
    for (; count > 0 && at < limit; count--) {
      const kind = bytes[at]!;
      at = skipLeb(bytes, at + 1, limit);
      if (kind <= lastOfTwo) at = skipLeb(bytes, at, limit);
    }
    return count > 0 ? limit + 1 : at;
  }

  /** A value type, or a block type: a number, or a reference with its heap type. */
  #skipValueType(at: number): number {
    const byte = this.#bytes[at]!;
    if (byte === REF || byte === REF_NULL) return this.#skipHeapType(at + 1);
    return skipLeb(this.#bytes, byte === SHARED ? at + 1 : at, this.#limit);
  }

  #skipHeapType(at: number): number {
    const byte = this.#bytes[at]!;
    return skipLeb(this.#bytes, byte === SHARED || byte === EXACT ? at + 1 : at, this.#limit);
  }

  #takeUleb(): number {
    const at = this.#end;
    this.#end = skipLeb(this.#bytes, at, this.#limit);
    this.#check(this.#end);
    return ulebAt(this.#bytes, at, this.#limit);
  }

  #check(at: number, start: number = this.#offset): void {
    if (at <= this.#limit) return;
    const left = this.#limit - start;
    const detail = `instruction or declaration of locals past the end of its body, ${left} bytes left`;
    throw new FormatError('unexpected-end', this.#window.section, start - this.#base, detail);
  }

  #unknown(start: number, opcode: number, size: number): FormatError {
    const detail = `unknown opcode 0x${opcode.toString(16)}${size > 1 ? ' with a number out of range' : ''}`;
    return new FormatError('unknown-code', this.#window.section, start - this.#base, detail);
  }
}

/** Behind the LEB128 at `at`; beyond `limit` if it does not end before. */
function skipLeb(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at < limit) {
    if (bytes[at++]! < 0x80) return at;
  }
  return limit + 1;
}

/** The unsigned LEB128 at `at`, as far as it goes before `limit`. */
function ulebAt(bytes: Uint8Array, start: number, limit: number): number {
  let value = 0;
  let scale = 1;
  for (let at = start; at < limit; at++) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    scale *= 128;
  }
  return value;
}

function skipMemarg(bytes: Uint8Array, start: number, limit: number): number {
  const flags = bytes[start]!;
  let at = skipLeb(bytes, start, limit);
  if ((flags & HAS_MEMORY) !== 0) at = skipLeb(bytes, at, limit);
  if ((flags & HAS_ORDERING) !== 0) at++;
  return skipLeb(bytes, at, limit);
}
