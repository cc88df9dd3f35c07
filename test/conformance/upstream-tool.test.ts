import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { MemoryIo } from '../support/memory-io.ts';

/** What LLVM's tool printed about one module of LLVM's own tests. */
interface Recorded {
  readonly addresses: readonly string[];
  readonly frame: readonly string[];
  readonly data: readonly string[];
  readonly code_offset: number;
  readonly llvm19: Readonly<Record<string, string>>;
  readonly llvm23: Readonly<Record<string, string>>;
}

const ROOT = new URL('../../../shared/cases/upstream/', import.meta.url).pathname;
const names = existsSync(ROOT)
  ? readdirSync(ROOT)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
  : [];
if (names.length === 0) console.log("skipped: modules of LLVM's own tests, ../shared/cases/upstream is not there");

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  noinlines: ['--no-inlines'],
  gnu: ['--output-style=GNU'],
  'gnu-noinl': ['--output-style=GNU', '--no-inlines'],
  json: ['--output-style=JSON'],
  short: ['--functions=short'],
  'nodem-verbose': ['--no-demangle', '--verbose'],
  relnames: ['--relativenames'],
  basenames: ['--basenames'],
  skipzero: ['--skip-line-zero'],
  frame: [],
  data: [],
};

// Recorded by llvm-symbolizer 19.1.7 and 23.1.4; DWARF of every version, moved byte for byte into wasm.
describe.skipIf(names.length === 0).each(['19', '23'] as const)('exact imitation of LLVM %s', (version) => {
  test("LLVM's own modules, byte for byte", async () => {
    let compared = 0;
    const different: string[] = [];
    for (const name of names) {
      const recorded = JSON.parse(readFileSync(`${ROOT}${name}.json`, 'utf8')) as Recorded;
      for (const [output, expected] of Object.entries(recorded[`llvm${version}`])) {
        compared++;
        const found = await run(version, name, recorded, output);
        if (found !== expected) different.push(`${name} ${output}`);
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBe(version === '19' ? 3366 : 918);
  });
});

async function run(version: '19' | '23', name: string, recorded: Recorded, output: string): Promise<string> {
  const addresses = output === 'frame' ? recorded.frame : output === 'data' ? recorded.data : recorded.addresses;
  // Until LLVM 22 code addresses counted from the code section, since then from the start of the file.
  const base = version === '23' && output !== 'data' ? BigInt(recorded.code_offset) : 0n;
  const command = output === 'frame' ? 'FRAME ' : output === 'data' ? 'DATA ' : '';
  const lines = addresses.map((address) => `${command}0x${BigInt.asUintN(64, BigInt(address) + base).toString(16)}\n`);
  const io = new MemoryIo({
    argv0: 'llvm-symbolizer',
    directory: ROOT,
    stdin: lines.join(''),
    replaced: { [`${ROOT}input.wasm`]: readFileSync(`${ROOT}${name}.wasm`) },
  });
  await runLlvmTool([`--llvm=${version}`, ...FLAGS[output]!, '-e', 'input.wasm'], io);
  return io.output;
}
