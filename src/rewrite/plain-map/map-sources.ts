import type { SourceFile } from '../../frames/frame.ts';

/** The files of debug information that a source of a source map may be. */
export interface MatchedSource {
  /** Indexes of the files. */
  readonly files: readonly number[];
  /** Whether one path is the end of the other; if not, only their last parts are the same. */
  readonly whole: boolean;
}

/**
 * Finds the sources of a source map among the files of debug information. Tools write paths relative to one folder or
 * another, or put others in front: what counts is that they end alike.
 */
export function matchSources(
  sources: readonly (string | undefined)[],
  files: readonly SourceFile[],
): readonly MatchedSource[] {
  const byName = new Map<string, { readonly file: number; readonly parts: readonly string[] }[]>();
  for (const [file, { path }] of files.entries()) {
    const parts = partsOf(path);
    const name = parts.at(-1) ?? '';
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [{ file, parts }]);
    else known.push({ file, parts });
  }
  return sources.map((source) => {
    const parts = partsOf(source ?? '');
    const candidates = (byName.get(parts.at(-1) ?? '') ?? []).map((each) => ({
      ...each,
      ...compare(parts, each.parts),
    }));
    const longest = Math.max(...candidates.map(({ common }) => common));
    const likely = candidates.filter(({ common }) => common === longest);
    // The very same path is no other file's, however many end in it.
    const same = likely.filter((each) => each.parts.length === parts.length && each.whole);
    const found = same.length > 0 ? same : likely;
    return { files: found.map(({ file }) => file), whole: found.length > 0 && found.every((each) => each.whole) };
  });
}

function compare(a: readonly string[], b: readonly string[]): { readonly common: number; readonly whole: boolean } {
  const shorter = Math.min(a.length, b.length);
  let common = 0;
  while (common < shorter && a[a.length - 1 - common] === b[b.length - 1 - common]) common++;
  return { common, whole: common === shorter };
}

/** The folders and the name of a path or URL, without what leads out of the folder that it counts from. */
function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.replace(/^[A-Za-z][A-Za-z0-9+.-]+:\/\//, '').split(/[/\\]/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}
