import { type ModuleOffset, moduleOffset } from '../addresses.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import type { Window } from '../bytes/window.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { readConstantExpression } from './constant-expressions.ts';
import { readGlobals, type WasmGlobal } from './globals.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';

/** A run of bytes that goes into memory. */
export interface DataSegment {
  readonly index: number;
  /** The memory that an active segment goes into at the start; a passive one waits for `memory.init`. */
  readonly memory: number | undefined;
  /** Where in memory an active segment goes, if that does not depend on an import. */
  readonly address: number | undefined;
  /** In bytes. */
  readonly size: number;
  /** Where the bytes stand in the module. */
  readonly offset: ModuleOffset;
  /** The bytes; offsets count in the data section. */
  readonly window: Window;
}

const PASSIVE = 1;
const EXPLICIT_MEMORY = 2;

/** The data segments; what stands before damage is answered, the damage reported. Their bytes are not read. */
export function readData(module: WasmModule, options: { readonly report?: Report | undefined } = {}): DataSegment[] {
  const segments: DataSegment[] = [];
  const section = module.section(SECTION.data);
  if (section === undefined) return segments;
  let globals: Map<number, WasmGlobal> | undefined;
  const globalValue = (index: number): number | undefined => {
    globals ??= new Map(readGlobals(module, options).map((global) => [global.index, global]));
    return globals.get(index)?.value;
  };
  const reader = new ByteReader(section.window);
  try {
    for (let count = reader.uleb(); count > 0; count--) {
      const start = reader.offset;
      const kind = reader.uleb();
      if (kind > EXPLICIT_MEMORY) throw reader.error('unknown-code', `data segment of unknown kind ${kind}`, start);
      let memory: number | undefined;
      let address: number | undefined;
      if (kind !== PASSIVE) {
        memory = kind === EXPLICIT_MEMORY ? reader.uleb() : 0;
        address = readConstantExpression(reader, globalValue);
        // An i32 is an address without a sign; a negative i64 is beyond any memory.
        if (address !== undefined && address < 0) address = address >= -(2 ** 31) ? address + 2 ** 32 : undefined;
      }
      const size = reader.uleb();
      const offset = moduleOffset(section.payloadOffset + reader.offset);
      segments.push({ index: segments.length, memory, address, size, offset, window: reader.part(size) });
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${segments.length} data segments before it are read`;
    options.report?.({ severity: 'warning', rule: 'data/damaged', message, section: 'data', offset: error.offset });
  }
  return segments;
}
