import type { Io } from '../io.ts';
import type { LlvmSettings } from '../llvm-settings.ts';

/** The file of a build id below `.build-id` of the debug directories, as distributions lay them out. */
export function findByBuildId(
  buildId: string,
  { debugFileDirectories }: Pick<LlvmSettings, 'debugFileDirectories'>,
  io: Io,
): string | undefined {
  const directories = debugFileDirectories.length === 0 ? ['/usr/lib/debug'] : debugFileDirectories;
  for (const directory of directories) {
    const path = `${directory}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    if (io.exists(path)) return path;
  }
  return undefined;
}
