import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tool, ToolArgument, ToolRun } from '../rewrite/tool.ts';

/** A command and the arguments it always gets. */
export type CommandLine = readonly [string, ...string[]];

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An executable as a tool: its files live in a folder of their own that is removed after each run. */
export function processTool(command: CommandLine, { env = process.env }: { env?: Environment } = {}): Tool {
  return { name: command.join(' '), run: (args) => runProcess(command, args, env) };
}

/** Where the output of a process goes. */
export interface ProcessStreams {
  stdout(bytes: Uint8Array): void;
  stderr(text: string): void;
}

/**
 * Runs a command as it stands, and answers its exit status: what it prints goes to `streams` as it comes, its input is
 * `stdin`, or this process's.
 */
export function runProcessThrough(
  [file, ...first]: CommandLine,
  args: readonly string[],
  { env, stdin, streams }: { env: Environment; stdin?: Uint8Array | undefined; streams: ProcessStreams },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const input = stdin === undefined ? 'inherit' : 'pipe';
    const child = spawn(file, [...first, ...args], { env, stdio: [input, 'pipe', 'pipe'] });
    child.stdout?.on('data', (chunk: Buffer) => streams.stdout(chunk));
    child.stderr?.on('data', (chunk: Buffer) => streams.stderr(chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 128));
    // A command that reads its file and not its input closes the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
}

async function runProcess(
  [file, ...first]: CommandLine,
  args: readonly ToolArgument[],
  env: Environment,
): Promise<ToolRun> {
  const folder = await mkdtemp(join(tmpdir(), 'wasm-frames-'));
  try {
    const names: string[] = [];
    const words: string[] = [...first];
    for (const [index, arg] of args.entries()) {
      if (typeof arg === 'string') {
        words.push(arg);
      } else if ('input' in arg) {
        const path = join(folder, `in${index}`);
        await writeFile(path, arg.input);
        words.push(path);
      } else {
        names.push(arg.output);
        words.push(join(folder, arg.output));
      }
    }
    const { status, stdout, stderr } = await waitFor(file, words, env);
    const outputs = new Map<string, Uint8Array>();
    for (const name of names) {
      const bytes = await readFile(join(folder, name)).catch(() => undefined);
      if (bytes !== undefined) outputs.set(name, bytes);
    }
    return { status, stdout, stderr, outputs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function waitFor(
  file: string,
  args: readonly string[],
  env: Environment,
): Promise<{ status: number; stdout: Uint8Array; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ status: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
  });
}
