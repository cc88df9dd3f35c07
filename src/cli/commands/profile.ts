import { ModuleFinder } from '../../crash/module-finder.ts';
import { PerfFilter } from '../../crash/profile/perf.ts';
import { ProfileFunctions } from '../../crash/profile/profile-functions.ts';
import { symbolizeProfile } from '../../crash/profile/symbolize-profile.ts';
import { type ModuleOptions, moduleFiles } from '../crash/module-files.ts';
import { reportErrors } from '../crash/report.ts';
import { FileError, type Io } from '../io.ts';

/** Options of `wasm-frames profile`. */
export interface ProfileOptions extends ModuleOptions {
  /** Where the profile goes instead of standard output. */
  readonly output: string | undefined;
}

/** Renames the functions of wasm in a profile: 0, or 2 where it is none that is known. */
export async function profile(path: string | undefined, options: ProfileOptions, io: Io): Promise<number> {
  const finder = new ModuleFinder(moduleFiles(options, io), { report: reportErrors(io) });
  const bytes = await readAll(path, io);
  const written: Uint8Array[] = [];
  const first = bytes.find((byte) => byte > 0x20);
  // All but perf's are JSON.
  if (first === 0x7b || first === 0x5b) {
    const value = symbolizeProfile(parse(bytes, path ?? 'standard input'), (reference) => finder.find(reference));
    if (value === undefined) throw new FileError('other', `${path ?? 'standard input'}: no profile of a known format`);
    written.push(Buffer.from(JSON.stringify(value)));
  } else {
    const functions = new ProfileFunctions((reference) => finder.find(reference));
    const filter = new PerfFilter(functions, (part) => written.push(part));
    filter.push(bytes);
    filter.flush();
    if (filter.renamed === 0) io.stderr(`${io.argv0}: no functions of wasm in ${path ?? 'standard input'}\n`);
  }
  const result = Buffer.concat(written);
  if (options.output === undefined) io.stdout(result);
  else io.writeFile(options.output, result);
  for (const { url, name } of finder.missing) {
    io.stderr(`${io.argv0}: no module for ${url ?? name ?? 'functions that name no module'}\n`);
  }
  return 0;
}

async function readAll(path: string | undefined, io: Io): Promise<Uint8Array> {
  if (path !== undefined && path !== '-') {
    try {
      return io.readFile(path);
    } catch (error) {
      if (error instanceof FileError) throw new FileError(error.code, `${path}: ${error.message}`);
      throw error;
    }
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw new FileError('other', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
