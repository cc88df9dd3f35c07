/** Every module with DWARF that tests can get at: the fixtures, LLVM's own tests and the corpus where they are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { corpus, recordedCases } from './cases.ts';
import { fixtures } from './fixtures.ts';

export interface NamedModule {
  readonly name: string;
  /** Read when it is asked for, and not kept. */
  readonly bytes: () => Uint8Array;
  /** Whether it is too large to be kept beside many others. */
  readonly isLarge?: boolean;
}

/** Core modules among the fixtures, and their split files. */
export function fixtureModules(): NamedModule[] {
  const core = fixtures().filter(({ kind }) => kind !== 'archive' && kind !== 'component');
  return core.flatMap((each) => [
    { name: each.name, bytes: () => each.module },
    ...readdirSync(each.folder)
      .filter((file) => /\.dw[op]$/.test(file))
      .map((file) => ({ name: `${each.name}/${file}`, bytes: () => each.file(file) })),
  ]);
}

/** Modules made of LLVM's own tests; none, and a printed line, where they are not there. */
export function upstreamModules(): NamedModule[] {
  return inFolder(recordedCases('upstream'), /\.wasm$/, (path) => new Uint8Array(readFileSync(path)));
}

/** Large real modules; none, and a printed line, where they are not there. */
export function corpusModules(): NamedModule[] {
  return inFolder(corpus(), /\.gz$/, (path) => new Uint8Array(gunzipSync(readFileSync(path))));
}

function inFolder(folder: string | undefined, names: RegExp, read: (path: string) => Uint8Array): NamedModule[] {
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((file) => names.test(file))
    .map((file) => ({ name: file, bytes: () => read(folder + file), isLarge: file.endsWith('.gz') }));
}
