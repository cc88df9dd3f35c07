import { decodeUtf8 } from '../../bytes/text.ts';
import type { Io } from '../io.ts';
import { tokenize } from './tokenize.ts';

/** Response files may name response files; no one nests deeper. */
const MAXIMUM_DEPTH = 32;

/**
 * Arguments with each `@FILE` replaced by the words of that file. A file that cannot be read stays as it stands; so does
 * one that is being read already, with a message.
 */
export function expandResponseFiles(args: readonly string[], io: Io, open: readonly string[] = []): string[] {
  const expanded: string[] = [];
  for (const argument of args) {
    const path = argument.startsWith('@') ? argument.slice(1) : '';
    const again = open.includes(path) || open.length > MAXIMUM_DEPTH;
    if (again) io.stderr(`recursive expansion of: '${path}'\n`);
    const text = path === '' || again ? undefined : readText(path, io);
    if (text === undefined) expanded.push(argument);
    else for (const word of expandResponseFiles(tokenize(text), io, [...open, path])) expanded.push(word);
  }
  return expanded;
}

function readText(path: string, io: Io): string | undefined {
  try {
    const text = decodeUtf8(io.readFile(path));
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  } catch {
    return undefined;
  }
}
