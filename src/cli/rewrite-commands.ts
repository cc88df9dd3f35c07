import { type Command, Option } from 'commander';
import type { RewriteCommandOptions } from './commands/rewrite.ts';
import type { StandInsOptions } from './commands/stand-ins.ts';
import type { Io } from './io.ts';

type Define = (program: Command, io: Io, finish: (status: number) => void) => void;

const collect = (value: string, given: readonly string[]): string[] => [...given, value];

/** Listed only: its arguments are wasm-opt's, and commander never sees them. */
const opt: Define = (program) => {
  program
    .command('opt [arguments...]')
    .description('run wasm-opt with its own arguments, and give its result exact frames')
    .option('--wasm-opt <path>', 'the real wasm-opt; otherwise $WASM_FRAMES_WASM_OPT, or the first on PATH')
    .option('--driver <name>', 'staged, in-process or single-pass; otherwise $WASM_FRAMES_DRIVER, or staged')
    .option('--keep <what>', 'frames, types (and globals), or all; otherwise $WASM_FRAMES_KEEP, or types')
    .option('--dwarf-out <file>', 'write the debug information to a file of its own')
    .option('--keep-provenance <file>', 'write where each piece of code comes from');
};

const run: Define = (program, io, finish) => {
  program
    .command('run <tool> [arguments...]')
    .description("run another tool of Binaryen's with its own arguments, and keep the frames of the module it writes")
    // Its options are the tool's.
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (tool: string, args: string[]) => {
      const command = await import('./commands/run.ts');
      finish(await command.run(tool, args, io));
    });
};

const standIns: Define = (program, io, finish) => {
  program
    .command('stand-ins <folder>')
    .description("make a folder of Binaryen's tools for Emscripten, clang and others, with ours among them")
    .requiredOption('--binaryen <folder>', 'where Binaryen is: its tools are in bin')
    .option('--wasm-opt <file>', 'another wasm-opt than the one there')
    .action(async (folder: string, options: StandInsOptions) => {
      const command = await import('./commands/stand-ins.ts');
      finish(await command.standIns(folder, options, io));
    });
};

const rewrite: Define = (program, io, finish) => {
  program
    .command('rewrite <before> <after>')
    .description('give an optimized module the debug information of the module it was made of')
    .requiredOption('-o, --output <file>', 'where the module goes')
    .option('--provenance <file>', 'says where the code comes from; several tools give several, in order', collect, [])
    .addOption(
      new Option('--keep <what>', 'what of the debug information is kept')
        .choices(['frames', 'types', 'all'])
        .default('types'),
    )
    .addHelpText('after', '\nWithout --provenance functions are matched by their bodies.')
    .action(async (before: string, after: string, options: RewriteCommandOptions) => {
      const command = await import('./commands/rewrite.ts');
      finish(await command.rewrite(before, after, options, io));
    });
};

const strip: Define = (program, io, finish) => {
  program
    .command('strip <module>')
    .description('remove debug information')
    .option('-o, --output <file>', 'where the module goes; otherwise in place')
    .option('--names', 'keep the name section', false)
    .action(async (file: string, options: { output?: string; names: boolean }) => {
      const command = await import('./commands/strip.ts');
      finish(await command.strip(file, options, io));
    });
};

const split: Define = (program, io, finish) => {
  program
    .command('split <module>')
    .description('move debug information into a file of its own, with the same build id in both')
    .requiredOption('-d, --debug-file <file>', 'where the debug information goes')
    .option('-o, --output <file>', 'where the module goes; otherwise in place')
    .option('--url <url>', 'where debuggers find the debug file; otherwise its name')
    .option('--names', 'keep the name section', false)
    .action(async (file: string, options: { debugFile: string; output?: string; url?: string; names: boolean }) => {
      const command = await import('./commands/strip.ts');
      finish(await command.split(file, options, io));
    });
};

/** The commands that make modules: optimizing, rewriting, separating debug information. */
export const REWRITE_COMMANDS: readonly Define[] = [opt, run, standIns, rewrite, strip, split];
