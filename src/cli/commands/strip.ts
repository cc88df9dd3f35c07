import { basename } from 'node:path';
import { isFormatError } from '../../errors.ts';
import { separateDebugInfo, stripDebugInfo } from '../../rewrite/separate-debug-info.ts';
import type { Io } from '../io.ts';

/** Options of `wasm-frames strip`. */
export interface StripCommandOptions {
  readonly output?: string | undefined;
  readonly names: boolean;
}

/** Options of `wasm-frames split`. */
export interface SplitCommandOptions extends StripCommandOptions {
  /** Where the debug information goes. */
  readonly debugFile: string;
  /** What the module says of where that is; its name without directories otherwise. */
  readonly url?: string | undefined;
}

/** Removes debug information: 0, or 2 where the file cannot be read. */
export async function strip(file: string, options: StripCommandOptions, io: Io): Promise<number> {
  return attempt('strip', io, () => {
    io.writeFile(options.output ?? file, stripDebugInfo(io.readFile(file), options));
  });
}

/** Moves debug information into a file of its own: 0, or 2 where the file cannot be read. */
export async function split(file: string, options: SplitCommandOptions, io: Io): Promise<number> {
  return attempt('split', io, () => {
    const separated = separateDebugInfo(io.readFile(file), options.url ?? basename(options.debugFile), options);
    io.writeFile(options.debugFile, separated.debugFile);
    io.writeFile(options.output ?? file, separated.module);
  });
}

function attempt(name: string, io: Io, action: () => void): number {
  try {
    action();
    return 0;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    io.stderr(`wasm-frames ${name}: ${error.message}\n`);
    return 2;
  }
}
