import type { TraceOptions } from './commands/trace.ts';

/** What `wasm-frames trace` is called with. */
export interface TraceCall {
  readonly file: string | undefined;
  readonly options: TraceOptions;
}

/**
 * The arguments of `wasm-frames trace` where they are spelled in the plainest way, so that commander need not be loaded
 * for them: it takes as long as the start of a trace. `undefined` leaves them to it, with whatever is wrong about them.
 */
export function plainTraceArguments(args: readonly string[]): TraceCall | undefined {
  const lists: Readonly<Record<string, string[]>> = { '-e': [], '--module': [], '--symbols': [] };
  const flags = new Set<string>();
  const files: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (Object.hasOwn(lists, arg)) {
      const value = args[++at];
      if (value === undefined || value.startsWith('-')) return undefined;
      lists[arg]!.push(value);
    } else if (arg === '--json' || arg === '--sentry') flags.add(arg);
    else if (arg.startsWith('-') && arg !== '-') return undefined;
    else files.push(arg);
  }
  const [modules, longModules, symbols] = [lists['-e']!, lists['--module']!, lists['--symbols']!];
  // Of modules that answer equally well the first one is taken: their order counts.
  if (files.length > 1 || (modules.length > 0 && longModules.length > 0)) return undefined;
  const options = {
    modules: [...modules, ...longModules],
    symbols,
    json: flags.has('--json'),
    sentry: flags.has('--sentry'),
  };
  return { file: files[0], options };
}
