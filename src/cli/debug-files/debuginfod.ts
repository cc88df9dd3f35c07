import { decodeUtf8 } from '../../bytes/text.ts';
import { FileError, type Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { cachedFile, downloadTimeout } from './download-cache.ts';

/** The servers that are asked: those of `DEBUGINFOD_URLS`; `undefined` where the command line forbids debuginfod. */
export function debuginfodServers({ debuginfod }: Pick<LlvmSettings, 'debuginfod'>, io: Io): string[] | undefined {
  if (debuginfod === false) return undefined;
  return (io.env['DEBUGINFOD_URLS'] ?? '').split(/\s+/).filter((url) => url !== '');
}

/** The file of a build id in the cache directory. */
export function findInCache(buildId: string, io: Io): string | undefined {
  const file = cachedFile(artifact(buildId), io);
  return file !== undefined && io.exists(file) ? file : undefined;
}

/**
 * Fetches the file with the debug information of a build id into the cache directory; `undefined` where no server has
 * it. Servers that cannot be reached count as those; LLVM asks no more after one.
 */
export async function askDebuginfod(
  buildId: string,
  servers: readonly string[],
  io: Io,
  version: LlvmVersion = 'ours',
): Promise<string | undefined> {
  const file = cachedFile(artifact(buildId), io);
  if (file === undefined) return undefined;
  for (const server of servers) {
    const url = `${server.replace(/\/$/, '')}/${artifact(buildId)}`;
    try {
      const bytes = await download(url, readHeaders(io), io);
      if (bytes === undefined) continue;
      io.writeFile(file, bytes);
      return file;
    } catch (error) {
      // What was fetched cannot be kept: the next server would not help.
      if (error instanceof FileError) return undefined;
      if (version !== 'ours') return undefined;
    }
  }
  return undefined;
}

/** What is asked of a server, and the key of the answer in LLVM's cache. */
function artifact(buildId: string): string {
  return `buildid/${buildId}/debuginfo`;
}

async function download(url: string, headers: Record<string, string>, io: Io): Promise<Uint8Array | undefined> {
  if (url.startsWith('file://')) {
    const path = url.slice('file://'.length);
    return io.exists(path) ? io.readFile(path) : undefined;
  }
  const { status, body } = await io.fetch(url, { timeout: downloadTimeout(io), headers });
  return status === 200 ? body : undefined;
}

/** The lines of `DEBUGINFOD_HEADERS_FILE`: `Name: value`. Of others is told, as LLVM does. */
function readHeaders(io: Io): Record<string, string> {
  const path = io.env['DEBUGINFOD_HEADERS_FILE'];
  const headers: Record<string, string> = {};
  if (!path) return headers;
  let lines: string[];
  try {
    lines = decodeUtf8(io.readFile(path)).split(/\r?\n/);
  } catch {
    // A file that is not there says nothing.
    return headers;
  }
  lines.forEach((line, index) => {
    const [, name, value] = /^([\x21-\x39\x3b-\x7e]+):([\t\x20-\x7e]+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers[name] = value.trim();
    else if (line.trim() !== '') io.stderr(`warning: could not parse debuginfod header: ${path}:${index + 1}\n`);
  });
  return headers;
}
