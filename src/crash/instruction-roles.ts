/** Whether a frame can stand at an instruction: as the caller of the next one, as the one that trapped, or not at all. */
export type InstructionRole = 'call' | 'trap' | 'other';

/** Opcodes of one byte at which execution can stop (WebAssembly 3.0, 5.4). */
const TRAPS: readonly (readonly [first: number, last: number])[] = [
  // unreachable; loop, where engines look for interrupts; throw, rethrow, throw_ref
  [0x00, 0x00],
  [0x03, 0x03],
  [0x08, 0x0a],
  // table.get, table.set, loads, stores, memory.grow
  [0x25, 0x26],
  [0x28, 0x3e],
  [0x40, 0x40],
  // div, rem
  [0x6d, 0x70],
  [0x7f, 0x82],
  // trunc of floats
  [0xa8, 0xab],
  [0xae, 0xb1],
  // ref.as_non_null
  [0xd4, 0xd4],
];

/** call, call_indirect, return_call, return_call_indirect, call_ref, return_call_ref */
const FIRST_CALL = 0x10;
const LAST_CALL = 0x15;

/** What a frame at this opcode can be (see `InstructionCursor.opcode`). */
export function roleOf(opcode: number): InstructionRole {
  if (opcode >= FIRST_CALL && opcode <= LAST_CALL) return 'call';
  // Prefixed ones: garbage collection, bulk memory, vector loads, atomics. Few of them cannot trap.
  if (opcode > 0xff) return 'trap';
  return TRAPS.some(([first, last]) => opcode >= first && opcode <= last) ? 'trap' : 'other';
}
