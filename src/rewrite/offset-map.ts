import type { SourceMap } from '../source-map/source-map.ts';
import { type CodeListing, entryAt } from './code-listing.ts';
import { inferChains } from './drivers/infer-chains.ts';
import { type EntryOrigins, LABEL } from './identity-map.ts';
import { provenanceOfMoves } from './moves.ts';
import type { Provenance } from './provenance.ts';
import { repairMerged } from './repair-merged.ts';

/**
 * The provenance that an identity source map tells: one whose lines (from 1) are one more than the offset, from the
 * start of the file, of an instruction in the module before. Anybody can make one and have any tool that knows source
 * maps carry it along.
 *
 * Such a map knows no calls: of inlined code they are inferred.
 */
export function readOffsetMap(
  map: SourceMap,
  { before, after }: { readonly before: CodeListing; readonly after: CodeListing },
): Provenance {
  const origins = readOffsets(map, before, after);
  const moved = provenanceOfMoves(before, after, origins);
  return repairMerged(before, after, inferChains(before, after, moved));
}

/** Whether a source map is an identity map: all of it is from one source, column 1, lines where instructions begin. */
export function isOffsetMap({ segments }: SourceMap, before: CodeListing): boolean {
  const { columns, count, lines, sources } = segments;
  let some = false;
  for (let segment = 0; segment < count; segment++) {
    if (sources[segment]! < 0) continue;
    if (sources[segment] !== 0 || columns[segment] !== 1) return false;
    if (entryOf(before, lines[segment]! - 1 - before.codeStart) < 0) return false;
    some = true;
  }
  return some;
}

function readOffsets({ segments }: SourceMap, before: CodeListing, after: CodeListing): EntryOrigins {
  const { offsets, codeStart } = after;
  const origins = new Int32Array(offsets.length).fill(-1);
  const labels = new Uint8Array(offsets.length);
  let segment = -1;
  let current = -1;
  for (let entry = 0; entry < offsets.length; entry++) {
    const end = entry + 1 < offsets.length ? codeStart + offsets[entry + 1]! : Number.POSITIVE_INFINITY;
    let own = false;
    while (segment + 1 < segments.count && segments.offsets[segment + 1]! < end) {
      segment++;
      current = segments.sources[segment]! < 0 ? -1 : entryOf(before, segments.lines[segment]! - 1 - before.codeStart);
      own = true;
    }
    origins[entry] = current;
    labels[entry] = current < 0 ? LABEL.none : own ? LABEL.own : LABEL.carried;
  }
  return { origins, labels };
}

/** The entry that begins at an offset, and no other. */
function entryOf(before: CodeListing, offset: number): number {
  const entry = entryAt(before, offset);
  return entry >= 0 && before.offsets[entry] === offset ? entry : -1;
}
