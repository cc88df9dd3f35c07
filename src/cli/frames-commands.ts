import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { CRASH_COMMANDS } from './crash-commands.ts';
import type { Io } from './io.ts';
import { REWRITE_COMMANDS } from './rewrite-commands.ts';
import { defineVerify } from './verify-command.ts';

/** Takes the exit status of the subcommand that ran. */
type Finish = (status: number) => void;

/** Defines one subcommand. What it needs is imported when it runs. */
type Define = (program: Command, io: Io, finish: Finish) => void;

/** Runs the subcommand that the arguments name, or explains them. */
export async function runCommand(args: readonly string[], io: Io): Promise<number> {
  let status = 0;
  const program = new Command('wasm-frames')
    .description('Real frames for WebAssembly: of crashes, profiles and optimized code.')
    .version(VERSION)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) });
  for (const define of COMMANDS) {
    define(program, io, (result) => {
      status = result;
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

const emsymbolizer: Define = (program, io, finish) => {
  program
    .command('emsymbolizer [args...]')
    .description("answer as Emscripten's emsymbolizer does, for several addresses and separate DWARF too")
    // Its options are its own.
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const command = await import('./commands/emsymbolizer.ts');
      finish(await command.emsymbolizer(args, io));
    });
};

const COMMANDS: readonly Define[] = [...CRASH_COMMANDS, ...REWRITE_COMMANDS, defineVerify, emsymbolizer];
