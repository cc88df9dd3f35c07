import type { Report } from '../../diagnostics.ts';
import type { Io } from '../io.ts';

/** Says what is left out of what is written; what is odd in what is read is for `wasm-frames verify`. */
export function printLosses(command: string, io: Io): Report {
  return ({ rule, message }) => {
    if (rule.startsWith('write/')) io.stderr(`${command}: ${message}\n`);
  };
}
