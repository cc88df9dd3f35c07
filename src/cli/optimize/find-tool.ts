import type { Io } from '../io.ts';

/** How much of a file is looked at to tell what it is. */
const HEAD = 400;

/**
 * The command that runs a tool: the first of that name on PATH that is not a stand-in of ours (a script that calls
 * `wasm-frames`). `undefined` where there is none.
 */
export function findTool(name: string, io: Io): readonly [string, ...string[]] | undefined {
  for (const folder of (io.env['PATH'] ?? '').split(':')) {
    const path = `${folder || '.'}/${name}`;
    if (io.exists(path) && !isStandIn(path, io)) return toolAt(path, io);
  }
  return undefined;
}

/** Whether a file is a script that calls us. */
export function isStandIn(path: string, io: Io): boolean {
  return head(path, io).includes('wasm-frames');
}

/** The command that runs the tool in a file: npm's build is a script for Node, which need not be on PATH. */
export function toolAt(path: string, io: Io): readonly [string, ...string[]] {
  const first = head(path, io).split('\n')[0] ?? '';
  return /^#!.*\bnode\b/.test(first) ? [process.execPath, path] : [path];
}

function head(path: string, io: Io): string {
  const source = io.openFile(path);
  return Buffer.from(source.read(0, Math.min(HEAD, source.size))).toString('latin1');
}
