import { crc32 } from '../../bytes/crc32.ts';
import { readDebugLink } from '../../wasm/links.ts';
import type { WasmModule } from '../../wasm/module.ts';
import type { Io } from '../io.ts';
import { absoluteDirectory, directoryOf } from './paths.ts';

/** Where Linux distributions put what they strip. */
const SYSTEM_DIRECTORY = '/usr/lib/debug';

/**
 * The file that `.gnu_debuglink` names, whose CRC fits: beside the module, in `.debug` there, or below the fallback
 * directory at the module's own path.
 */
export function findDebugLink(module: WasmModule, path: string, fallback: string, io: Io): string | undefined {
  const link = readDebugLink(module);
  if (link === undefined) return undefined;
  const directory = directoryOf(path);
  const root = (fallback === '' ? SYSTEM_DIRECTORY : fallback).replace(/\/$/, '');
  const candidates = [
    `${directory}${link.fileName}`,
    `${directory}.debug/${link.fileName}`,
    `${root}${absoluteDirectory(path, io.cwd)}/${link.fileName}`,
  ];
  return candidates.find((candidate) => hasCrc(candidate, link.crc, io));
}

function hasCrc(path: string, crc: number, io: Io): boolean {
  try {
    return crc32(io.readFile(path)) === crc;
  } catch {
    return false;
  }
}
