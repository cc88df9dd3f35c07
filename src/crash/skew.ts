import { checkFrame, indexesOf, isSkewable, placeOf } from './checks.ts';
import type { CrashFrame } from './crash.ts';
import type { CrashModule } from './crash-module.ts';

/** A frame of a trace, and whether none of the same module is above it. */
export interface TraceFrame {
  readonly frame: CrashFrame;
  readonly top: boolean;
}

/** More possible places than any function a person wrote has. */
const MOST_PLACES = 1 << 20;

/**
 * The one constant by which every offset of a trace is too high, where there is exactly one.
 *
 * An instrumented copy (Wizer) or another encoding of the section's size (objcopy) moves all code by the same number of
 * bytes. Each frame whose function is known votes for every number that puts it on an instruction that can be there;
 * all frames, or all but one of at least four, have to agree, and at least two have to differ.
 */
export function findSkew(module: CrashModule, frames: readonly TraceFrame[]): number | undefined {
  const voters = distinct(frames.filter(({ frame }) => isSkewable(frame)));
  if (voters.length < 2) return undefined;
  const votes = new Map<number, number>();
  let voting = 0;
  for (const voter of voters) {
    const skews = possibleSkews(module, voter);
    if (skews === undefined) continue;
    voting++;
    for (const skew of skews) votes.set(skew, (votes.get(skew) ?? 0) + 1);
  }
  const needed = voting >= 4 ? voting - 1 : voting;
  if (voting < 2) return undefined;
  let best: number | undefined;
  let most = 0;
  let tied = false;
  for (const [skew, count] of votes) {
    if (count > most) {
      most = count;
      best = skew;
      tied = false;
    } else if (count === most) tied = true;
  }
  if (most < needed) return undefined;
  return tied ? likelier(module, votes, most) : best;
}

/** Of several: the one that an earlier trace of the module had, or the one between the module and its debug file. */
function likelier(module: CrashModule, votes: ReadonlyMap<number, number>, most: number): number | undefined {
  const { module: file, debugFile } = module.symbolizer.module;
  const between =
    file.codeStart === undefined || debugFile.codeStart === undefined
      ? undefined
      : file.codeStart - debugFile.codeStart;
  return [module.knownSkew, between === undefined ? undefined : -between, between].find(
    (skew) => skew !== undefined && votes.get(skew) === most,
  );
}

function distinct(frames: readonly TraceFrame[]): TraceFrame[] {
  const seen = new Set<string>();
  return frames.filter(({ frame }) => {
    const key = `${frame.offset?.value} ${frame.functionIndex} ${frame.functionName}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Every number that puts a frame onto an instruction of its function that fits; `undefined` without a function. */
function possibleSkews(module: CrashModule, { frame, top }: TraceFrame): Set<number> | undefined {
  const indexes = indexesOf(module, frame);
  const place = placeOf(module, frame);
  if (indexes === undefined || indexes.length === 0 || place === undefined) return undefined;
  const skews = new Set<number>();
  for (const index of indexes) {
    const body = module.code.body(index);
    if (body === undefined) continue;
    const { offsets, roles } = module.code.instructions(body);
    for (let at = 0; at < roles.length && skews.size < MOST_PLACES; at++) {
      const role = roles[at]!;
      if (role === 'call' || (top && role === 'trap')) {
        skews.add(place - (frame.offset!.after ? offsets[at + 1]! : offsets[at]!));
      }
    }
  }
  return skews;
}

/** How many frames pass all checks. */
export function countConsistent(
  module: CrashModule,
  frames: readonly TraceFrame[],
  skew: number,
  after?: boolean,
): number {
  return frames.filter(({ frame, top }) => checkFrame(module, frame, top, { skew, after }).address !== undefined)
    .length;
}
