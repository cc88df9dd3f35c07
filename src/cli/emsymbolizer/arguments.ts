/** Where answers come from. */
export const SOURCES = ['dwarf', 'sourcemap', 'names', 'symtab', 'symbolmap'] as const;
export type AnswerSource = (typeof SOURCES)[number];

/** An emsymbolizer command line. */
export interface EmsymbolizerArguments {
  /** The one source to ask; without one, the best that the module has for each address. */
  readonly source: AnswerSource | undefined;
  /** The source map, symbol map or debug file. */
  readonly file: string | undefined;
  /** What addresses count from. */
  readonly addressSpace: 'file' | 'code';
  readonly verbose: boolean;
  readonly module: string;
  readonly addresses: readonly string[];
}

/** A command line that is not one. */
export class UsageError extends Error {}

/** The usage line, as emsymbolizer's, with several addresses. */
export const USAGE: string =
  'usage: emsymbolizer [-h] [-s {dwarf,sourcemap,names,symtab,symbolmap}] [-f FILE] [-t {code,file}] [-v]\n' +
  '                    wasm_file address [address ...]\n';

/** Options that take a value, by their long names; a beginning that is unique will do, as with argparse. */
const VALUED: Readonly<Record<string, 'source' | 'file' | 'type'>> = {
  '--source': 'source',
  '--file': 'file',
  '--addrtype': 'type',
};
const SHORT: Readonly<Record<string, 'source' | 'file' | 'type'>> = { '-s': 'source', '-f': 'file', '-t': 'type' };

/** Takes a command line apart; `undefined` asks for help. @throws UsageError */
export function parseEmsymbolizer(args: readonly string[]): EmsymbolizerArguments | undefined {
  const values: Partial<Record<'source' | 'file' | 'type', string>> = {};
  const positionals: string[] = [];
  let verbose = false;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    if (argument === '-h' || argument === '--help') return undefined;
    if (argument === '-v' || argument === '--verbose') {
      verbose = true;
      continue;
    }
    if (!argument.startsWith('-') || argument === '-') {
      positionals.push(argument);
      continue;
    }
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    const option = equals < 0 ? argument : argument.slice(0, equals);
    const key = VALUED[option] ?? SHORT[argument.slice(0, 2)];
    if (key === undefined) throw new UsageError(`unrecognized arguments: ${argument}`);
    const joined = equals >= 0 ? argument.slice(equals + 1) : option.startsWith('--') ? '' : argument.slice(2);
    const value = joined !== '' || equals >= 0 ? joined : args[++index];
    if (value === undefined) throw new UsageError(`argument ${option}: expected one argument`);
    values[key] = value;
  }
  const [module, ...addresses] = positionals;
  if (module === undefined || addresses.length === 0) {
    const missing = module === undefined ? 'wasm_file, address' : 'address';
    throw new UsageError(`the following arguments are required: ${missing}`);
  }
  return {
    source: choice('-s/--source', values.source, SOURCES),
    file: values.file,
    addressSpace: choice('-t/--addrtype', values.type, ['code', 'file'] as const) ?? 'file',
    verbose,
    module,
    addresses,
  };
}

function choice<T extends string>(option: string, value: string | undefined, choices: readonly T[]): T | undefined {
  if (value === undefined || choices.includes(value as T)) return value as T | undefined;
  const all = choices.map((each) => `'${each}'`).join(', ');
  throw new UsageError(`argument ${option}: invalid choice: '${value}' (choose from ${all})`);
}
