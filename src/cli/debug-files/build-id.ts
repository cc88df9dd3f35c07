import type { Io } from '../io.ts';
import type { LlvmSettings } from '../llvm-settings.ts';

/** Where Linux distributions put what they strip. */
const SYSTEM_DIRECTORIES = ['/usr/lib/debug'];

/** The debug directories of the command line, or the system's. */
export function debugDirectories({
  debugFileDirectories,
}: Pick<LlvmSettings, 'debugFileDirectories'>): readonly string[] {
  return debugFileDirectories.length === 0 ? SYSTEM_DIRECTORIES : debugFileDirectories;
}

/** The file of a build id below `.build-id` of the debug directories, as distributions lay them out. */
export function findByBuildId(
  buildId: string,
  settings: Pick<LlvmSettings, 'debugFileDirectories'>,
  io: Io,
): string | undefined {
  for (const directory of debugDirectories(settings)) {
    const path = `${directory}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    if (io.exists(path)) return path;
  }
  return undefined;
}

/** A build id in hexadecimal digits. */
export function hexBuildId(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Where archives keep the debug information of a build: GNU's layout, Sentry's, debuginfod's, Cloudflare's. */
export function buildIdPaths(directory: string, buildId: Uint8Array): string[] {
  const root = directory.replace(/(.)\/$/, '$1');
  // Sentry's tools take the length in front, as it stands in the file, for a part of the id.
  return [hexBuildId(buildId), hexBuildId([buildId.length, ...buildId])].flatMap((id) => {
    const parts = `${id.slice(0, 2)}/${id.slice(2)}`;
    return [
      `${root}/.build-id/${parts}.debug`,
      `${root}/${parts}.debug`,
      `${root}/${parts}/debuginfo`,
      `${root}/${parts}`,
      `${root}/${id}/debuginfo`,
      `${root}/buildid/${id}/debuginfo`,
      `${root}/debug-${uuid(id)}.wasm`,
    ];
  });
}

/** As Cloudflare's service writes a build id: the first sixteen bytes with dashes. */
function uuid(id: string): string {
  return id.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.*)$/, '$1-$2-$3-$4-$5');
}
