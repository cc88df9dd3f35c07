import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processTool } from '../../src/node/process-tool.ts';
import type { Tool } from '../../src/rewrite/tool.ts';

/** npm's wasm-opt, a development dependency. */
export const WASM_OPT: string = fileURLToPath(new URL('../../node_modules/binaryen/bin/wasm-opt', import.meta.url));

export function wasmOpt(): Tool {
  return processTool([process.execPath, WASM_OPT]);
}

/** Debian's wasm-opt, which is too old; `undefined`, which is printed, where there is none. */
export function oldWasmOpt(): string | undefined {
  if (existsSync('/usr/bin/wasm-opt')) return '/usr/bin/wasm-opt';
  console.log('skipped: no wasm-opt of the distribution');
  return undefined;
}
