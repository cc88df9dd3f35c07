import { ByteReader } from '../bytes/byte-reader.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule } from './module.ts';

/** How many entries a section says that it has, 0 without one or if that cannot be read. */
export function entryCount(module: WasmModule, sectionId: number): number {
  const section = module.section(sectionId);
  if (section === undefined) return 0;
  try {
    return new ByteReader(section.window).uleb();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return 0;
  }
}
