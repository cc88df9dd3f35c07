import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOOL = 'llvm-symbolizer-19';

/** A logical frame as llvm-symbolizer gives it; '' and 0 are unknown. */
export interface LlvmFrame {
  readonly FunctionName: string;
  readonly FileName: string;
  readonly Line: number;
  readonly Column: number;
}

/**
 * What llvm-symbolizer 19 answers at code offsets, innermost first.
 *
 * It is asked about a copy without names and exports: versions 18 to 22 take those for symbols at file offsets, and
 * give the outermost frame another function's name (llvm#129523).
 */
export function llvmChains(module: Uint8Array, addresses: readonly number[]): LlvmFrame[][] {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-chains-'));
  try {
    const file = join(folder, 'module.wasm');
    writeFileSync(file, withoutSymbols(module));
    const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
    const run = spawnSync(TOOL, ['--output-style=JSON', '-e', file], { encoding: 'utf8', input });
    if (run.status !== 0) throw new Error(`${TOOL}: ${run.stderr}`);
    const lines = run.stdout.trim().split('\n').filter(Boolean);
    return lines.map((line) => (JSON.parse(line) as { Symbol?: LlvmFrame[] }).Symbol ?? []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withoutSymbols(module: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const start = at;
    const id = module[at++]!;
    const size = leb();
    const payload = at;
    const end = payload + size;
    const nameSize = id === 0 ? leb() : 0;
    const name = id === 0 ? Buffer.from(module.subarray(at, at + nameSize)).toString('latin1') : '';
    at = end;
    if (id !== 7 && name !== 'name') kept.push(module.subarray(start, end));

    function leb(): number {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = module[at++]!;
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) return value;
      }
    }
  }
  return Buffer.concat(kept);
}
