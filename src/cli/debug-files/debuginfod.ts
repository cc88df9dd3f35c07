import { decodeUtf8 } from '../../bytes/text.ts';
import type { Io } from '../io.ts';
import type { LlvmSettings } from '../llvm-settings.ts';

/** In seconds, where `DEBUGINFOD_TIMEOUT` says nothing; LLVM's and elfutils' default. */
const TIMEOUT = 90;

/** The servers that are asked: those of `DEBUGINFOD_URLS`, unless the command line forbids it. */
export function debuginfodServers({ debuginfod }: Pick<LlvmSettings, 'debuginfod'>, io: Io): string[] {
  if (debuginfod === false) return [];
  return (io.env['DEBUGINFOD_URLS'] ?? '').split(/\s+/).filter((url) => /^https?:\/\//.test(url));
}

/**
 * The file with the debug information of a build id: from the cache directory, or fetched into it. `undefined` where no
 * server has it; servers that cannot be reached count as those.
 */
export async function askDebuginfod(buildId: string, servers: readonly string[], io: Io): Promise<string | undefined> {
  const file = `${cacheDirectory(io)}/${buildId}/debuginfo`;
  if (io.exists(file)) return file;
  const timeout = 1000 * (Number(io.env['DEBUGINFOD_TIMEOUT']) || TIMEOUT);
  const headers = readHeaders(io);
  for (const server of servers) {
    try {
      const { status, body } = await io.fetch(`${server.replace(/\/$/, '')}/buildid/${buildId}/debuginfo`, {
        timeout,
        headers,
      });
      if (status !== 200) continue;
      io.writeFile(file, body);
      return file;
    } catch {
      // Not reached: the next one may have it.
    }
  }
  return undefined;
}

/** `DEBUGINFOD_CACHE_PATH`, else where elfutils' client has it, so that both find what the other fetched. */
function cacheDirectory({ env }: Io): string {
  const own = env['DEBUGINFOD_CACHE_PATH'];
  if (own) return own;
  return `${env['XDG_CACHE_HOME'] || `${env['HOME'] ?? ''}/.cache`}/debuginfod_client`;
}

/** The lines of `DEBUGINFOD_HEADERS_FILE`: `Name: value`. */
function readHeaders(io: Io): Record<string, string> {
  const path = io.env['DEBUGINFOD_HEADERS_FILE'];
  if (!path) return {};
  const headers: Record<string, string> = {};
  try {
    for (const line of decodeUtf8(io.readFile(path)).split(/\r?\n/)) {
      const [, name, value] = /^([^\s:]+):\s*(.*\S)\s*$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) headers[name] = value;
    }
  } catch {
    // A file that is not there says nothing.
  }
  return headers;
}
