import type { ByteWriter } from '../../bytes/byte-writer.ts';

/**
 * Writes a target address. What damaged input has beyond the size of an address, or beyond what a number holds exactly,
 * is cut to its low bits.
 */
export function writeAddress(out: ByteWriter, address: number, size: number): void {
  if (address === -1 || address === -2 || (address >= 0 && address < 2 ** Math.min(53, 8 * size))) {
    out.address(address, size);
    return;
  }
  let bits = BigInt.asUintN(8 * size, BigInt(address));
  for (let index = 0; index < size; index++) {
    out.u8(Number(bits & 0xffn));
    bits >>= 8n;
  }
}
