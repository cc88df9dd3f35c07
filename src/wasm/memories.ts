import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { readImports } from './imports.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';
import { type Limits, readLimits } from './value-types.ts';

/** A memory, imported or defined. */
export interface WasmMemory extends Limits {
  readonly index: number;
  readonly imported: boolean;
}

/** The memories in the order of their indexes; what stands before damage is answered, the damage reported. */
export function readMemories(module: WasmModule, options: { readonly report?: Report | undefined } = {}): WasmMemory[] {
  const memories: WasmMemory[] = [];
  for (const { limits } of readImports(module, options).imports) {
    if (limits !== undefined) memories.push({ index: memories.length, imported: true, ...limits });
  }
  const section = module.section(SECTION.memory);
  if (section === undefined) return memories;
  const reader = new ByteReader(section.window);
  try {
    for (let count = reader.uleb(); count > 0; count--) {
      memories.push({ index: memories.length, imported: false, ...readLimits(reader) });
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${memories.length} memories before it are read`;
    options.report?.({
      severity: 'warning',
      rule: 'memories/damaged',
      message,
      section: 'memory',
      offset: error.offset,
    });
  }
  return memories;
}
