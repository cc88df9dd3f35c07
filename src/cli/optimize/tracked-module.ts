import { basename } from 'node:path';
import { type DebugModule, openModule } from '../../debug-module/debug-module.ts';
import { isFormatError } from '../../errors.ts';
import { chainProvenances } from '../../rewrite/chain-provenances.ts';
import { sameCode } from '../../rewrite/code-identity.ts';
import { type CodeListing, listCode } from '../../rewrite/code-listing.ts';
import { hasDwarf, withoutDebugInfo } from '../../rewrite/debug-sections.ts';
import { walkCode } from '../../rewrite/drivers/code-walk.ts';
import type { Optimized, StrippedModule } from '../../rewrite/drivers/staged.ts';
import type { Provenance } from '../../rewrite/provenance.ts';
import { readProvenance, writeProvenance } from '../../rewrite/provenance-file.ts';
import { isProvenanceLines, readProvenanceLines, writeProvenanceLines } from '../../rewrite/provenance-lines.ts';
import { rewrittenSections, withDwarf } from '../../rewrite/rewrite-debug-info.ts';
import { separateDebugInfo } from '../../rewrite/separate-debug-info.ts';
import { readBuildId } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import type { Io } from '../io.ts';
import { openWithDebugInfo } from './open-with-debug-info.ts';
import type { OptOptions } from './opt-options.ts';
import { printLosses } from './print-losses.ts';

/** A module that a tool is about to change, without its debug information, and where that is. */
export interface TrackedModule {
  /** What the tool gets. */
  readonly before: StrippedModule;
  /** Where the frames are; undefined where only the provenance is wanted. */
  readonly frames: TrackedFrames | undefined;
}

interface TrackedFrames {
  readonly debug: DebugModule;
  /** The code that `debug` is about. */
  readonly code: CodeListing;
  /** From that code to the module's, where another tool came between. */
  readonly way: Provenance | undefined;
}

/** Which debug information is wanted, and where it goes. */
export type TrackOptions = Pick<OptOptions, 'dwarfOut' | 'keep' | 'keepProvenance'> & {
  /** Where the module was read; undefined for standard input. */
  readonly input: string | undefined;
  /** Whether the result keeps debug information. */
  readonly dwarf: boolean;
};

/**
 * Opens a module whose frames are to be kept: `undefined` where there is nothing to keep.
 *
 * Its debug information is its own, or in the file it goes to, because an earlier tool of the same build has moved it
 * there, or in a file that the module links to.
 */
export async function trackModule(
  bytes: Uint8Array,
  options: TrackOptions,
  command: string,
  io: Io,
): Promise<TrackedModule | undefined> {
  if (!isModule(bytes)) return undefined;
  const module = WasmModule.read(bytes);
  const wanted = options.dwarf || options.dwarfOut !== undefined;
  const debug = wanted && !hasDwarf(module) ? findEarlierFile(module, options, io) : undefined;
  if (debug === undefined && wanted) {
    const linked = await openWithDebugInfo(bytes, options.input, printLosses(command, io), io);
    if (hasDwarf(linked.debugFile)) {
      const before = strippedModule(module);
      return { before, frames: { debug: linked, code: before.listing, way: undefined } };
    }
  }
  if (debug === undefined && options.keepProvenance === undefined) return undefined;
  const before = strippedModule(module);
  if (debug === undefined) return { before, frames: undefined };
  const code = listCode(debug.module.window);
  if (sameCode(code.identity, before.listing.identity)) return { before, frames: { debug, code, way: undefined } };
  const { provenance, counts } = walkCode(code, before.listing);
  if (counts.unmatched > 0) {
    io.stderr(`${command}: ${counts.unmatched} functions are not those of ${options.dwarfOut}; they have no frames\n`);
  }
  return { before, frames: { debug, code, way: provenance } };
}

/** The debug file that an earlier tool wrote where ours would go. */
function findEarlierFile(module: WasmModule, { dwarfOut }: TrackOptions, io: Io): DebugModule | undefined {
  const id = readBuildId(module);
  if (dwarfOut === undefined || id === undefined || !io.exists(dwarfOut)) return undefined;
  try {
    const debug = openModule(io.readFile(dwarfOut));
    const other = readBuildId(debug.module);
    return hasDwarf(debug.module) && other !== undefined && `${other.bytes}` === `${id.bytes}` ? debug : undefined;
  } catch (error) {
    // Whatever lies there is about to be replaced.
    if (isFormatError(error)) return undefined;
    throw error;
  }
}

/**
 * The module a tool made, with the frames it had before. What belongs beside it goes to `outputs`, by path: everything
 * is made before anything is written, and a failure leaves files as they were.
 */
export function withTrackedFrames(
  { before, frames }: TrackedModule,
  { module, listing, provenance }: Pick<Optimized, 'module' | 'listing' | 'provenance'>,
  options: TrackOptions & { readonly names: boolean; readonly outputs: Map<string, Uint8Array>; readonly io: Io },
): Uint8Array {
  const { dwarfOut, keepProvenance, outputs, io } = options;
  const start = frames?.code ?? before.listing;
  const whole = frames?.way === undefined ? provenance : chainProvenances(frames.way, provenance);
  if (keepProvenance !== undefined) {
    const writeAs = keepProvenance.endsWith('.jsonl') ? writeProvenanceLines : writeProvenance;
    outputs.set(keepProvenance, writeAs(afterEarlier(keepProvenance, start, whole, io)));
  }
  if (frames === undefined) return module;
  const code = { before: start, after: listing, provenance: whole };
  const result = withDwarf(listing.module, rewrittenSections(frames.debug, code, { keep: options.keep }));
  if (dwarfOut === undefined) return result;
  const separated = separateDebugInfo(result, basename(dwarfOut), { names: options.names });
  outputs.set(dwarfOut, separated.debugFile);
  return separated.module;
}

/** The provenance of this run, or of an earlier one and this, where its file ends with the code that this starts from. */
function afterEarlier(path: string, start: CodeListing, provenance: Provenance, io: Io): Provenance {
  if (!io.exists(path)) return provenance;
  try {
    const bytes = io.readFile(path);
    const earlier = isProvenanceLines(bytes) ? readProvenanceLines(bytes) : readProvenance(bytes);
    return sameCode(earlier.after, start.identity) ? chainProvenances(earlier, provenance) : provenance;
  } catch (error) {
    // Whatever lies there is about to be replaced.
    if (isFormatError(error)) return provenance;
    throw error;
  }
}

function strippedModule(module: WasmModule): StrippedModule {
  const stripped = withoutDebugInfo(module);
  return { module: stripped, listing: listCode(stripped) };
}

function isModule(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}
