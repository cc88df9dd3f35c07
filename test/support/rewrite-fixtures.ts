import { readFileSync } from 'node:fs';
import { codeOffset } from '../../src/addresses.ts';
import type { DebugModule } from '../../src/debug-module/debug-module.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { engineStacks } from './engine-stacks.ts';

/** Programs that report and trap, from scripts/fixtures/rewrite.mjs. */
export const REWRITE_FIXTURES: readonly string[] = ['walk', 'layers', 'tail', 'catch'].flatMap((program) =>
  ['o0', 'o1', 'o2', 'oz'].map((level) => `${program}-${level}`),
);

export function rewriteFixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/rewrite-${name}/module.wasm`, import.meta.url));
}

/** What the programs are called with: enough for every trap. */
export const INPUTS: readonly (readonly number[])[] = Array.from({ length: 10 }, (_, n) => [n * 37 + 5, n * 13 + 1]);

/** The logical stacks of a program, a frame a line: the engine's own, each of its frames expanded by what we know. */
export async function stacksOf(module: DebugModule): Promise<{ stacks: string[]; results: string[] }> {
  const symbolizer = new Symbolizer(module);
  const start = module.module.codeStart!;
  const { stacks, results } = await engineStacks(module.module.window.toBytes(), { inputs: INPUTS });
  const expanded = new Map<number, string[]>();
  const expand = (offset: number): string[] => {
    let frames = expanded.get(offset);
    if (frames === undefined) {
      frames = symbolizer
        .frames(codeOffset(offset - start))
        .map(({ function: named, file, line, column }) => `${named?.name} ${file?.path}:${line}:${column}`);
      expanded.set(offset, frames);
    }
    return frames;
  };
  return { stacks: stacks.map(({ what, offsets }) => [what, ...offsets.flatMap(expand)].join('\n')), results };
}
