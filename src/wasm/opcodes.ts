/**
 * What follows an opcode. Signed and unsigned LEB128s are left out alike, so an index, an `i32.const` and an
 * `i64.const` are one kind.
 */
export const IMMEDIATES = {
  unknown: 0,
  none: 1,
  leb: 2,
  leb2: 3,
  leb3: 4,
  memarg: 5,
  blockType: 6,
  heapType: 7,
  byte: 8,
  bytes4: 9,
  bytes8: 10,
  bytes16: 11,
  /** A memarg, then the index of a lane. */
  memargLane: 12,
  /** A count, as many labels, and the default label. */
  labels: 13,
  /** A count and as many value types. */
  valueTypes: 14,
  /** A block type, a count and as many catch clauses. */
  tryTable: 15,
  /** Flags, a label and two heap types. */
  castBranch: 16,
  /** A type, then a count and as many handlers. */
  resume: 17,
  /** A type and a tag, then handlers. */
  resumeThrow: 18,
  /** One of the prefixes 0xfb to 0xfe: a LEB128 says which instruction. */
  prefix: 19,
} as const;

/** First and last opcode of a run whose immediates are of one kind. */
type Run = readonly [first: number, last: number, kind: number];

const I = IMMEDIATES;

/** Opcodes of one byte: WebAssembly 3.0 (5.4), legacy exceptions, stack switching. */
const CORE_RUNS: readonly Run[] = [
  [0x00, 0x01, I.none],
  [0x02, 0x04, I.blockType],
  [0x05, 0x05, I.none],
  [0x06, 0x06, I.blockType],
  [0x07, 0x09, I.leb],
  [0x0a, 0x0b, I.none],
  [0x0c, 0x0d, I.leb],
  [0x0e, 0x0e, I.labels],
  [0x0f, 0x0f, I.none],
  [0x10, 0x10, I.leb],
  [0x11, 0x11, I.leb2],
  [0x12, 0x12, I.leb],
  [0x13, 0x13, I.leb2],
  [0x14, 0x15, I.leb],
  [0x18, 0x18, I.leb],
  [0x19, 0x1b, I.none],
  [0x1c, 0x1c, I.valueTypes],
  [0x1f, 0x1f, I.tryTable],
  [0x20, 0x26, I.leb],
  [0x28, 0x3e, I.memarg],
  [0x3f, 0x42, I.leb],
  [0x43, 0x43, I.bytes4],
  [0x44, 0x44, I.bytes8],
  [0x45, 0xc4, I.none],
  [0xd0, 0xd0, I.heapType],
  [0xd1, 0xd1, I.none],
  [0xd2, 0xd2, I.leb],
  [0xd3, 0xd4, I.none],
  [0xd5, 0xd6, I.leb],
  [0xe0, 0xe0, I.leb],
  [0xe1, 0xe1, I.leb2],
  [0xe2, 0xe2, I.leb],
  [0xe3, 0xe3, I.resume],
  [0xe4, 0xe4, I.resumeThrow],
  [0xe5, 0xe5, I.resume],
  [0xe6, 0xe6, I.leb2],
  [0xfb, 0xfe, I.prefix],
];

/** Garbage collection, custom descriptors (0x20 to 0x26) and stringref (from 0x80). */
const GC_RUNS: readonly Run[] = [
  [0x00, 0x01, I.leb],
  [0x02, 0x05, I.leb2],
  [0x06, 0x07, I.leb],
  [0x08, 0x0a, I.leb2],
  [0x0b, 0x0e, I.leb],
  [0x0f, 0x0f, I.none],
  [0x10, 0x10, I.leb],
  [0x11, 0x13, I.leb2],
  [0x14, 0x17, I.heapType],
  [0x18, 0x19, I.castBranch],
  [0x1a, 0x1e, I.none],
  [0x20, 0x22, I.leb],
  [0x23, 0x24, I.heapType],
  [0x25, 0x26, I.castBranch],
  [0x80, 0x82, I.leb],
  [0x83, 0x85, I.none],
  [0x86, 0x87, I.leb],
  [0x88, 0x8a, I.none],
  [0x8b, 0x8e, I.leb],
  [0x90, 0x91, I.none],
  [0x92, 0x92, I.leb],
  [0x93, 0x93, I.none],
  [0x94, 0x95, I.leb],
  [0x98, 0x9a, I.none],
  [0x9b, 0x9b, I.leb],
  [0x9c, 0x9c, I.none],
  [0xa0, 0xa4, I.none],
  [0xa8, 0xaa, I.none],
  [0xb0, 0xb7, I.none],
];

/** Saturating truncation, bulk memory, tables, wide arithmetic, half precision's memory accesses. */
const MISC_RUNS: readonly Run[] = [
  [0x00, 0x07, I.none],
  [0x08, 0x08, I.leb2],
  [0x09, 0x09, I.leb],
  [0x0a, 0x0a, I.leb2],
  [0x0b, 0x0b, I.leb],
  [0x0c, 0x0c, I.leb2],
  [0x0d, 0x0d, I.leb],
  [0x0e, 0x0e, I.leb2],
  [0x0f, 0x12, I.leb],
  [0x13, 0x16, I.none],
  [0x30, 0x31, I.memarg],
];

/** Vectors, relaxed (from 0x100) and of half precision (from 0x120). */
const VECTOR_RUNS: readonly Run[] = [
  [0x00, 0x0b, I.memarg],
  [0x0c, 0x0d, I.bytes16],
  [0x0e, 0x14, I.none],
  [0x15, 0x22, I.byte],
  [0x23, 0x53, I.none],
  [0x54, 0x5b, I.memargLane],
  [0x5c, 0x5d, I.memarg],
  [0x5e, 0xff, I.none],
  [0x100, 0x120, I.none],
  [0x121, 0x122, I.byte],
  [0x123, 0x14f, I.none],
];

/** Threads, and shared-everything threads (0x04 and from 0x4f), whose first immediate is the memory ordering. */
const ATOMIC_RUNS: readonly Run[] = [
  [0x00, 0x02, I.memarg],
  [0x03, 0x03, I.leb],
  [0x04, 0x04, I.none],
  [0x10, 0x4e, I.memarg],
  [0x4f, 0x5b, I.leb2],
  [0x5c, 0x66, I.leb3],
  [0x67, 0x71, I.leb2],
  [0x72, 0x72, I.none],
];

function table(runs: readonly Run[], size: number): Uint8Array {
  const kinds = new Uint8Array(size);
  for (const [first, last, kind] of runs) kinds.fill(kind, first, last + 1);
  return kinds;
}

/** The kind of immediates by first byte. */
export const CORE_IMMEDIATES: Uint8Array = table(CORE_RUNS, 0x100);

/** The kind of immediates by the number behind the prefixes 0xfb, 0xfc, 0xfd and 0xfe. */
export const PREFIXED_IMMEDIATES: readonly Uint8Array[] = [
  table(GC_RUNS, 0x100),
  table(MISC_RUNS, 0x100),
  table(VECTOR_RUNS, 0x200),
  table(ATOMIC_RUNS, 0x100),
];

/**
 * One number for an opcode of one byte, or of a prefix and a number: `0xfc08` for `memory.init`, `0xfd100` for the
 * first relaxed vector instruction, as LLVM writes them.
 */
export function foldOpcode(prefix: number, number: number): number {
  return prefix * (number < 0x100 ? 0x100 : 0x1000) + number;
}
