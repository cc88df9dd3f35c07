/**
 * Real modules that do not belong to the project: gzip files in ../shared/corpus beside it, where there are any.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

/** File names of the modules, `zlib-O2-g5.wasm.gz`; none where the corpus is absent. */
export function corpusNames(): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((each) => each.endsWith('.wasm.gz'));
}

/** The bytes of one, unpacked. */
export function corpusModule(name: string): Uint8Array {
  return gunzipSync(readFileSync(folder + name));
}
