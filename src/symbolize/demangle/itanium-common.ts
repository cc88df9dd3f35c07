/** Common names, read and written in one go. */
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
