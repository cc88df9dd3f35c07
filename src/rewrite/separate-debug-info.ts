import { ByteWriter } from '../bytes/byte-writer.ts';
import { Sha256 } from '../bytes/sha256.ts';
import { readBuildId } from '../wasm/links.ts';
import { WasmModule } from '../wasm/module.ts';
import { type CustomSection, writeModule } from '../wasm/module-writer.ts';
import { SECTION } from '../wasm/sections.ts';
import { isDebugSection } from './debug-sections.ts';

/** A module for production and the file that has its debug information; both have the same build id. */
export interface SeparatedModule {
  readonly module: Uint8Array;
  readonly debugFile: Uint8Array;
}

/** Bytes of a build id that we make: as many as linkers make of a hash. */
const BUILD_ID_SIZE = 20;

/** What a stripped module keeps. */
export interface StripOptions {
  /** Whether the name section stays. */
  readonly names?: boolean | undefined;
}

/**
 * Takes the debug information out of a module: the file for it is the whole module, as debuggers expect; the module
 * keeps its code, the build id and a link (`external_debug_info`) to where the file will be.
 */
export function separateDebugInfo(bytes: Uint8Array, url: string, options: StripOptions = {}): SeparatedModule {
  const module = WasmModule.read(bytes);
  const append: CustomSection[] = readBuildId(module) === undefined ? [buildIdSection(module)] : [];
  const link: CustomSection = { name: 'external_debug_info', contents: new ByteWriter().name(url).toBytes() };
  return {
    module: strip(module, options, [...append, link]),
    debugFile: writeModule(module, {
      section: (section) => (section.name === link.name ? 'remove' : 'keep'),
      append,
    }),
  };
}

/** A module without debug information, and without names unless they are to stay. */
export function stripDebugInfo(bytes: Uint8Array, options: StripOptions = {}): Uint8Array {
  return strip(WasmModule.read(bytes), options, []);
}

function strip(module: WasmModule, { names = false }: StripOptions, append: readonly CustomSection[]): Uint8Array {
  return writeModule(module, {
    section: (section) => {
      const isName = section.id === SECTION.custom && section.name === 'name';
      return isDebugSection(section) || (isName && !names) ? 'remove' : 'keep';
    },
    append,
  });
}

/** A build id from what the module does: sections that are not custom. */
function buildIdSection(module: WasmModule): CustomSection {
  const hash = new Sha256();
  for (const { id, window } of module.sections) {
    if (id !== SECTION.custom) hash.update(Uint8Array.of(id)).update(window.toBytes());
  }
  const digest = hash.hex();
  const out = new ByteWriter(BUILD_ID_SIZE + 1).uleb(BUILD_ID_SIZE);
  for (let n = 0; n < BUILD_ID_SIZE; n++) out.u8(Number.parseInt(digest.slice(2 * n, 2 * n + 2), 16));
  return { name: 'build_id', contents: out.toBytes() };
}
