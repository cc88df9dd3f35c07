import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { MemoryIo } from '../support/memory-io.ts';

/** One recorded run of an LLVM tool, made in the directory of the modules. */
interface Case {
  readonly id: string;
  readonly tool: 'symbolizer' | 'addr2line';
  readonly argv: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
}

interface Answer {
  /** Negative: died by this signal. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = new URL('../../../shared/cases/llvm/', import.meta.url).pathname;
const present = existsSync(`${ROOT}cases.json`);
const replaced = present ? debugLinkModule() : {};
if (!present) console.log('skipped: recorded answers of LLVM, ../shared/cases/llvm is not there');

// Recorded by llvm-symbolizer and llvm-addr2line 19.1.7 and 23.1.4.
describe.skipIf(!present).each(['19', '23'])('exact imitation of LLVM %s', (version) => {
  const cases = present ? (JSON.parse(readFileSync(`${ROOT}cases.json`, 'utf8')) as Case[]) : [];
  const answers = present
    ? (JSON.parse(readFileSync(`${ROOT}out/${version}.json`, 'utf8')) as Record<string, Answer>)
    : {};
  const died = cases.filter(({ id }) => answers[id]!.rc < 0);

  test('the cases are those we know', () => {
    expect(cases.length).toBe(1896);
    expect(died.length).toBe(11);
  });

  test('every case, byte for byte', async () => {
    const different: string[] = [];
    for (const each of cases) {
      if (died.includes(each)) continue;
      const { rc, stdout, stderr } = answers[each.id]!;
      const io = await run(version, each);
      if (io.status !== rc || io.output !== stdout) different.push(each.id);
      else if (io.errors !== stderr) different.push(`${each.id} (stderr)`);
    }
    expect(different).toEqual([]);
  });

  test.each(died)('$id: a clear error where LLVM dies', async (each) => {
    const io = await run(version, each);
    expect(io.status).toBe(1);
    expect(io.errors).toMatch(new RegExp(`^llvm-symbolizer: error: LLVM ${version} dies here: .+$`, 'm'));
  });
});

async function run(version: string, { tool, argv, stdin, env }: Case): Promise<MemoryIo & { status: number }> {
  const io = new MemoryIo({
    argv0: `llvm-${tool}`,
    directory: `${ROOT}mods`,
    stdin: stdin ?? '',
    env,
    renamed: { '/home/dev/llvm-lab/cases/': ROOT },
    replaced,
  });
  const status = await runLlvmTool([`--llvm=${version}`, ...argv], io);
  return Object.assign(io, { status });
}

/**
 * The module with a debug link: the paths in the module that it links to were made anonymous after the recording, which
 * changed the checksum that the link has to have.
 */
function debugLinkModule(): Record<string, Uint8Array> {
  const path = `${ROOT}mods/o2-gnudebuglink.wasm`;
  const bytes = Buffer.from(readFileSync(path));
  const name = bytes.indexOf('.gnu_debuglink') + '.gnu_debuglink'.length;
  bytes.writeUInt32LE(crc32(readFileSync(`${ROOT}mods/o2.wasm`)), name + 'o2.wasm\0'.length);
  return { [path]: bytes };
}
