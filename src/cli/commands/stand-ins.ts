import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { isStandIn } from '../optimize/find-tool.ts';

/** Options of `wasm-frames stand-ins`. */
export interface StandInsOptions {
  /** A folder whose `bin` has Binaryen's tools. */
  readonly binaryen: string;
  /** The wasm-opt to use, if not that one. */
  readonly wasmOpt?: string | undefined;
}

/** Tools besides wasm-opt that read a module and write one, between which frames would get lost. */
const CHANGING: ReadonlySet<string> = new Set(['wasm-metadce', 'wasm-ctor-eval', 'wasm-emscripten-finalize']);

/**
 * Makes a folder whose `bin` has every tool of Binaryen: ours in place of those that change code, links to the others.
 * Emscripten takes it as `BINARYEN_ROOT`, clang and others find the tools on PATH. Status 0, or 2 where it cannot be.
 */
export async function standIns(folder: string, options: StandInsOptions, io: Io): Promise<number> {
  const from = join(resolve(io.cwd, options.binaryen), 'bin');
  const bin = join(resolve(io.cwd, folder), 'bin');
  const tools = listTools(from).filter((name) => io.exists(join(from, name)) && !isStandIn(join(from, name), io));
  const wasmOpt = options.wasmOpt === undefined ? join(from, 'wasm-opt') : resolve(io.cwd, options.wasmOpt);
  if (!io.exists(wasmOpt) || isStandIn(wasmOpt, io)) {
    io.stderr(`wasm-frames stand-ins: no wasm-opt of Binaryen's in ${from}; name it with --wasm-opt\n`);
    return 2;
  }
  mkdirSync(bin, { recursive: true });
  for (const name of new Set([...tools, 'wasm-opt'])) {
    const path = join(bin, name);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path);
    if (name === 'wasm-opt') writeScript(path, `opt --wasm-opt=${quote(wasmOpt)}`);
    else if (CHANGING.has(name)) writeScript(path, `run ${quote(join(from, name))}`);
    else symlinkSync(join(from, name), path);
  }
  io.stdout(`${bin}\n`);
  return 0;
}

/** Binaryen's tools in a folder, by what they are called; a folder of a system has others too. */
function listTools(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^(wasm-|wasm2js$)/.test(name));
  } catch {
    return [];
  }
}

function writeScript(path: string, words: string): void {
  writeFileSync(path, `#!/bin/sh\nexec wasm-frames ${words} "$@"\n`);
  chmodSync(path, 0o755);
}

/** A word as the shell reads it back. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
