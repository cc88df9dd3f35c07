import { readdirSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { recordedCases } from './cases.ts';
import { MemoryIo } from './memory-io.ts';

/** One recorded run of an LLVM tool, made in the directory of the modules. */
export interface Case {
  readonly id: string;
  readonly tool: 'symbolizer' | 'addr2line';
  readonly argv: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
}

/** What the tool answered. */
export interface Answer {
  /** Negative: died by this signal. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder of recorded runs of llvm-symbolizer and llvm-addr2line 19.1.7 and 23.1.4, where it is there. */
const root = recordedCases('llvm');

export function recordedRuns(): readonly Case[] {
  return root === undefined ? [] : JSON.parse(readFileSync(`${root}cases.json`, 'utf8'));
}

export function recordedAnswers(version: '19' | '23'): Readonly<Record<string, Answer>> {
  return root === undefined ? {} : JSON.parse(readFileSync(`${root}out/${version}.json`, 'utf8'));
}

/** Runs a case with our tool, with some more options in front. */
export async function run({ tool, argv, stdin, env }: Case, options: readonly string[]): Promise<Answer> {
  const io = new MemoryIo({
    argv0: `llvm-${tool}`,
    directory: `${root}mods`,
    stdin: stdin ?? '',
    env,
    renamed: { '/home/dev/llvm-lab/cases/': root! },
    replaced: debugLinkModule(),
  });
  const rc = await runLlvmTool([...options, ...argv], io);
  return { rc, stdout: io.output, stderr: io.errors };
}

let replaced: Record<string, Uint8Array> | undefined;

/**
 * The module with a debug link: the paths in the module that it links to were made anonymous after the recording, which
 * changed the checksum that the link has to have.
 */
function debugLinkModule(): Record<string, Uint8Array> {
  if (replaced !== undefined) return replaced;
  const path = `${root}mods/o2-gnudebuglink.wasm`;
  const bytes = Buffer.from(readFileSync(path));
  const name = bytes.indexOf('.gnu_debuglink') + '.gnu_debuglink'.length;
  bytes.writeUInt32LE(crc32(readFileSync(`${root}mods/o2.wasm`)), name + 'o2.wasm\0'.length);
  replaced = { [path]: bytes };
  return replaced;
}

/** What LLVM's tool printed about one module of LLVM's own tests. */
export interface UpstreamModule {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly frame: readonly string[];
  readonly data: readonly string[];
  readonly code_offset: number;
  readonly llvm19: Readonly<Record<string, string>>;
  readonly llvm23: Readonly<Record<string, string>>;
}

const upstreamRoot = recordedCases('upstream');

/** DWARF of every version, moved byte for byte into wasm, and what llvm-symbolizer 19.1.7 and 23.1.4 printed. */
export function upstreamModules(): readonly UpstreamModule[] {
  if (upstreamRoot === undefined) return [];
  return readdirSync(upstreamRoot)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      ...JSON.parse(readFileSync(upstreamRoot + file, 'utf8')),
      name: file.slice(0, -'.json'.length),
    }));
}

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

/** Asks our tool about a module as LLVM of a version was asked, with some more options in front. */
export async function runUpstream(
  module: UpstreamModule,
  output: string,
  version: '19' | '23',
  options: readonly string[],
): Promise<string> {
  const addresses = output === 'frame' ? module.frame : output === 'data' ? module.data : module.addresses;
  // Until LLVM 22 code addresses counted from the code section, since then from the start of the file.
  const base = version === '23' && output !== 'data' ? BigInt(module.code_offset) : 0n;
  const command = output === 'frame' ? 'FRAME ' : output === 'data' ? 'DATA ' : '';
  const lines = addresses.map((address) => `${command}0x${BigInt.asUintN(64, BigInt(address) + base).toString(16)}\n`);
  const io = new MemoryIo({
    argv0: 'llvm-symbolizer',
    directory: upstreamRoot!,
    stdin: lines.join(''),
    replaced: { [`${upstreamRoot}input.wasm`]: readFileSync(`${upstreamRoot}${module.name}.wasm`) },
  });
  await runLlvmTool([...options, ...FLAGS[output]!, '-e', 'input.wasm'], io);
  return io.output;
}
