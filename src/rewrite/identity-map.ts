import { encodeUtf8 } from '../bytes/text.ts';
import { MappingCursor, mappingsOf, writeVlq } from '../source-map/mappings.ts';
import type { CodeListing } from './code-listing.ts';

/**
 * The lines of an identity map: entry n of the listing is called line n + 1 (from 0). Line 0 is left out, because
 * Binaryen's writer takes the location it begins with (file 0, line 1 from 1, column 0) for one already written.
 */
const FIRST_LINE = 1;

/** How an entry of the new code is labelled: not at all, by a segment of its own, or by the one before it. */
export const LABEL = { none: 0, own: 1, carried: 2 } as const;

/**
 * A source map in which each instruction of a module is its own line: after an optimizer has carried it along, it says
 * of every new instruction which old one it was.
 *
 * One segment an entry of the listing; the same source file, column 0. The number of an entry, not its offset, is the
 * line: then almost every segment is four characters.
 */
export function writeIdentityMap(listing: CodeListing): Uint8Array {
  const { offsets, codeStart } = listing;
  const head = encodeUtf8('{"version":3,"sources":["code"],"names":[],"mappings":"');
  // A first column of up to 7 characters, then mostly one; three more fields and a comma.
  const bytes = new Uint8Array(head.length + 32 + offsets.length * 11);
  bytes.set(head);
  let at = head.length;
  let column = 0;
  for (let entry = 0; entry < offsets.length; entry++) {
    if (entry > 0) bytes[at++] = 0x2c;
    at = writeVlq(bytes, at, codeStart + offsets[entry]! - column);
    column = codeStart + offsets[entry]!;
    // Source and column stay; the line goes up by one.
    bytes[at++] = 0x41;
    at = writeVlq(bytes, at, entry === 0 ? FIRST_LINE : 1);
    bytes[at++] = 0x41;
  }
  bytes[at++] = 0x22;
  bytes[at++] = 0x7d;
  return bytes.subarray(0, at);
}

/** What an identity map says of new code: for each entry of its listing the entry of the old one. */
export interface EntryOrigins {
  /** By entry of the new listing: an entry of the old one, or -1. */
  readonly origins: Int32Array;
  /** By entry of the new listing: see {@link LABEL}. */
  readonly labels: Uint8Array;
}

/**
 * Reads an identity map that an optimizer has carried along.
 *
 * Of several segments at one offset the last holds. A segment at a place where no instruction begins labels the
 * instruction that holds it. `oldCount` is the length of the old listing; lines beyond it are unknown.
 */
export function readEntryOrigins(json: Uint8Array, listing: CodeListing, oldCount: number): EntryOrigins {
  const { offsets, codeStart } = listing;
  const count = offsets.length;
  const origins = new Int32Array(count).fill(-1);
  const labels = new Uint8Array(count);
  const cursor = new MappingCursor(mappingsOf(json));
  let more = cursor.next();
  let current = -1;
  for (let entry = 0; entry < count; entry++) {
    const end = entry + 1 < count ? codeStart + offsets[entry + 1]! : Number.POSITIVE_INFINITY;
    let own = false;
    for (; more && cursor.column < end; more = cursor.next()) {
      const line = cursor.line - FIRST_LINE;
      current = cursor.fields > 1 && line >= 0 && line < oldCount ? line : -1;
      own = true;
    }
    origins[entry] = current;
    labels[entry] = current < 0 ? LABEL.none : own ? LABEL.own : LABEL.carried;
  }
  return { origins, labels };
}
