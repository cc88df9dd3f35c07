import { type FrameTable, framesAt } from '../frames/frame-table.ts';
import {
  type ComparedFunction,
  countFrames,
  type Difference,
  emptyCounts,
  type FunctionComparison,
  Seen,
} from './compare-frames.ts';

/** An instruction that is known again in other code. */
export interface Anchor {
  readonly address: number;
  /** What it is: `call sqrt`, `i32 4096`, `offset 16`. */
  readonly token: string;
  /** Whether few functions have it. */
  readonly isRare: boolean;
}

/** A function of one of two modules that are compared by structure. */
export interface StructuredFunction extends ComparedFunction {
  /** In the order of the code. */
  readonly anchors: readonly Anchor[];
}

/** No function has more anchors that are worth aligning. */
const MOST_ANCHORS = 2000;
/** A constant that is in a function more often says little of where it is. */
const MOST_OFTEN = 4;

/**
 * Compares functions that are one by their names or their constants, where it is not known which instruction comes from
 * which: the inlined calls and lines that are in them at all, and the frames of the same calls, constants and memory
 * accesses in the same order. All of it is inferred.
 */
export function* compareStructure(
  before: FrameTable,
  after: FrameTable,
  functions: Iterable<{ readonly before: StructuredFunction; readonly after: StructuredFunction }>,
): Generator<FunctionComparison> {
  for (const pair of functions) {
    const wanted = new Seen();
    const found = new Seen();
    for (const address of pair.before.addresses) wanted.add(framesAt(before, address));
    for (const address of pair.after.addresses) found.add(framesAt(after, address));
    const counts = emptyCounts();
    let first: Difference | undefined;
    for (const [one, other] of alignedAnchors(pair.before.anchors, pair.after.anchors)) {
      const frames = framesAt(before, one);
      if (frames.length === 0) continue;
      const actual = framesAt(after, other);
      counts.instructions++;
      counts.inferred++;
      if (!countFrames(frames, actual, counts)) first ??= { address: other, expected: frames, actual };
    }
    const { index, name } = pair.after;
    yield { index, name, counts, ...wanted.lostIn(found), first };
  }
}

/** Addresses of the instructions that are in both, in order: the longest common sequence of what they are. */
function alignedAnchors(all: readonly Anchor[], allOthers: readonly Anchor[]): [number, number][] {
  const [one, other] = inBoth(all, allOthers);
  if (one.length > MOST_ANCHORS || other.length > MOST_ANCHORS) return [];
  const width = other.length + 1;
  const lengths = new Uint16Array((one.length + 1) * width);
  for (let a = one.length - 1; a >= 0; a--) {
    for (let b = other.length - 1; b >= 0; b--) {
      lengths[a * width + b] =
        one[a]!.token === other[b]!.token
          ? lengths[(a + 1) * width + b + 1]! + 1
          : Math.max(lengths[(a + 1) * width + b]!, lengths[a * width + b + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let a = 0, b = 0; a < one.length && b < other.length; ) {
    if (one[a]!.token === other[b]!.token) pairs.push([one[a++]!.address, other[b++]!.address]);
    else if (lengths[(a + 1) * width + b]! >= lengths[a * width + b + 1]!) a++;
    else b++;
  }
  return pairs;
}

/** Calls, and of the constants those that both functions have as often, and not often: others are anybody's. */
function inBoth(one: readonly Anchor[], other: readonly Anchor[]): [Anchor[], Anchor[]] {
  const [counts, otherCounts] = [countsOf(one), countsOf(other)];
  const isKept = ({ token }: Anchor): boolean => {
    if (token.startsWith('call ')) return true;
    const count = counts.get(token);
    return count !== undefined && count <= MOST_OFTEN && count === otherCounts.get(token);
  };
  return [one.filter(isKept), other.filter(isKept)];
}

function countsOf(anchors: readonly Anchor[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { token } of anchors) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
