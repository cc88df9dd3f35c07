import type { ByteReader } from '../bytes/byte-reader.ts';

// Type codes that are followed by more (WebAssembly 3.0, 5.3.3 and 5.3.4; `exact` is the custom descriptors proposal's,
// `shared` the shared-everything-threads proposal's).
const EXACT = 0x62;
const REF = 0x64;
const REF_NULL = 0x63;
const SHARED = 0x65;

/** Leaves out a heap type: a code, or the index of a type. */
export function skipHeapType(reader: ByteReader): void {
  const start = reader.offset;
  let code = reader.u8();
  if (code === SHARED || code === EXACT) code = reader.u8();
  while (code >= 0x80) {
    if (reader.offset - start > 10) throw reader.error('bad-value', 'LEB128 of more than 64 bits', start);
    code = reader.u8();
  }
}

/** Leaves out a value type: `i32`, `v128`, `(ref null 3)`. */
export function skipValueType(reader: ByteReader): void {
  const code = reader.u8();
  if (code === REF || code === REF_NULL) skipHeapType(reader);
  else if (code === SHARED) reader.u8();
  // An index where a value type stands: packed and old encodings; the number is left out as a whole.
  else if (code >= 0x80) throw reader.error('unknown-code', 'value type of several bytes', reader.offset - 1);
}

/** Leaves out the limits of a table or memory and the page size that may follow. */
export function skipLimits(reader: ByteReader): void {
  const flags = reader.u8();
  reader.uleb();
  if ((flags & 0x01) !== 0) reader.uleb();
  if ((flags & 0x08) !== 0) reader.uleb();
}
