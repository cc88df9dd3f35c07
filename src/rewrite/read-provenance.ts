import type { CodeListing } from './code-listing.ts';
import { readOffsetMap } from './offset-map.ts';
import type { Provenance } from './provenance.ts';
import { isProvenanceFile, readProvenance } from './provenance-file.ts';
import { isProvenanceLines, readProvenanceLines } from './provenance-lines.ts';

/**
 * Reads what says where code comes from: a provenance file in either form, or a source map whose lines are offsets in
 * the module before (docs/provenance.md, "Identity source maps").
 *
 * @throws FormatError where it is none of these, or damaged.
 */
export function readAnyProvenance(
  bytes: Uint8Array,
  code: { readonly before: CodeListing; readonly after: CodeListing },
): Provenance {
  if (isProvenanceFile(bytes)) return readProvenance(bytes);
  if (isProvenanceLines(bytes)) return readProvenanceLines(bytes);
  return readOffsetMap(bytes, code);
}
