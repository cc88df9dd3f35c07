import { encodeUtf8 } from '../../bytes/text.ts';
import type { Io } from '../io.ts';
import { xxh3 } from './xxh3.ts';

/** In seconds, where `DEBUGINFOD_TIMEOUT` says nothing; LLVM's and elfutils' default. */
const TIMEOUT = 90;

/** The longest that a timer waits, in milliseconds: for no limit at all. */
const FOREVER = 2 ** 31 - 1;

/**
 * Where a downloaded file is kept: LLVM's place and name for it, so that each finds what the other fetched, and LLVM
 * removes what is old. `undefined` where nothing tells of a place.
 */
export function cachedFile(key: string, io: Io): string | undefined {
  const directory = cacheDirectory(io);
  return directory === undefined ? undefined : `${directory}/llvmcache-${xxh3(encodeUtf8(key))}`;
}

function cacheDirectory({ env }: Io): string | undefined {
  const own = env['DEBUGINFOD_CACHE_PATH'];
  if (own) return own.replace(/(.)\/+$/, '$1');
  const caches = env['XDG_CACHE_HOME'] || (env['HOME'] ? `${env['HOME']}/.cache` : env['LOCALAPPDATA']);
  return caches ? `${caches}/llvm-debuginfod/client` : undefined;
}

/** How long an answer is waited for, in milliseconds. */
export function downloadTimeout({ env }: Io): number {
  const text = env['DEBUGINFOD_TIMEOUT']?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : TIMEOUT;
  return seconds === 0 ? FOREVER : Math.min(1000 * seconds, FOREVER);
}
