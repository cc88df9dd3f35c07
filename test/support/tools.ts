/** Other people's tools that tests ask for a second opinion, where they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a tool can be run; says so where it cannot, once for each asking file. */
export function hasTool(tool: string): boolean {
  const found = spawnSync(tool, ['--version']).error === undefined;
  if (!found) console.log(`skipped: ${tool} is not installed`);
  return found;
}

/** What a tool prints about some bytes, put into a file that is gone afterwards. */
export function ask(tool: string, options: readonly string[], input: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-test-'));
  try {
    const file = join(folder, 'module.wasm');
    writeFileSync(file, input);
    const run = spawnSync(tool, [...options, file], { encoding: 'utf8', maxBuffer: 2 ** 31 - 1 });
    if (run.status !== 0) throw new Error(`${tool} ${options.join(' ')}: ${run.stderr || run.error || run.status}`);
    return run.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
