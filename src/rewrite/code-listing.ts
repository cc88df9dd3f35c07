import type { CodeOffset } from '../addresses.ts';
import { FormatError } from '../errors.ts';
import { WasmFunctions } from '../wasm/functions.ts';
import { InstructionCursor } from '../wasm/instructions.ts';
import { type ModuleSource, WasmModule } from '../wasm/module.ts';
import { type CodeIdentity, codeIdentity } from './code-identity.ts';

/** The opcode of the entry that stands for the beginning of a body, the declarations of locals. */
export const PROLOGUE = 0xffff;

/** What an entry that calls no known function has for a target. */
export const NO_TARGET = -1;

/**
 * All instructions of a module's code in columns of numbers, in order.
 *
 * The first entry of each function stands for the beginning of its body ({@link PROLOGUE}); its instructions follow,
 * the last one being the body's `end`.
 */
export interface CodeListing {
  readonly module: WasmModule;
  readonly identity: CodeIdentity;
  /** Where the code section's payload begins in the file: added to an entry's offset it gives a `ModuleOffset`. */
  readonly codeStart: number;
  /** Imported functions, which take the first indexes. */
  readonly importCount: number;
  /** Functions with a body. */
  readonly functionCount: number;
  /** The first entry of each function with a body, and the count of entries at the end. */
  readonly first: Uint32Array;
  /** Behind the last byte of each body (`CodeOffset`). */
  readonly ends: Uint32Array;
  /** Where each entry stands (`CodeOffset`). */
  readonly offsets: Uint32Array;
  /** Opcodes, prefixes folded in, or {@link PROLOGUE}. */
  readonly opcodes: Uint16Array;
  /** Of `call` and `return_call` the function's number among those with a body, or {@link NO_TARGET}. */
  readonly targets: Int32Array;
}

export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  end: 0x0b,
  return: 0x0f,
  call: 0x10,
  return_call: 0x12,
  delegate: 0x18,
  catch_all: 0x19,
} as const;

/**
 * Lists a module's code.
 *
 * @throws FormatError where the module or an instruction cannot be read: what an optimizer is to be trusted with must
 * be understood whole.
 */
export function listCode(source: ModuleSource): CodeListing {
  const module = WasmModule.read(source);
  const functions = WasmFunctions.read(module);
  const { code, codeStart } = module;
  if (code === undefined || codeStart === undefined) {
    throw new FormatError('missing', 'module', 0, 'module without code');
  }
  const { importCount, bodyCount } = functions;
  const columns = new Columns(code.size);
  const first = new Uint32Array(bodyCount + 1);
  const ends = new Uint32Array(bodyCount);
  for (let n = 0; n < bodyCount; n++) {
    const start = functions.starts[n]! as CodeOffset;
    const end = functions.sizeOffsets[n + 1]! as CodeOffset;
    first[n] = columns.count;
    ends[n] = end;
    columns.add(start, PROLOGUE, NO_TARGET);
    const cursor = new InstructionCursor(code, start, end);
    while (cursor.next()) {
      const opcode = cursor.opcode;
      let target = NO_TARGET;
      if (opcode === OP.call || opcode === OP.return_call) {
        const index = cursor.index() - importCount;
        if (index >= 0 && index < bodyCount) target = index;
      }
      // The few opcodes beyond 16 bits (relaxed vectors, 0xfd100 on) go where no other is.
      columns.add(cursor.offset, opcode > 0xffff ? 0xe000 | (opcode & 0xfff) : opcode, target);
    }
  }
  first[bodyCount] = columns.count;
  return {
    module,
    identity: codeIdentity(code.toBytes()),
    codeStart,
    importCount,
    functionCount: bodyCount,
    first,
    ends,
    ...columns.finish(),
  };
}

/** The number of the function with a body that an entry belongs to. */
export function functionOfEntry(listing: CodeListing, entry: number): number {
  const { first } = listing;
  let low = 0;
  let high = listing.functionCount;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (first[middle]! <= entry) low = middle;
    else high = middle;
  }
  return low;
}

/** The entry at or before an offset, -1 before the first one. */
export function entryAt(listing: CodeListing, offset: number): number {
  const { offsets } = listing;
  let low = -1;
  let high = offsets.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** The function of every entry, as a column. */
export function ownersOf(listing: CodeListing): Uint32Array {
  const owners = new Uint32Array(listing.offsets.length);
  for (let n = 0; n < listing.functionCount; n++) owners.fill(n, listing.first[n]!, listing.first[n + 1]!);
  return owners;
}

/** Columns that grow; instructions take two bytes and more on average. */
class Columns {
  count = 0;
  #offsets: Uint32Array;
  #opcodes: Uint16Array;
  #targets: Int32Array;

  constructor(codeSize: number) {
    const room = (codeSize >> 1) + 64;
    this.#offsets = new Uint32Array(room);
    this.#opcodes = new Uint16Array(room);
    this.#targets = new Int32Array(room);
  }

  add(offset: number, opcode: number, target: number): void {
    const at = this.count++;
    if (at === this.#offsets.length) this.#grow(at * 2);
    this.#offsets[at] = offset;
    this.#opcodes[at] = opcode;
    this.#targets[at] = target;
  }

  finish(): { offsets: Uint32Array; opcodes: Uint16Array; targets: Int32Array } {
    return {
      offsets: this.#offsets.slice(0, this.count),
      opcodes: this.#opcodes.slice(0, this.count),
      targets: this.#targets.slice(0, this.count),
    };
  }

  #grow(room: number): void {
    const [offsets, opcodes, targets] = [this.#offsets, this.#opcodes, this.#targets];
    this.#offsets = new Uint32Array(room);
    this.#opcodes = new Uint16Array(room);
    this.#targets = new Int32Array(room);
    this.#offsets.set(offsets);
    this.#opcodes.set(opcodes);
    this.#targets.set(targets);
  }
}
