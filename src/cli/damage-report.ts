import type { Report } from '../diagnostics.ts';
import type { Io } from './io.ts';

/** More damage than this in one module is counted, not told. */
const MOST = 10;

/** Tells of damage in a module on standard error: each once, with its place. What is only odd is left out. */
export function damageReport(path: string, io: Io): Report {
  const told = new Set<string>();
  return ({ severity, message, section, offset }) => {
    if (severity !== 'error') return;
    const text = `${message} at ${section}+0x${offset.toString(16)}`;
    if (told.has(text) || told.size > MOST) return;
    told.add(text);
    const line = told.size > MOST ? 'more damage, which is not listed' : text;
    io.stderr(`${io.argv0}: warning: '${path}': ${line}\n`);
  };
}
