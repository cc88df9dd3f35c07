import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { readImports } from './imports.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';
import { readValueType, SHARED } from './value-types.ts';

/** A type of the type section; of those that are not functions' only the kind is told. */
export type WasmType =
  | { readonly kind: 'function'; readonly parameters: readonly string[]; readonly results: readonly string[] }
  | { readonly kind: 'struct' | 'array' | 'continuation' };

type Options = { readonly report?: Report | undefined };

const FUNCTION = 0x60;
const STRUCT = 0x5f;
const ARRAY = 0x5e;
const CONTINUATION = 0x5d;
const SUB = 0x50;
const SUB_FINAL = 0x4f;
const RECURSION_GROUP = 0x4e;
/** Of a type that has a descriptor, and of the descriptor (custom descriptors proposal): the other's index follows. */
const DESCRIPTOR = 0x4d;
const DESCRIBES = 0x4c;

/** Types by index: a recursion group takes an index for each of its members. Damage is reported and ends the list. */
export function readTypes(module: WasmModule, options: Options = {}): WasmType[] {
  const types: WasmType[] = [];
  const section = module.section(SECTION.type);
  if (section === undefined) return types;
  const reader = new ByteReader(section.window);
  try {
    for (let count = reader.uleb(); count > 0; count--) {
      const start = reader.offset;
      if (reader.u8() === RECURSION_GROUP) {
        for (let members = reader.uleb(); members > 0; members--) types.push(readSubType(reader));
      } else {
        reader.seek(start);
        types.push(readSubType(reader));
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${types.length} types before it are read`;
    options.report?.({ severity: 'warning', rule: 'types/damaged', message, section: 'type', offset: error.offset });
  }
  return types;
}

/** The type index of each function, imported ones first; `NO_TYPE` where it is not known. */
export function readFunctionTypes(module: WasmModule, options: Options = {}): Uint32Array {
  const imported = readImports(module, options).imports.filter(({ kind }) => kind === 'function');
  const section = module.section(SECTION.function);
  if (section === undefined) return Uint32Array.from(imported, ({ type }) => type ?? NO_TYPE);
  const reader = new ByteReader(section.window);
  let count = 0;
  let indexes = new Uint32Array(imported.length);
  try {
    const declared = reader.uleb();
    indexes = new Uint32Array(imported.length + Math.min(declared, reader.left)).fill(NO_TYPE);
    for (; count < declared; count++) indexes[imported.length + count] = reader.uleb();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${count} declarations before it are read`;
    options.report?.({
      severity: 'warning',
      rule: 'types/declarations',
      message,
      section: 'function',
      offset: error.offset,
    });
  }
  imported.forEach(({ type }, index) => {
    indexes[index] = type ?? NO_TYPE;
  });
  return indexes;
}

/** Stands for an unknown type; no module has this many. */
export const NO_TYPE = 0xffff_ffff;

function readSubType(reader: ByteReader): WasmType {
  let code = reader.u8();
  if (code === SUB || code === SUB_FINAL) {
    for (let parents = reader.uleb(); parents > 0; parents--) reader.uleb();
    code = reader.u8();
  }
  if (code === SHARED) code = reader.u8();
  if (code === DESCRIBES) code = indexThenCode(reader);
  if (code === DESCRIPTOR) code = indexThenCode(reader);
  switch (code) {
    case FUNCTION:
      return { kind: 'function', parameters: readValueTypes(reader), results: readValueTypes(reader) };
    case STRUCT:
      for (let fields = reader.uleb(); fields > 0; fields--) skipField(reader);
      return { kind: 'struct' };
    case ARRAY:
      skipField(reader);
      return { kind: 'array' };
    case CONTINUATION:
      reader.sleb();
      return { kind: 'continuation' };
    default:
      throw reader.error('unknown-code', `unknown type 0x${code.toString(16)}`, reader.offset - 1);
  }
}

function indexThenCode(reader: ByteReader): number {
  reader.uleb();
  return reader.u8();
}

function readValueTypes(reader: ByteReader): string[] {
  const types: string[] = [];
  for (let count = reader.uleb(); count > 0; count--) types.push(readValueType(reader));
  return types;
}

/** A type and whether it may be changed. */
function skipField(reader: ByteReader): void {
  readValueType(reader);
  reader.u8();
}
