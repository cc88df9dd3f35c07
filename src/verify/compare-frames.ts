import type { Frame } from '../frames/frame.ts';
import { type FrameTable, framesAt } from '../frames/frame-table.ts';

/** How an instruction's frames are against those that it should have. */
export interface FrameCounts {
  /** Instructions whose frames are known from the code before. */
  instructions: number;
  /** All frames are right: functions, files and lines. */
  right: number;
  /** The innermost file and line are right. */
  innermostRight: number;
  /** There are none at all. */
  none: number;
  /** Inlined calls are missing. */
  lost: number;
  /** There are inlined calls too many. */
  extra: number;
  /** As many frames as there should be, of other functions. */
  otherFunction: number;
  /** The right functions, at other lines. */
  otherLine: number;
  /** Of `instructions`, those whose frames before are inferred, or one of several. */
  inferred: number;
}

/** What was lost of a function. */
export interface FunctionComparison {
  /** Index of the function, imports first. */
  readonly index: number;
  readonly name: string | undefined;
  readonly counts: FrameCounts;
  /** Inlined calls that are in no stack any more: `callee called at file:line`. */
  readonly lostCalls: readonly string[];
  /** Lines that no instruction has any more: `file:line`. */
  readonly lostLines: readonly string[];
  /** Where the first instruction with other frames is, and both. */
  readonly first: Difference | undefined;
}

export interface Difference {
  readonly address: number;
  readonly expected: readonly Frame[];
  readonly actual: readonly Frame[];
}

/** A function's code and its instructions. */
export interface ComparedFunction {
  readonly index: number;
  readonly name: string | undefined;
  readonly addresses: Iterable<number>;
}

/** The frames that an instruction should have, and whether they are inferred. */
export interface ExpectedFrames {
  readonly frames: readonly Frame[];
  readonly isInferred: boolean;
}

/**
 * Compares the frames that instructions have with those that they should have, function by function.
 *
 * @param expected what the instruction at an address should have; `undefined` where that is not known.
 * @param actual the frames that the module after says.
 */
export function* compareFrames(
  expected: (address: number) => ExpectedFrames | undefined,
  actual: FrameTable,
  functions: Iterable<ComparedFunction>,
): Generator<FunctionComparison> {
  for (const { index, name, addresses } of functions) {
    const counts = emptyCounts();
    const wanted = new Seen();
    const found = new Seen();
    let first: Difference | undefined;
    for (const address of addresses) {
      const after = framesAt(actual, address);
      found.add(after);
      const known = expected(address);
      if (known === undefined || known.frames.length === 0) continue;
      const before = known.frames;
      wanted.add(before);
      counts.instructions++;
      if (known.isInferred) counts.inferred++;
      if (!countFrames(before, after, counts)) first ??= { address, expected: before, actual: after };
    }
    if (counts.instructions === 0) continue;
    yield { index, name, counts, ...wanted.lostIn(found), first };
  }
}

/** The inlined calls and the lines that the frames of some instructions say. */
export class Seen {
  readonly #calls = new Set<string>();
  readonly #lines = new Set<string>();

  add(frames: readonly Frame[]): void {
    for (let at = 0; at < frames.length; at++) {
      const frame = frames[at]!;
      if (at > 0) this.#calls.add(`${nameOf(frames[at - 1]!) ?? '?'} called at ${placeOf(frame)}`);
      else if (frame.line !== undefined) this.#lines.add(placeOf(frame));
    }
  }

  lostIn(found: Seen): { lostCalls: string[]; lostLines: string[] } {
    return {
      lostCalls: [...this.#calls].filter((each) => !found.#calls.has(each)),
      lostLines: [...this.#lines].filter((each) => !found.#lines.has(each)),
    };
  }
}

export function emptyCounts(): FrameCounts {
  return {
    instructions: 0,
    right: 0,
    innermostRight: 0,
    none: 0,
    lost: 0,
    extra: 0,
    otherFunction: 0,
    otherLine: 0,
    inferred: 0,
  };
}

/** Adds the counts of one function to those of all. */
export function addCounts(to: FrameCounts, from: FrameCounts): void {
  for (const key of Object.keys(to) as (keyof FrameCounts)[]) to[key] += from[key];
}

/** Counts an instruction; whether its frames are right. */
export function countFrames(before: readonly Frame[], after: readonly Frame[], counts: FrameCounts): boolean {
  if (sameLine(before[0]!, after[0])) counts.innermostRight++;
  if (after.length === 0) counts.none++;
  else if (after.length < before.length) counts.lost++;
  else if (after.length > before.length) counts.extra++;
  else if (!before.every((frame, at) => nameOf(frame) === nameOf(after[at]!))) counts.otherFunction++;
  else if (!before.every((frame, at) => sameLine(frame, after[at]))) counts.otherLine++;
  else {
    counts.right++;
    return true;
  }
  return false;
}

/** `app.cpp:12`. */
export function placeOf({ file, line }: Frame): string {
  return `${file?.path ?? '?'}:${line ?? 0}`;
}

/** The function's linkage name, else its plain one. */
export function nameOf({ function: named }: Frame): string | undefined {
  return named?.linkageName ?? named?.name;
}

function sameLine(a: Frame, b: Frame | undefined): boolean {
  return b !== undefined && a.line === b.line && a.file?.path === b.file?.path;
}
