import type { Io } from '../io.ts';

/** How much of a file is looked at to tell what it is. */
const HEAD = 400;

/**
 * The command that runs the real wasm-opt: the one that is named, or the first on PATH that is not a stand-in of ours
 * (a script that calls `wasm-frames`). `undefined` where there is none.
 */
export function findWasmOpt(named: string | undefined, io: Io): readonly [string, ...string[]] | undefined {
  if (named !== undefined) return commandFor(named, io);
  for (const folder of (io.env['PATH'] ?? '').split(':')) {
    const path = `${folder || '.'}/wasm-opt`;
    if (io.exists(path) && !head(path, io).includes('wasm-frames')) return commandFor(path, io);
  }
  return undefined;
}

/** npm's build is a script for Node, which need not be on PATH. */
function commandFor(path: string, io: Io): readonly [string, ...string[]] {
  const first = head(path, io).split('\n')[0] ?? '';
  return /^#!.*\bnode\b/.test(first) ? [process.execPath, path] : [path];
}

function head(path: string, io: Io): string {
  const source = io.openFile(path);
  return Buffer.from(source.read(0, Math.min(HEAD, source.size))).toString('latin1');
}
