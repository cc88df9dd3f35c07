import { LineAdvance, type SpecialOpcodes } from './line-advance.ts';

/** The first special opcode where all standard opcodes of DWARF 3 to 5 are there. */
const OPCODE_BASE = 13;

/** So many different advances are looked at: the frequent ones decide. */
const MOST_ADVANCES = 2048;

/** Counts how rows follow each other, and finds the special opcodes that make line programs shortest. */
export class AdvanceCounts {
  readonly #counts = new Map<number, number>();

  /** A row whose address and line are so much more than those of the row before. */
  add(address: number, line: number): void {
    // What is far off needs other opcodes anyway.
    if (address > 0xff || line < -0x80 || line > 0x7f) return;
    const key = address * 256 + line + 128;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  best(): SpecialOpcodes {
    const frequent = [...this.#counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_ADVANCES);
    let best: SpecialOpcodes = { lineBase: -5, lineRange: 14, opcodeBase: OPCODE_BASE };
    let smallest = totalSize(frequent, best);
    for (let lineBase = -12; lineBase <= 0; lineBase++) {
      for (let lineRange = Math.max(2, 1 - lineBase); lineRange <= 24; lineRange++) {
        const candidate = { lineBase, lineRange, opcodeBase: OPCODE_BASE };
        const size = totalSize(frequent, candidate);
        if (size < smallest) {
          best = candidate;
          smallest = size;
        }
      }
    }
    return best;
  }
}

function totalSize(frequent: readonly (readonly [number, number])[], opcodes: SpecialOpcodes): number {
  const advance = new LineAdvance(opcodes);
  let size = 0;
  for (const [key, count] of frequent) size += advance.choose(key >> 8, (key & 0xff) - 128) * count;
  return size;
}
