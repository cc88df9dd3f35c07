/** A prefix of recorded paths, and where it is on this machine. */
export interface PathSubstitution {
  readonly from: string;
  readonly to: string;
}

/** A recorded path on this machine: the first substitution whose prefix ends at a directory is made. */
export function substitutePath(path: string, substitutions: readonly PathSubstitution[]): string {
  for (const { from, to } of substitutions) {
    if (!path.startsWith(from)) continue;
    const rest = path.slice(from.length);
    if (rest === '' || from.endsWith('/') || rest.startsWith('/')) return to + rest;
  }
  return path;
}
