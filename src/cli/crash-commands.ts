import type { Command } from 'commander';
import type { Io } from './io.ts';

type Define = (program: Command, io: Io, finish: (status: number) => void) => void;

const collect = (value: string, given: readonly string[]): string[] => [...given, value];

/** The options by which commands about crashes and profiles are told of modules. */
function withModules(command: Command): Command {
  return command
    .option(
      '-e, --module <module[=debugfile]>',
      'module that ran, and the file with its debug information',
      collect,
      [],
    )
    .option('--symbols <dir>', 'directory of archived modules and debug files', collect, []);
}

/** As commander gives them. */
interface TraceArguments {
  readonly module: string[];
  readonly symbols: string[];
  readonly json?: true;
  readonly sentry?: true;
}

const trace: Define = (program, io, finish) => {
  withModules(program.command('trace [file]'))
    .description('rewrite the wasm frames of a text: logs, stack traces, sanitizer reports')
    .option('--json', 'write the frames as JSON instead')
    .option('--sentry', 'the input is an event of Sentry, in JSON, and so is the output')
    .addHelpText(
      'after',
      `
Examples:
  node app.js 2>&1 | wasm-frames trace -e app.wasm
  wasm-frames trace -e app.wasm=app.wasm.debug.wasm crash.log
  wasm-frames trace --symbols archive/ console.txt`,
    )
    .action(async (file: string | undefined, options: TraceArguments) => {
      const command = await import('./commands/trace.ts');
      finish(
        await command.trace(
          file,
          {
            modules: options.module,
            symbols: options.symbols,
            json: options.json ?? false,
            sentry: options.sentry ?? false,
          },
          io,
        ),
      );
    });
};

const core: Define = (program, io, finish) => {
  withModules(program.command('core <dump>'))
    .description('print the stacks and variables of a core dump')
    .option('--json', 'write them as JSON')
    .addHelpText('after', '\nExample:\n  wasm-frames core app.coredump -e app.wasm')
    .action(async (dump: string, options: { module: string[]; symbols: string[]; json?: true }) => {
      const command = await import('./commands/core.ts');
      finish(
        await command.core(
          dump,
          { modules: options.module, symbols: options.symbols, json: options.json ?? false },
          io,
        ),
      );
    });
};

const profile: Define = (program, io, finish) => {
  withModules(program.command('profile [file]'))
    .description("rename the wasm functions of a profile: .cpuprofile, trace events, Firefox's, perf's")
    .option('-o, --output <file>', 'write the profile there')
    .addHelpText(
      'after',
      `
Examples:
  wasm-frames profile -e app.wasm CPU.cpuprofile -o CPU.named.cpuprofile
  perf script | wasm-frames profile -e app.wasm | stackcollapse-perf.pl`,
    )
    .action(async (file: string | undefined, options: { module: string[]; symbols: string[]; output?: string }) => {
      const command = await import('./commands/profile.ts');
      finish(
        await command.profile(file, { modules: options.module, symbols: options.symbols, output: options.output }, io),
      );
    });
};

const check: Define = (program, io, finish) => {
  program
    .command('check <module> [debugfile]')
    .description('would this pair symbolize? for the build that archives a release')
    .option('--json', 'write the findings as JSON')
    .addHelpText('after', '\nExit status: 0 all is well, 1 findings, 2 a file could not be read.')
    .action(async (module: string, debugFile: string | undefined, options: { json?: true }) => {
      const command = await import('./commands/check.ts');
      finish(await command.check(module, debugFile, { json: options.json ?? false }, io));
    });
};

/** What is made of crashes and profiles. */
export const CRASH_COMMANDS: readonly Define[] = [trace, core, profile, check];
