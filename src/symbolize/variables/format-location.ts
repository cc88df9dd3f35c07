import type { Window } from '../../bytes/window.ts';
import { simpleLocation } from '../../dwarf/read/expressions.ts';
import type { Unit } from '../../dwarf/read/unit.ts';

/**
 * Where a value is, in words: `local 3`, `global 0`, `stack 1`, `frame+12`, `address 0x450`; `undefined` for
 * expressions that compute more.
 *
 * @throws FormatError where the expression is damaged.
 */
export function formatLocation(expression: Window, unit: Unit): string | undefined {
  const location = simpleLocation(expression, unit.header);
  switch (location?.kind) {
    case undefined:
      return undefined;
    case 'wasm-local':
      return `local ${location.index}`;
    case 'wasm-global':
      return `global ${location.index}`;
    case 'wasm-stack':
      return `stack ${location.index}`;
    case 'frame-base':
      return `frame${location.offset < 0 ? '' : '+'}${location.offset}`;
    case 'address':
      return formatAddress(location.address);
    case 'address-index':
      return formatAddress(unit.addressAt(location.index));
    case 'register':
      return `register ${location.register}`;
    case 'register-offset':
      return `register ${location.register}${location.offset < 0 ? '' : '+'}${location.offset}`;
    case 'call-frame':
      return 'call frame';
    default:
      return location satisfies never;
  }
}

function formatAddress(address: number): string | undefined {
  return address < 0 ? undefined : `address 0x${address.toString(16)}`;
}
