import type { ByteReader } from '../bytes/byte-reader.ts';

/** Codes of types (WebAssembly 3.0, 5.3); of the reference types, those that are short for `(ref null …)`. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
  [0x78, 'i8'],
  [0x77, 'i16'],
  [0x75, 'nullcontref'],
  [0x74, 'nullexnref'],
  [0x73, 'nullfuncref'],
  [0x72, 'nullexternref'],
  [0x71, 'nullref'],
  [0x70, 'funcref'],
  [0x6f, 'externref'],
  [0x6e, 'anyref'],
  [0x6d, 'eqref'],
  [0x6c, 'i31ref'],
  [0x6b, 'structref'],
  [0x6a, 'arrayref'],
  [0x69, 'exnref'],
  [0x68, 'contref'],
  [0x67, 'stringref'],
]);

/** Codes of heap types as they follow `(ref`. */
const HEAP_NAMES: ReadonlyMap<number, string> = new Map([
  [0x75, 'nocont'],
  [0x74, 'noexn'],
  [0x73, 'nofunc'],
  [0x72, 'noextern'],
  [0x71, 'none'],
  [0x70, 'func'],
  [0x6f, 'extern'],
  [0x6e, 'any'],
  [0x6d, 'eq'],
  [0x6c, 'i31'],
  [0x6b, 'struct'],
  [0x6a, 'array'],
  [0x69, 'exn'],
  [0x68, 'cont'],
  [0x67, 'string'],
]);

/** The type that follows and none of its subtypes (custom descriptors proposal). */
const EXACT = 0x62;
const REF_NULL = 0x63;
const REF = 0x64;
/** What follows may be shared between threads (shared-everything threads proposal). */
export const SHARED = 0x65;

/** A value type or the type of a field, as the text format writes it: `i32`, `funcref`, `(ref null 3)`. */
export function readValueType(reader: ByteReader): string {
  const start = reader.offset;
  const code = reader.u8();
  if (code === REF) return `(ref ${readHeapType(reader)})`;
  if (code === REF_NULL) return `(ref null ${readHeapType(reader)})`;
  const name = NAMES.get(code);
  if (name === undefined) throw reader.error('unknown-code', `unknown value type 0x${code.toString(16)}`, start);
  return name;
}

function readHeapType(reader: ByteReader): string {
  const code = reader.u8();
  if (code === EXACT) return `(exact ${readPlainHeapType(reader)})`;
  if (code === SHARED) return `(shared ${readPlainHeapType(reader)})`;
  reader.seek(reader.offset - 1);
  return readPlainHeapType(reader);
}

function readPlainHeapType(reader: ByteReader): string {
  const start = reader.offset;
  const code = reader.u8();
  const name = HEAP_NAMES.get(code);
  if (name !== undefined) return name;
  reader.seek(start);
  const index = reader.sleb();
  if (index < 0) throw reader.error('unknown-code', `unknown heap type 0x${code.toString(16)}`, start);
  return `${index}`;
}

/** How large a table or memory is, in elements or pages. */
export interface Limits {
  readonly minimum: number;
  readonly maximum: number | undefined;
  readonly shared: boolean;
  /** Whether it is addressed by `i64`. */
  readonly is64: boolean;
  /** Of a memory: bytes in a page. */
  readonly pageSize: number;
}

const HAS_MAXIMUM = 0x01;
const IS_SHARED = 0x02;
const IS_64 = 0x04;
const HAS_PAGE_SIZE = 0x08;

/** The limits of a table or memory (custom page sizes included). */
export function readLimits(reader: ByteReader): Limits {
  const flags = reader.u8();
  return {
    minimum: reader.uleb(),
    maximum: (flags & HAS_MAXIMUM) !== 0 ? reader.uleb() : undefined,
    shared: (flags & IS_SHARED) !== 0,
    is64: (flags & IS_64) !== 0,
    pageSize: (flags & HAS_PAGE_SIZE) !== 0 ? 2 ** reader.uleb() : 0x1_0000,
  };
}
