import type { Frame } from '../../frames/frame.ts';
import { nameOf, placeOf } from '../../verify/compare-frames.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { engineStacks } from './engine-stacks.ts';

/** A module that is run. */
export interface RunModule {
  readonly bytes: Uint8Array;
  readonly module: WasmModule;
  /** The frames at a place in the file, innermost first. */
  readonly frames: (offset: number) => readonly Frame[];
}

/** What the engine's stacks of two modules, with their frames, have in common. */
export interface RunComparison {
  /** Stacks that both runs have. */
  readonly stacks: number;
  /** Of these, those with the same frames: functions, files and lines. */
  readonly right: number;
  /** Of these, those whose innermost frame is at the same line. */
  readonly innermostRight: number;
  /** Stacks of runs that went different ways from there on. */
  readonly diverged: number;
  /** Calls that took too long in one of the runs: of their stacks, those are compared that both have. */
  readonly stopped: readonly string[];
  /** Calls that there was no time left for in one of the runs. */
  readonly leftOut: number;
  /** The first stacks that are not the same. */
  readonly differences: readonly { what: string; expected: readonly Frame[]; actual: readonly Frame[] }[];
}

const MOST_DIFFERENCES = 100;

/**
 * Runs both modules and compares their stacks, one after the other: the truth that needs no trust.
 *
 * @param seconds how long each of them may run.
 * @throws FileError where the engine refuses one of them.
 */
export async function compareRuns(before: RunModule, after: RunModule, seconds: number): Promise<RunComparison> {
  const runs = [
    await engineStacks(before.bytes, before.module, seconds),
    await engineStacks(after.bytes, after.module, seconds),
  ] as const;
  const [wanted, found] = [byCall(runs[0].stacks), byCall(runs[1].stacks)];
  const stopped = new Set(runs.flatMap((each) => each.stopped));
  const leftOut = Math.max(...runs.map((each) => each.leftOut));
  let stacks = 0;
  let right = 0;
  let innermostRight = 0;
  let diverged = 0;
  const differences: { what: string; expected: readonly Frame[]; actual: readonly Frame[] }[] = [];
  for (const [call, expected] of wanted) {
    const actual = found.get(call) ?? [];
    for (let at = 0; at < expected.length; at++) {
      const [one, other] = [expected[at]!, actual[at]];
      if (one.what !== other?.what) {
        // Where a run was cut short nobody knows how it went on.
        if (other !== undefined || (!stopped.has(call) && leftOut === 0)) diverged += expected.length - at;
        break;
      }
      stacks++;
      const [left, rightFrames] = [one.offsets.flatMap(before.frames), other.offsets.flatMap(after.frames)];
      if (text(left.slice(0, 1)) === text(rightFrames.slice(0, 1))) innermostRight++;
      if (text(left) === text(rightFrames)) right++;
      else if (differences.length < MOST_DIFFERENCES) {
        differences.push({ what: one.what, expected: left, actual: rightFrames });
      }
    }
  }
  return { stacks, right, innermostRight, diverged, stopped: [...stopped], leftOut, differences };
}

function byCall<T extends { readonly what: string }>(stacks: readonly T[]): Map<string, T[]> {
  const calls = new Map<string, T[]>();
  for (const stack of stacks) {
    const call = stack.what.slice(0, stack.what.indexOf(': '));
    const known = calls.get(call);
    if (known === undefined) calls.set(call, [stack]);
    else known.push(stack);
  }
  return calls;
}

function text(frames: readonly Frame[]): string {
  return frames.map((frame) => `${nameOf(frame)} ${placeOf(frame)}`).join('\n');
}
