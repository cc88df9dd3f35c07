import { readExternalDebugInfo } from '../../wasm/links.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { FileError, type Io } from '../io.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { type PathSubstitution, substitutePath } from '../source-paths.ts';
import { cachedFile, downloadTimeout } from './download-cache.ts';
import { directoryOf, resolveFrom } from './paths.ts';

/** Where `external_debug_info` of the module at `path` leads to on this machine, by a relative path or a file URL. */
export function localDebugInfo(
  module: WasmModule,
  path: string,
  paths: readonly PathSubstitution[],
): string | undefined {
  const external = readExternalDebugInfo(module);
  if (external === undefined) return undefined;
  const local = external.startsWith('file://') ? external.slice('file://'.length) : external;
  if (SCHEME.test(local)) return undefined;
  return substitutePath(resolveFrom(directoryOf(path), decodePercent(local)), paths);
}

/** The address on a network that `external_debug_info` names. */
export function remoteDebugInfo(module: WasmModule): string | undefined {
  const external = readExternalDebugInfo(module);
  return external !== undefined && SCHEME.test(external) && !external.startsWith('file://') ? external : undefined;
}

/** Whether the network is asked: not by default, since the module would decide who is asked from here. */
export function mayFetchDebugInfo({ fetchDebugInfo }: Pick<LlvmSettings, 'fetchDebugInfo'>, { env }: Io): boolean {
  const said = env['WASM_FRAMES_FETCH_DEBUG_INFO'];
  return fetchDebugInfo ?? !(said === undefined || said === '' || said === '0');
}

/** What was fetched from an address before. */
export function fetchedDebugInfo(url: string, io: Io): string | undefined {
  const file = cachedFile(cacheKey(url), io);
  return file !== undefined && io.exists(file) ? file : undefined;
}

/**
 * Fetches debug information into the cache directory of debuginfod, within its time limit.
 *
 * @throws FileError with what the server answered.
 */
export async function fetchDebugInfo(url: string, io: Io): Promise<string> {
  if (!/^https?:\/\//i.test(url)) throw new FileError('other', 'not an http or https address');
  const file = cachedFile(cacheKey(url), io);
  if (file === undefined) throw new FileError('other', 'no cache directory: DEBUGINFOD_CACHE_PATH may name one');
  const answer = await io.fetch(url, { timeout: downloadTimeout(io) }).catch((error: unknown) => {
    throw new FileError('other', reasonOf(error));
  });
  if (answer.status !== 200) throw new FileError('other', `the server answered ${answer.status}`);
  io.writeFile(file, answer.body);
  return file;
}

const SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;

function cacheKey(url: string): string {
  return `external_debug_info/${url}`;
}

/** `fetch` says `fetch failed`, and why in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
