/** What llvm-dwarfdump 19 --verify says of a module, where it is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const LLVM_VERIFY = 'llvm-dwarfdump-19';

/** The categories under which it counts errors. */
export function llvmCategories(bytes: Uint8Array): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-test-'));
  try {
    const input = join(folder, 'module.wasm');
    const output = join(folder, 'verify.json');
    writeFileSync(input, bytes);
    const run = spawnSync(LLVM_VERIFY, ['--verify', `--verify-json=${output}`, '--error-display=summary', input], {
      timeout: 20_000,
    });
    if (run.signal !== null) throw new Error(`${LLVM_VERIFY} ended by ${run.signal}`);
    const said = JSON.parse(readFileSync(output, 'utf8')) as { 'error-categories': Record<string, unknown> };
    return Object.keys(said['error-categories']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
