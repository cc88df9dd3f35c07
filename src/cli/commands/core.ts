import { crashOfCoreDump } from '../../crash/core-dump/core-dump-crash.ts';
import { formatCoreDump, type VariablesOf } from '../../crash/core-dump/core-dump-text.ts';
import { frameVariables } from '../../crash/core-dump/core-dump-variables.ts';
import { readCoreDump } from '../../crash/core-dump/read-core-dump.ts';
import type { Crash } from '../../crash/crash.ts';
import { crashToJson, type Json, variableToJson } from '../../crash/crash-json.ts';
import { ModuleFinder } from '../../crash/module-finder.ts';
import { symbolizeCrash } from '../../crash/symbolize-crash.ts';
import { escapeControlCharacters } from '../../crash/text/control-characters.ts';
import { isFormatError } from '../../errors.ts';
import { type ModuleOptions, moduleFiles } from '../crash/module-files.ts';
import { openWindow } from '../crash/open-window.ts';
import { reportErrors } from '../crash/report.ts';
import { FileError, type Io } from '../io.ts';

/** Options of `wasm-frames core`. */
export interface CoreOptions extends ModuleOptions {
  readonly json: boolean;
}

/** Prints the stacks and variables of a core dump: 0 where frames were answered, 1 where none was, 2 where it failed. */
export async function core(path: string, options: CoreOptions, io: Io): Promise<number> {
  const finder = new ModuleFinder(moduleFiles(options, io), { report: reportErrors(io) });
  try {
    const dump = readCoreDump(openWindow(path, io));
    const crash = symbolizeCrash(crashOfCoreDump(dump), (reference) => finder.find(reference));
    const variablesOf: VariablesOf = (thread, index) => {
      const frame = crash.threads[thread]!.frames[index]!;
      const module = finder.find(frame.module).find(({ name }) => name === frame.resolution?.module);
      return module === undefined ? { locals: [], globals: [] } : frameVariables(dump, thread, index, frame, module);
    };
    if (options.json) io.stdout(`${JSON.stringify(withVariables(crash, dump.layout, variablesOf), null, 2)}\n`);
    else io.stdout(escapeControlCharacters(formatCoreDump(dump, crash, variablesOf)));
    const answered = crash.threads.some(({ frames }) =>
      frames.some(({ resolution }) => (resolution?.frames.length ?? 0) > 0),
    );
    if (!answered) io.stderr(`${io.argv0}: no module answers for the frames of ${path}\n`);
    return answered ? 0 : 1;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    throw new FileError('other', `${path}: ${error.message}`);
  }
}

/** The crash as JSON with the variables of every logical frame beside it. */
function withVariables(crash: Crash, layout: string, variablesOf: VariablesOf): Json {
  const variables = crash.threads.map(({ frames }, thread) =>
    frames.map((_, index) => {
      const { locals, globals } = variablesOf(thread, index);
      return { locals: locals.map((each) => each.map(variableToJson)), globals: globals.map(variableToJson) };
    }),
  );
  return { layout, ...(crashToJson(crash) as Record<string, Json>), variables };
}
