/**
 * Common names, read and written in one go.
 *
 * Mangled names say things nearly in the order in which they are written, so that the text of most grows at its end,
 * byte by byte, and what a name refers back to is a range of that text: no node is made, no string put together. What
 * does not fit (text that depends on what comes later, what hardly any program has) is left to the whole grammar, which
 * would read every name alike, but takes half as long again.
 */
import { decodeAscii, encodeUtf8Into } from '../../bytes/text.ts';
import { writeExpression } from './itanium-common-expressions.ts';
import { writeEncoding, writeName } from './itanium-common-names.ts';
import { writeType } from './itanium-common-types.ts';
import { Draft, MAX_NAME } from './itanium-draft.ts';
import { UNCOMMON } from './itanium-pieces.ts';

/** One for all, as only one name is read at a time. */
const draft = new Draft({ encoding: writeEncoding, name: writeName, type: writeType, expression: writeExpression });

/** The text of a C++ name if nothing in it is rare. */
export function demangleCommon(name: string): string | undefined {
  const size = name.length;
  // Lengths count bytes.
  if (size > MAX_NAME || encodeUtf8Into(name, draft.bytes) !== size) return undefined;
  draft.reset(size);
  try {
    const start = writeEncoding(draft, false);
    return draft.at === size ? decodeAscii(draft.text, start, draft.length) : undefined;
  } catch (error) {
    if (error === UNCOMMON) return undefined;
    throw error;
  }
}
