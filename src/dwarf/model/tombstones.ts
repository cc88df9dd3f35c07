/**
 * What linkers and optimizers leave where code is gone: one place for the rules, so that every reader has the same.
 *
 * - wasm-ld writes -1 for a reference to a function that it dropped, and -2 in `.debug_ranges` and `.debug_loc`, where
 *   a first number of -1 selects a base address and a pair of zeros ends the list.
 * - Linkers before wasm-ld 12 write 0, or the addend that stood there: a small number.
 * - Binaryen writes 0, and (0, 1) for ranges whose both ends are gone, so that they do not end the list.
 *
 * `ByteReader.address` gives -1 and -2 for the largest two values of every address size.
 */

/** Whether an address stands for code that is gone, whatever table it is in. */
export function isTombstone(address: number): boolean {
  return address < 0;
}

/**
 * Whether the addresses from `start` up to `end` stand for code that is gone.
 *
 * `lowest` is the first address that code can have: in wasm the first byte of the first function's body, because the
 * function count and a body's size stand before it. A range from before it is what old linkers and Binaryen leave,
 * even if its end reaches over live code.
 */
export function isDeadRange(start: number, end: number, lowest: number): boolean {
  return start < lowest || end < 0;
}
