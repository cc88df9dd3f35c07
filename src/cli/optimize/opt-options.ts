import { basename } from 'node:path';
import { DRIVERS, type DriverName } from '../../rewrite/optimize.ts';
import type { KeptEntries } from '../../rewrite/rewrite-debug-info.ts';
import type { Io } from '../io.ts';

/** What `wasm-frames opt` takes besides wasm-opt's own arguments. */
export interface OptOptions {
  /** Path of the real wasm-opt. */
  readonly wasmOpt?: string | undefined;
  readonly driver: DriverName;
  /** What of the debug information is kept. */
  readonly keep: KeptEntries;
  /** Where the debug information goes, if not into the module. */
  readonly dwarfOut?: string | undefined;
  /** Where the provenance goes. */
  readonly keepProvenance?: string | undefined;
  /** What is wasm-opt's. */
  readonly rest: readonly string[];
}

/** A mistake on the command line. */
export class UsageError extends Error {}

/** What can be kept, by its names on the command line. */
export const KEPT: readonly KeptEntries[] = ['frames', 'types', 'all'];

const OWN = ['--wasm-opt', '--driver', '--dwarf-out', '--keep-provenance', '--keep'] as const;

/** Takes our options out of wasm-opt's; the environment gives those that are not there. @throws UsageError */
export function readOptOptions(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): OptOptions {
  const given = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!OWN.some((own) => own === name)) {
      rest.push(word);
      continue;
    }
    const value = equals < 0 ? words[++index] : word.slice(equals + 1);
    if (value === undefined || value === '') throw new UsageError(`${name} needs a value`);
    given.set(name, value);
  }
  const option = (name: (typeof OWN)[number], variable: string): string | undefined =>
    given.get(name) ?? (env[variable] || undefined);
  const driver = option('--driver', 'WASM_FRAMES_DRIVER') ?? 'staged';
  const known = DRIVERS.find((each) => each === driver);
  if (known === undefined) throw new UsageError(`no driver ${driver}; there are ${DRIVERS.join(', ')}`);
  const keep = option('--keep', 'WASM_FRAMES_KEEP') ?? 'types';
  const kept = KEPT.find((each) => each === keep);
  if (kept === undefined) throw new UsageError(`nothing to keep called ${keep}; there are ${KEPT.join(', ')}`);
  return {
    wasmOpt: option('--wasm-opt', 'WASM_FRAMES_WASM_OPT'),
    driver: known,
    keep: kept,
    dwarfOut: option('--dwarf-out', 'WASM_FRAMES_DWARF_OUT'),
    keepProvenance: option('--keep-provenance', 'WASM_FRAMES_KEEP_PROVENANCE'),
    rest,
  };
}

/**
 * The options with files in place of folders: a build of several modules names a folder (`archive/`) once, and each
 * module's debug file is called after it.
 */
export function inOutputFolder(options: OptOptions, output: string | undefined, io: Pick<Io, 'exists'>): OptOptions {
  const { dwarfOut } = options;
  if (dwarfOut === undefined || output === undefined || !(dwarfOut.endsWith('/') || io.exists(`${dwarfOut}/.`))) {
    return options;
  }
  const stem = output === '-' ? 'module' : basename(output).replace(/\.wasm$/, '');
  return { ...options, dwarfOut: `${dwarfOut.replace(/\/$/, '')}/${stem}.debug.wasm` };
}
