import { checkPair } from '../../crash/pair-check.ts';
import { openModule } from '../../debug-module/debug-module.ts';
import type { Diagnostic } from '../../diagnostics.ts';
import { isFormatError } from '../../errors.ts';
import { WasmModule } from '../../wasm/module.ts';
import { findDebugInformation } from '../crash/debug-information.ts';
import { openWindow } from '../crash/open-window.ts';
import { splitFiles } from '../debug-files/split-files.ts';
import { FileError, type Io } from '../io.ts';

/** Options of `wasm-frames check`. */
export interface CheckOptions {
  readonly json: boolean;
}

/** How many of what the readers reported is shown. */
const MOST_DIAGNOSTICS = 10;

/** Says what a stack trace of a module would get: 0 all is well, 1 findings, 2 a file could not be read. */
export async function check(
  path: string,
  debugPath: string | undefined,
  { json }: CheckOptions,
  io: Io,
): Promise<number> {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  try {
    const module = WasmModule.read(openWindow(path, io), { report });
    const debugFile =
      debugPath === undefined ? findDebugInformation({ module, path, symbols: [] }, io) : openWindow(debugPath, io);
    const splitFile = splitFiles({ path: debugPath ?? path, dwp: undefined, sourceMapPaths: [] }, io);
    const { findings, coverage } = checkPair(openModule(module, { debugFile, splitFile, report }));
    if (json) io.stdout(`${JSON.stringify({ findings, coverage, diagnostics }, null, 2)}\n`);
    else {
      for (const { severity, rule, message } of findings) io.stdout(`${severity}: ${message} [${rule}]\n`);
      for (const { severity, rule, message, section, offset } of diagnostics.slice(0, MOST_DIAGNOSTICS)) {
        io.stdout(`${severity}: ${message} at ${section}+0x${offset.toString(16)} [${rule}]\n`);
      }
      if (diagnostics.length > MOST_DIAGNOSTICS) io.stdout(`... and ${diagnostics.length - MOST_DIAGNOSTICS} more\n`);
      const { places, placesWithLines, placesInlined, functions, withLines } = coverage;
      io.stdout(`${withLines} of ${functions} functions have lines\n`);
      io.stdout(
        `${placesWithLines} of ${places} places where a frame can stand have a line, ${placesInlined} are in inlined calls\n`,
      );
    }
    return findings.some(({ severity }) => severity !== 'note') ? 1 : 0;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    throw new FileError('other', `${debugPath ?? path}: ${error.message}`);
  }
}
