import { findOption, type Role } from './wasm-opt-options.ts';

/** How wasm-opt is to be run so that provenance comes out. */
export interface OptimizationPlan {
  /** The module's path; undefined or `-` is standard input. */
  readonly input: string | undefined;
  /** Where the result goes; undefined writes nothing, `-` is standard output. */
  readonly output: string | undefined;
  /**
   * `staged`: three stages. `single`: one run, exact because nothing is inlined. `inferred`: one run that inlines.
   * `foreign`: the run is none of our business.
   */
  readonly kind: 'staged' | 'single' | 'inferred' | 'foreign';
  /** Why it is not what was asked for. */
  readonly reason?: string | undefined;
  /** All arguments but input, output and what is ours to do. */
  readonly plain: readonly string[];
  readonly optimize: readonly string[];
  readonly inline: readonly string[];
  readonly finish: readonly string[];
  /** Whether the result keeps names. */
  readonly names: boolean;
  /** Whether the result keeps debug information: it is not asked to be removed. */
  readonly dwarf: boolean;
}

interface Argument {
  readonly name: string;
  readonly role: Role;
  readonly value: string | undefined;
  readonly words: readonly string[];
}

const LEVELS: ReadonlyMap<string, readonly [optimize: number, shrink: number]> = new Map([
  ['-O', [2, 1]],
  ['-O0', [0, 0]],
  ['-O1', [1, 0]],
  ['-O2', [2, 0]],
  ['-O3', [3, 0]],
  ['-O4', [4, 0]],
  ['-Os', [2, 1]],
  ['-Oz', [2, 2]],
]);

const SKIP_INLINING = '--skip-pass=inlining-optimizing';

/** Leaves out the pass that makes one function of several that differ in constants. */
export const SKIP_MERGING = '--skip-pass=merge-similar-functions';

/** Reads wasm-opt's command line and divides it among stages. */
export function planOptimization(words: readonly string[]): OptimizationPlan {
  const { args, inputs, unknown } = readArguments(words);
  const names = args.some((arg) => arg.role === 'names') && !args.some((arg) => isStrip(arg, 'debug'));
  const common = {
    input: inputs[0],
    output: args.findLast((arg) => arg.role === 'output')?.value,
    names,
    dwarf: !args.some((arg) => arg.role === 'strip'),
  };
  const plain = args.flatMap((arg) => (OURS.has(arg.role) ? [] : arg.words));
  if (names) plain.push('-g');
  const foreign = unknown ?? args.find((arg) => arg.role === 'foreign')?.name;
  if (foreign !== undefined || inputs.length > 1) {
    return { ...common, kind: 'foreign', reason: foreign, plain, optimize: [], inline: [], finish: [] };
  }
  return { ...common, plain, ...divide(args, names) };
}

/** What is not given to wasm-opt as it stands. */
const OURS: ReadonlySet<Role> = new Set(['output', 'names', 'strip', 'drop'] as const);

function divide(
  args: readonly Argument[],
  names: boolean,
): Pick<OptimizationPlan, 'kind' | 'reason' | 'optimize' | 'inline' | 'finish'> {
  const nothing = { optimize: [], inline: [], finish: [] };
  const skipped = args.some((arg) => /^(--skip-pass|-sp)$/.test(arg.name) && arg.value === 'inlining-optimizing');
  const inlining = args.filter(({ name }) => !skipped && inlines(name));
  const own = args.find((arg) => arg.role === 'inline' && arg.value !== '0');
  if (own !== undefined) {
    return { kind: 'inferred', reason: `${own.name} cannot be split from the passes around it`, ...nothing };
  }
  const first = inlining[0];
  if (first === undefined) return { kind: 'single', ...nothing };

  // Up to the last -O all is done first; a single one is done in both stages.
  const last = args.lastIndexOf(inlining.at(-1) ?? first);
  const again = inlining.length > 1;
  const optimize: string[] = [];
  const inline: string[] = [];
  const finish: string[] = [];
  const stages = new Map<string, string[]>();
  args.forEach((arg, index) => {
    const { words } = arg;
    switch (arg.role) {
      case 'level':
        if (index !== last || !again) optimize.push(...words);
        if (index >= last) finish.push(...words);
        break;
      case 'number':
      case 'optimize':
        optimize.push(...words);
        finish.push(...words);
        break;
      case 'everywhere':
        for (const stage of [optimize, inline, finish]) stage.push(...words);
        break;
      // Later stages get the features the first one ended with.
      case 'feature':
        optimize.push(...words);
        break;
      case 'mark':
        optimize.push(...words);
        inline.push(...words);
        break;
      case 'finish':
        finish.push(...words);
        break;
      case 'pass': {
        const stage = index < last ? optimize : finish;
        stages.set(arg.name.slice(2), stage);
        stage.push(...words);
        break;
      }
      case 'pass-argument': {
        const stage = stages.get(arg.value?.split('@')[0] ?? '');
        for (const to of stage === undefined ? [optimize, inline, finish] : [stage]) to.push(...words);
        break;
      }
      case 'names':
      case 'strip':
      case 'drop':
      case 'inline':
      case 'output':
      case 'foreign':
        break;
      default:
        arg.role satisfies never;
    }
  });
  // Names are kept up to the end for passes that ask for them. A stage must write every instruction it has.
  optimize.push(SKIP_INLINING, '--no-stack-ir', '-g');
  // Functions are made one behind inlining, and in the first stage only where that was asked for.
  if (args.some(shrinks) && !stages.has('merge-similar-functions')) optimize.push(SKIP_MERGING);
  const [level, shrink] = LEVELS.get(first.name)!;
  inline.push('-ol', `${level}`, '-s', `${shrink}`, '--inlining', '--no-stack-ir', '-g');
  finish.push(SKIP_INLINING, ...(names ? ['-g'] : []));
  return { kind: 'staged', optimize, inline, finish };
}

/** Whether a level runs inlining: not -O0 and -O1. */
function inlines(name: string): boolean {
  const level = LEVELS.get(name);
  return level !== undefined && level[0] >= 2;
}

/** Whether an argument lets a level merge similar functions. */
function shrinks({ name, role, value }: Argument): boolean {
  return (
    (role === 'level' && name === '-Oz') || (role === 'number' && /^(-s|--shrink-level)$/.test(name) && value !== '0')
  );
}

function isStrip({ name, role }: Argument, what: 'debug'): boolean {
  return role === 'strip' && (name === '--strip' || name === `--strip-${what}`);
}

/** Words as options with their values, as wasm-opt itself takes them. */
function readArguments(words: readonly string[]): {
  readonly args: readonly Argument[];
  readonly inputs: readonly string[];
  /** The first word wasm-opt will refuse. */
  readonly unknown: string | undefined;
} {
  const args: Argument[] = [];
  const inputs: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === '-' || !word.startsWith('-')) {
      inputs.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const option = findOption(name);
    if (option === undefined) return { args, inputs, unknown: word };
    let value = equals < 0 ? undefined : word.slice(equals + 1);
    const all = [word];
    if (option.takes === 'one' && value === undefined) {
      value = words[++index];
      if (value === undefined) return { args, inputs, unknown: word };
      all.push(value);
    }
    args.push({ name, role: option.role, value, words: all });
  }
  return { args, inputs, unknown: undefined };
}
