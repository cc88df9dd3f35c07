import { type DebugModule, openModule } from '../../debug-module/debug-module.ts';
import type { Report } from '../../diagnostics.ts';
import { hasDwarf } from '../../rewrite/debug-sections.ts';
import { readExternalDebugInfo } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import { findDebugFile } from '../debug-files/find-debug-file.ts';
import { splitFiles } from '../debug-files/split-files.ts';
import type { Io } from '../io.ts';
import { settingsFrom } from '../llvm-settings.ts';

/**
 * Opens a module whose debug information is to be rewritten: its own, or that of the file it links to; split units in
 * `.dwo` and `.dwp` files included. What is linked to and not there is said, and the module counts as one without.
 *
 * @param path where links count from; undefined for standard input: from the current directory.
 */
export async function openWithDebugInfo(
  bytes: Uint8Array,
  path: string | undefined,
  report: Report,
  io: Io,
): Promise<DebugModule> {
  const module = WasmModule.read(bytes);
  const url = readExternalDebugInfo(module);
  const file = path ?? '-';
  const hasLink = url !== undefined || module.custom('.gnu_debuglink') !== undefined;
  // A link is an order to look there; nobody asked for more.
  const settings = { ...settingsFrom([], { addr2line: false }), debuginfod: false };
  const debugFile =
    hasLink && !hasDwarf(module)
      ? await findDebugFile({ module, path: file, settings, version: 'ours', paths: [] }, io)
      : undefined;
  if (debugFile === undefined && url !== undefined && !hasDwarf(module)) {
    io.stderr(
      `${io.argv0}: warning: '${file}': its debug information is not there (${url}); it is left without frames\n`,
    );
  }
  const missing = (name: string): void =>
    io.stderr(`${io.argv0}: warning: '${file}': no split debug information at '${name}'\n`);
  return openModule(module, {
    debugFile: debugFile?.module,
    splitFile: splitFiles({ path: file, debugPath: debugFile?.path, dwp: undefined, sourceMapPaths: [], missing }, io),
    report,
  });
}
