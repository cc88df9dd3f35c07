import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule } from './module.ts';

/** What a shared module asks of the dynamic linker (tool conventions, DynamicLinking.md). */
export interface Dylink {
  /** In bytes. */
  readonly memorySize: number;
  /** As a power of two. */
  readonly memoryAlignment: number;
  /** In elements. */
  readonly tableSize: number;
  /** As a power of two. */
  readonly tableAlignment: number;
  /** Names of the shared modules that it needs. */
  readonly needed: readonly string[];
}

const MEMORY_INFO = 1;
const NEEDED = 2;

/** Whether the module is a shared one: the section says so by being there. */
export function hasDylink(module: WasmModule): boolean {
  return module.custom('dylink.0') !== undefined || module.custom('dylink') !== undefined;
}

/** The `dylink.0` section, or `dylink` of before 2021; what cannot be read is 0 and none, and reported. */
export function readDylink(
  module: WasmModule,
  options: { readonly report?: Report | undefined } = {},
): Dylink | undefined {
  const section = module.custom('dylink.0') ?? module.custom('dylink');
  if (section === undefined) return undefined;
  const needed: string[] = [];
  let info = { memorySize: 0, memoryAlignment: 0, tableSize: 0, tableAlignment: 0 };
  try {
    const reader = new ByteReader(section.window);
    if (section.name === 'dylink') {
      info = readMemoryInfo(reader);
      readNeeded(reader, needed);
    } else {
      while (!reader.done) {
        const id = reader.u8();
        const subsection = new ByteReader(reader.part(reader.uleb()));
        if (id === MEMORY_INFO) info = readMemoryInfo(subsection);
        else if (id === NEEDED) readNeeded(subsection, needed);
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; what stands before it is read`;
    const { offset } = error;
    options.report?.({ severity: 'warning', rule: 'dylink/damaged', message, section: section.name, offset });
  }
  return { ...info, needed };
}

function readMemoryInfo(reader: ByteReader): Omit<Dylink, 'needed'> {
  return {
    memorySize: reader.uleb(),
    memoryAlignment: reader.uleb(),
    tableSize: reader.uleb(),
    tableAlignment: reader.uleb(),
  };
}

function readNeeded(reader: ByteReader, needed: string[]): void {
  for (let count = reader.uleb(); count > 0; count--) needed.push(reader.text(reader.uleb()));
}
