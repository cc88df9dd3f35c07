import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Severity } from '../diagnostics.ts';
import type { Io } from './io.ts';

const collect = (value: string, given: readonly string[]): string[] => [...given, ...value.split(',')];

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('not a number.');
  return number;
}

function seconds(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number <= MOST_SECONDS)) throw new InvalidArgumentError(`not a number up to ${MOST_SECONDS}.`);
  return number;
}

/** A day: timers do not go much further. */
const MOST_SECONDS = 86_400;

/** What commander gives. */
interface Given {
  readonly debugFile?: string;
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly severity: Severity;
  readonly failOn: Severity;
  readonly only: readonly string[];
  readonly maxErrors: number;
  readonly places: number;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly coverage: boolean;
  readonly statistics: boolean;
  readonly evenIfStale: boolean;
  readonly rules: boolean;
  readonly against?: string;
  readonly provenance: readonly string[];
  readonly run: boolean;
  readonly runSeconds: number;
  readonly json: boolean;
}

/** `wasm-frames verify`. */
export function defineVerify(program: Command, io: Io, finish: (status: number) => void): void {
  program
    .command('verify [modules...]')
    .description('say what is wrong with the debug information of modules: status 0 clean, 1 findings, 2 unreadable')
    .option('--debug-file <file>', 'the file with the debug information, where that is another')
    .addOption(
      new Option('--format <format>', 'of the report').choices(['text', 'json', 'sarif', 'github']).default('text'),
    )
    .option('--json', 'the same as --format json', false)
    .addOption(severityOption('--severity <severity>', 'show findings of this severity and worse', 'warning'))
    .addOption(severityOption('--fail-on <severity>', 'findings of this severity and worse make the status 1', 'error'))
    .option('--only <rules>', 'only these rules (lines/*), or all but these (-lines/copies)', collect, [])
    .option('--max-errors <count>', 'stop after so many errors; 0 for never', count, 0)
    .option('--places <count>', 'places that the text shows of each rule', count, 5)
    .option('--baseline <file>', 'leave out the findings that are known')
    .option('--write-baseline <file>', 'write the findings as known ones')
    .option('--coverage', 'say how much of the code is described', false)
    .option('--statistics', 'only that, as JSON', false)
    .option('--even-if-stale', 'check addresses even where all of them are wrong', false)
    .option('--rules', 'list the rules', false)
    .option('--against <before>', 'say what was lost since the module before it was optimized')
    .option('--provenance <file>', 'with --against: says where the code comes from', collect, [])
    .option('--run', 'with --against: run both modules, and compare the stacks that the engine has', false)
    .option(
      '--run-seconds <seconds>',
      'with --run: how long each module may run, and a call a fifth of it',
      seconds,
      20,
    )
    .addHelpText(
      'after',
      `
With --against the status is 0 where nothing is lost, 1 where something is, and 2 where a file cannot be read, the
engine refuses a module, or no call came to a stack within --run-seconds. Calls that take longer are stopped and named.

Examples:
  wasm-frames verify app.wasm
  wasm-frames verify app.wasm --format sarif > findings.sarif
  wasm-frames verify app.wasm --coverage --only code/stale
  wasm-frames verify app.opt.wasm --against app.wasm`,
    )
    .action(async (modules: string[], options: Given) => {
      finish(await runVerify(modules, options, io));
    });
}

async function runVerify(modules: readonly string[], options: Given, io: Io): Promise<number> {
  const command = await import('./commands/verify.ts');
  const format = options.json || options.statistics ? 'json' : options.format;
  if (options.rules) return command.listRules(format, io);
  if (modules.length === 0) {
    io.stderr(`${io.argv0}: no module to verify\n`);
    return 2;
  }
  if (options.against !== undefined) {
    const { against, provenance, run, runSeconds, places } = options;
    const { verifyAgainst } = await import('./commands/verify-against.ts');
    return verifyAgainst(modules, against, { provenance, run, runSeconds, json: format === 'json', places }, io);
  }
  if (!options.statistics) return command.verify(modules, { ...options, format }, io);
  // Findings are neither shown nor counted.
  const only = ['statistics/none'];
  await command.verify(modules, { ...options, format, only, coverage: true }, io);
  return 0;
}

function severityOption(flags: string, description: string, value: Severity): Option {
  return new Option(flags, description).choices(['error', 'warning', 'note']).default(value);
}
