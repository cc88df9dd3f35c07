import type { Report } from '../../diagnostics.ts';
import type { Io } from '../io.ts';

/** Says on standard error what takes frames away, the first of each kind; what was odd and read all the same it keeps. */
export function reportErrors(io: Io): Report {
  const said = new Set<string>();
  return ({ severity, rule, message, section, offset }) => {
    if (severity !== 'error' || said.has(rule)) return;
    said.add(rule);
    io.stderr(`${io.argv0}: ${message} at ${section}+0x${offset.toString(16)}\n`);
  };
}
