import { QUALITY } from '../frames/quality.ts';
import { type CodeListing, OP, PROLOGUE } from './code-listing.ts';
import { type EntryOrigins, LABEL } from './identity-map.ts';
import { MADE, type Provenance, ProvenanceBuilder, UNKNOWN } from './provenance.ts';

/** Whether an instruction only marks a place between others; Binaryen never labels these, and nothing stops at them. */
export function isMark(opcode: number): boolean {
  return (
    opcode === OP.end || opcode === OP.else || opcode === OP.catch || opcode === OP.catch_all || opcode === OP.delegate
  );
}

/**
 * The provenance of a run that moved instructions and inlined none: each new instruction comes from the old one its
 * label names. `others` has further entries that a new one was too, where several were made one.
 */
export function provenanceOfMoves(
  before: CodeListing,
  after: CodeListing,
  origins: EntryOrigins,
  others: ReadonlyMap<number, readonly number[]> = new Map(),
): Provenance {
  const out = new ProvenanceBuilder();
  const links = new Int32Array(before.offsets.length).fill(-1);
  const link = (origin: number): number => {
    if (links[origin]! < 0) links[origin] = out.link(before.offsets[origin]!, -1);
    return links[origin]!;
  };
  for (let n = 0; n < after.functionCount; n++) {
    const end = after.first[n + 1]!;
    for (let entry = after.first[n]!; entry < end; entry++) {
      const origin = origins.origins[entry]!;
      const label = origins.labels[entry]!;
      const opcode = after.opcodes[entry]!;
      if (label !== LABEL.own && opcode !== PROLOGUE && isMark(opcode)) continue;
      if (label === LABEL.none) {
        out.span(after.offsets[entry]!, MADE);
        continue;
      }
      const also = others.get(entry);
      const count = out.spanCount;
      out.span(after.offsets[entry]!, link(origin), also === undefined ? QUALITY.exact : QUALITY.merged);
      if (out.spanCount > count) for (const each of also ?? []) out.candidate(link(each));
    }
    if (after.ends[n]! < after.identity.size) out.span(after.ends[n]!, UNKNOWN);
  }
  return out.finish(before.identity, after.identity);
}
