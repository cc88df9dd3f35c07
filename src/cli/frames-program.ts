import { FileError, type Io } from './io.ts';
import { plainTraceArguments } from './plain-trace-arguments.ts';

/**
 * `wasm-frames`: our own commands. Exit status: 0 found, 1 nothing found or findings, 2 failed.
 *
 * What a command needs is imported when it runs, commander too: loading it takes a third of what Node takes to start.
 */
export async function runFrames(args: readonly string[], io: Io): Promise<number> {
  try {
    if (io.argv0.includes('emsymbolizer')) {
      const { emsymbolizer } = await import('./commands/emsymbolizer.ts');
      return await emsymbolizer(args, io);
    }
    // All that follows is wasm-opt's.
    if (args[0] === 'opt') return await (await import('./commands/opt.ts')).opt(args.slice(1), io);
    const plain = args[0] === 'trace' ? plainTraceArguments(args.slice(1)) : undefined;
    if (plain !== undefined) return await (await import('./commands/trace.ts')).trace(plain.file, plain.options, io);
    return await (await import('./frames-commands.ts')).runCommand(args, io);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.stderr(`${io.argv0}: ${error.message}\n`);
    return 2;
  }
}
