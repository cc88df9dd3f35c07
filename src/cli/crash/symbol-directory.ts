import type { Io } from '../io.ts';

/** Directories below a symbol directory, and files in it, that are looked at. */
const DEEPEST = 8;
const MOST_FILES = 20_000;

/**
 * The modules in a directory of archived ones, and in those below it: whatever ends in `.wasm`, and in the layouts by
 * build id whatever is there (`.build-id/nn/rest.debug`, Sentry's `nn/rest` and `nn/rest/debuginfo`, debuginfod's
 * `buildid/…/debuginfo`).
 */
export function modulesIn(directory: string, io: Io): string[] {
  const found: string[] = [];
  const walk = (folder: string, depth: number): void => {
    if (depth > DEEPEST) return;
    for (const name of io.list(folder)) {
      if (found.length >= MOST_FILES) return;
      const path = `${folder.replace(/\/$/, '')}/${name}`;
      if (name.endsWith('/')) walk(path.slice(0, -1), depth + 1);
      else if (isModuleName(name)) found.push(path);
    }
  };
  walk(directory, 0);
  return found.sort();
}

function isModuleName(name: string): boolean {
  if (/\.(?:dwo|dwp|map|symbols|src\.zip)$/.test(name)) return false;
  return /\.wasm(?:\.|$)|\.debug$|^(?:debuginfo|executable)$|^[0-9a-f]{14,}$/.test(name);
}
