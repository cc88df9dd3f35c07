import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tool, ToolArgument, ToolRun } from '../rewrite/tool.ts';

/** An executable as a tool: its files live in a folder of their own that is removed after each run. */
export function processTool(command: readonly [string, ...string[]]): Tool {
  return { name: command.join(' '), run: (args) => runProcess(command, args) };
}

async function runProcess(
  [file, ...first]: readonly [string, ...string[]],
  args: readonly ToolArgument[],
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
    const { status, stdout, stderr } = await waitFor(file, words);
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
): Promise<{ status: number; stdout: Uint8Array; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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
