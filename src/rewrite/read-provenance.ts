import { FormatError } from '../errors.ts';
import type { FrameTable } from '../frames/frame-table.ts';
import { SourceMap } from '../source-map/source-map.ts';
import type { CodeListing } from './code-listing.ts';
import { isOffsetMap, readOffsetMap } from './offset-map.ts';
import { readPlainMap } from './plain-map/plain-map.ts';
import type { Provenance } from './provenance.ts';
import { isProvenanceFile, readProvenance } from './provenance-file.ts';
import { isProvenanceLines, readProvenanceLines } from './provenance-lines.ts';

/** What provenance is about. */
export interface ProvenanceSubject {
  readonly before: CodeListing;
  readonly after: CodeListing;
  /** The frames of the code before, which plain source maps are read with. */
  readonly frames?: (() => FrameTable) | undefined;
}

/**
 * Reads what says where code comes from: a provenance file in either form, a source map whose lines are offsets in the
 * module before, or one of the source's own files and lines (docs/provenance.md).
 *
 * @throws FormatError where it is none of these, or damaged.
 */
export function readAnyProvenance(bytes: Uint8Array, { before, after, frames }: ProvenanceSubject): Provenance {
  if (isProvenanceFile(bytes)) return readProvenance(bytes);
  if (isProvenanceLines(bytes)) return readProvenanceLines(bytes);
  const map = SourceMap.read(bytes);
  if (isOffsetMap(map, before)) return readOffsetMap(map, { before, after });
  const table = frames?.();
  if (table === undefined || table.spans.count === 0) {
    throw new FormatError(
      'missing',
      'source map',
      0,
      'no debug information of the code before to read a plain one with',
    );
  }
  return readPlainMap(map, { before, after, frames: table });
}
