import { MappingCursor, mappingsOf } from '../source-map/mappings.ts';
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
  json: Uint8Array,
  { before, after }: { readonly before: CodeListing; readonly after: CodeListing },
): Provenance {
  const origins = readOffsets(json, before, after);
  const moved = provenanceOfMoves(before, after, origins);
  return repairMerged(before, after, inferChains(before, after, moved));
}

function readOffsets(json: Uint8Array, before: CodeListing, after: CodeListing): EntryOrigins {
  const { offsets, codeStart } = after;
  const origins = new Int32Array(offsets.length).fill(-1);
  const labels = new Uint8Array(offsets.length);
  const cursor = new MappingCursor(mappingsOf(json));
  let more = cursor.next();
  let current = -1;
  for (let entry = 0; entry < offsets.length; entry++) {
    const end = entry + 1 < offsets.length ? codeStart + offsets[entry + 1]! : Number.POSITIVE_INFINITY;
    let own = false;
    for (; more && cursor.column < end; more = cursor.next()) {
      current = cursor.fields > 1 ? entryOf(before, cursor.line - before.codeStart) : -1;
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
