import { spawnSync } from 'node:child_process';
import type { Frame } from '../../src/frames/frame.ts';

/** What llvm-symbolizer prints of frames in JSON, but columns of no line, and files of no line in the version before. */
export const printedFrames = (frames: readonly Frame[]): unknown =>
  (frames.length === 0 ? [undefined] : frames).map((frame) => [
    frame?.function?.linkageName ?? frame?.function?.name ?? '',
    frame?.line === undefined ? '' : (frame.file?.path ?? ''),
    frame?.line ?? 0,
    frame?.column ?? 0,
    frame?.discriminator ?? 0,
  ]);

interface PrintedFrame {
  readonly FunctionName: string;
  readonly FileName: string;
  readonly Line: number;
  readonly Column: number;
  readonly Discriminator: number;
}

/** What a version of llvm-symbolizer prints of a file's frames at code offsets, as {@link printedFrames}. */
export function symbolize(tool: string, file: string, addresses: readonly number[]): unknown[] {
  const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
  const options = ['--output-style=JSON', '--functions=linkage', '--no-demangle', '-e', file];
  const run = spawnSync(tool, options, { encoding: 'utf8', input, maxBuffer: 2 ** 31 - 1 });
  if (run.status !== 0 || run.stderr !== '') throw new Error(`${tool}: ${run.stderr || run.error || run.status}`);
  return run.stdout
    .trim()
    .split('\n')
    .map((line) =>
      (JSON.parse(line) as { Symbol: PrintedFrame[] }).Symbol.map(
        ({ FunctionName, FileName, Line, Column, Discriminator }) => [
          FunctionName === '??' ? '' : FunctionName,
          Line === 0 ? '' : FileName,
          Line,
          Column,
          Discriminator ?? 0,
        ],
      ),
    );
}
