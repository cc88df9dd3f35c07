/** Programs compiled for one test, where clang 19 and its linkers are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error: the scripts are plain JavaScript.
import { elfToWasm } from '../../scripts/fixtures/elf-to-wasm.mjs';

/** A C++ program as a module that wasm-ld links. */
export function compileWasm(source: string, flags: readonly string[]): Uint8Array {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'a.cpp'), source);
    const base = ['--target=wasm32', '-std=c++20', '-ffreestanding', '-fno-exceptions', '-fno-rtti', '-w'];
    runIn(folder, 'clang++-19', ...base, ...flags, '-c', 'a.cpp', '-o', 'a.o');
    runIn(folder, 'wasm-ld-19', '--no-entry', '--export=use', 'a.o', '-o', 'a.wasm');
    return new Uint8Array(readFileSync(join(folder, 'a.wasm')));
  });
}

/** The same compiled and linked for ELF, its debug sections moved into a module byte for byte. */
export function compileMoved(source: string, flags: readonly string[]): Uint8Array {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'a.cpp'), source);
    const base = ['--target=x86_64-linux-gnu', '-std=c++20', '-ffreestanding', '-fno-exceptions', '-fno-rtti', '-w'];
    // Room before each function for the size of a body.
    const room = [
      '-fcf-protection=none',
      '-fpatchable-function-entry=8,8',
      '-fno-pie',
      '-fno-asynchronous-unwind-tables',
    ];
    runIn(folder, 'clang++-19', ...base, ...room, ...flags, '-c', 'a.cpp', '-o', 'a.o');
    runIn(folder, 'ld.lld-19', '-e', '0', '--omagic', '--image-base=0', '-Ttext=0x20', 'a.o', '-o', 'a.elf');
    return new Uint8Array(elfToWasm(readFileSync(join(folder, 'a.elf'))));
  });
}

function runIn(folder: string, tool: string, ...options: string[]): void {
  const run = spawnSync(tool, options, { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${tool} ${options.join(' ')}: ${run.stderr || run.error || run.status}`);
}

function inFolder<T>(make: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-test-'));
  try {
    return make(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
