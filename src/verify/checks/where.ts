import { CODE } from '../code-map.ts';
import type { VerifyContext } from '../context.ts';
import { hex } from '../hex.ts';

/** Where an address is in the code, for messages about addresses that are at no good place. */
export function whereIs({ map }: VerifyContext, address: number): string {
  const body = map!.bodyAt(address);
  if (body < 0)
    return address >= map!.end ? `past the code, which ends at ${hex(map!.end)}` : 'before the first function';
  const start = map!.bodyStart(body);
  if (address < start) return 'in the size of a function';
  const inside = `${address - start} bytes into function ${body + map!.functions.importCount} at ${hex(start)}`;
  return (map!.flags[address]! & CODE.instruction) !== 0 ? inside : `within an instruction, ${inside}`;
}

/** `12 at 0x34`. */
export function nameOfBody({ map }: VerifyContext, body: number): string {
  return `${body + map!.functions.importCount} at ${hex(map!.bodyStart(body))}`;
}
