import { readFileSync } from 'node:fs';
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
