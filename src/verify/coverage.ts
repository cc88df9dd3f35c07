import { CODE, type CodeMap, DEEPEST } from './code-map.ts';

/** How much of some code debug information describes, in bytes unless it says otherwise. */
export interface Coverage {
  /** Bytes of functions' bodies. */
  readonly code: number;
  /** Bytes that a row covers. */
  readonly withRow: number;
  /** Of these, those whose row says line 0: from no line. */
  readonly withLineZero: number;
  /** Bytes that a function of the debug information covers. */
  readonly withFunction: number;
  /** Bytes inside inlined calls. */
  readonly inlined: number;
  /** Bytes that have both a function and a line. */
  readonly answered: number;
  /** How many inlined calls are around a byte, at the most. */
  readonly deepest: number;
  /** Frames that a byte with a function has, on average. */
  readonly frames: number;
  /** Functions' bodies, and how many have a row, and a function. */
  readonly functions: number;
  readonly functionsWithRow: number;
  readonly functionsWithFunction: number;
}

/** What the debug information of a module covers, in all and unit by unit. */
export interface VerifiedCoverage extends Coverage {
  /** Subprograms that begin where a function does. */
  readonly subprograms: number;
  readonly inlinedCalls: number;
  /** Inlined calls that no code is left of. */
  readonly lostInlinedCalls: number;
  readonly rows: number;
  readonly sequences: number;
  readonly units: readonly UnitCoverage[];
}

interface UnitCoverage extends Coverage {
  readonly name: string;
  /** Where the unit starts in `.debug_info`. */
  readonly offset: number;
}

/** Coverage of all bodies, or of those with these numbers. */
export function coverageOf(
  map: CodeMap,
  bodies: readonly number[] = Array.from({ length: map.functions.bodyCount }, (_, body) => body),
): Coverage {
  let code = 0;
  let withRow = 0;
  let withLineZero = 0;
  let withFunction = 0;
  let inlined = 0;
  let answered = 0;
  let deepest = 0;
  let frames = 0;
  let functionsWithRow = 0;
  let functionsWithFunction = 0;
  const { flags } = map;
  for (const body of bodies) {
    const end = map.bodyEnd(body);
    let all = 0;
    for (let at = map.bodyStart(body); at < end; at++) {
      const byte = flags[at]!;
      all |= byte;
      code++;
      if ((byte & CODE.row) !== 0) {
        withRow++;
        if ((byte & CODE.lineZero) !== 0) withLineZero++;
        else if ((byte & CODE.function) !== 0) answered++;
      }
      if ((byte & CODE.function) === 0) continue;
      withFunction++;
      const depth = byte >> 4;
      frames += depth + 1;
      if (depth > 0) inlined++;
      if (depth > deepest) deepest = depth;
    }
    if ((all & CODE.row) !== 0) functionsWithRow++;
    if ((all & CODE.function) !== 0) functionsWithFunction++;
  }
  return {
    code,
    withRow,
    withLineZero,
    withFunction,
    inlined,
    answered,
    deepest: Math.min(deepest, DEEPEST),
    frames: withFunction === 0 ? 0 : frames / withFunction,
    functions: bodies.length,
    functionsWithRow,
    functionsWithFunction,
  };
}
