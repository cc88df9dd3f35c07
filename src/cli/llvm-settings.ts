import type { GivenOption } from './arguments/options.ts';
import { parseUnsigned } from './numbers.ts';

/** How a drop-in was asked to work, after defaults. */
export interface LlvmSettings {
  readonly addr2line: boolean;
  readonly object: string | undefined;
  readonly buildId: string | undefined;
  /** Subtracted from each address, modulo 2^64. */
  readonly adjustVma: bigint;
  readonly demangle: boolean;
  readonly inlines: boolean;
  readonly functions: 'none' | 'short' | 'linkage';
  readonly paths: 'absolute' | 'relative' | 'basename';
  readonly skipLineZero: boolean;
  readonly style: 'LLVM' | 'GNU' | 'JSON';
  readonly pretty: boolean;
  readonly verbose: boolean;
  readonly addresses: boolean;
  readonly sourceLines: number;
  readonly filterMarkup: boolean;
  readonly colours: boolean | undefined;
  readonly dwp: string | undefined;
  readonly defaultArch: string;
  readonly debugFileDirectories: readonly string[];
  readonly fallbackDebugPath: string;
  /** Whether debuginfod is asked, its cache and the servers that the environment names: if it is not forbidden. */
  readonly debuginfod: boolean | undefined;
  readonly useSymbolTable: boolean;
  /** Which space addresses count in; `auto` is LLVM 23's rule. */
  readonly addressSpace: 'auto' | 'file' | 'code';
  /** A file with the debug information of `object`. */
  readonly debugFile: string | undefined;
  /** `FROM=TO`: paths that begin with FROM are looked for at TO. */
  readonly sourceMapPaths: readonly { readonly from: string; readonly to: string }[];
  /** Whether a debug file is taken although its code differs. */
  readonly force: boolean;
  /** Whether the network is asked for what `external_debug_info` names; `undefined`: as the environment says. */
  readonly fetchDebugInfo: boolean | undefined;
}

/** Why a command line cannot be followed; the text goes to standard error as it stands. */
export class SettingsError extends Error {}

/** Options as they were given, the last one counting. @throws SettingsError */
export function settingsFrom(given: readonly GivenOption[], { addr2line }: { addr2line: boolean }): LlvmSettings {
  const values = new Map<string, string[]>();
  for (const { option, value } of given) {
    const list = values.get(option);
    if (list === undefined) values.set(option, [value]);
    else list.push(value);
  }
  const last = (option: string): string | undefined => values.get(option)?.at(-1);
  const has = (option: string): boolean => values.has(option);
  /** Which of two opposite options was given last. */
  const either = (on: string, off: string): boolean | undefined => {
    for (let index = given.length - 1; index >= 0; index--) {
      if (given[index]!.option === on) return true;
      if (given[index]!.option === off) return false;
    }
    return undefined;
  };

  const adjustVma = integer('adjust-vma', last('adjust-vma'), false);
  const sourceLines = integer('print-source-context-lines', last('print-source-context-lines'), true);
  integer('cache-size', last('cache-size'), false);
  const style = last('output-style');
  const basenames = either('basenames', 'relativenames');
  const buildId = last('build-id');
  const addressSpace = last('address-space');
  if (addressSpace !== undefined && !['auto', 'file', 'code'].includes(addressSpace)) {
    throw new SettingsError(`--address-space=: expected file, code or auto, but got '${addressSpace}'\n`);
  }
  return {
    addr2line,
    object: last('obj'),
    buildId,
    adjustVma: BigInt.asUintN(64, adjustVma),
    demangle: either('demangle', 'no-demangle') ?? !addr2line,
    inlines: either('inlines', 'no-inlines') ?? !addr2line,
    functions: functionsFrom(has('functions'), last('functions='), addr2line),
    paths: basenames === undefined ? 'absolute' : basenames ? 'basename' : 'relative',
    skipLineZero: has('skip-line-zero'),
    style: style === undefined ? (addr2line ? 'GNU' : 'LLVM') : style === 'GNU' || style === 'JSON' ? style : 'LLVM',
    pretty: has('pretty-print'),
    verbose: has('verbose'),
    addresses: has('addresses'),
    sourceLines: Number(BigInt.asIntN(32, sourceLines)),
    filterMarkup: has('filter-markup'),
    colours: has('color') ? true : ({ always: true, never: false }[last('color=') ?? ''] ?? undefined),
    dwp: last('dwp'),
    defaultArch: last('default-arch') ?? '',
    debugFileDirectories: values.get('debug-file-directory') ?? [],
    fallbackDebugPath: last('fallback-debug-path') ?? '',
    debuginfod: either('debuginfod', 'no-debuginfod'),
    useSymbolTable: either('use-symbol-table', 'no-use-symbol-table') ?? true,
    addressSpace: (addressSpace ?? 'auto') as LlvmSettings['addressSpace'],
    debugFile: last('debug-file'),
    sourceMapPaths: (values.get('source-map-path') ?? []).map(substitution),
    force: has('force'),
    fetchDebugInfo: either('fetch-debug-info', 'no-fetch-debug-info'),
  };
}

/** Lines on standard error that are printed although the command goes on. */
export function settingsWarnings(given: readonly GivenOption[]): string[] {
  const warnings: string[] = [];
  for (const { option, value } of given) {
    if (option !== 'dsym-hint' || /[^/]\.dSYM$/.test(value)) continue;
    warnings.push(`Warning: invalid dSYM hint: "${value}" (must have the '.dSYM' extension).\n`);
  }
  return warnings;
}

/** A bare `--functions` anywhere beats `--functions=none`. */
function functionsFrom(bare: boolean, value: string | undefined, addr2line: boolean): LlvmSettings['functions'] {
  if (bare) return 'linkage';
  if (value === undefined) return addr2line ? 'none' : 'linkage';
  return value === 'none' || value === 'short' ? value : 'linkage';
}

function integer(option: string, text: string | undefined, signed: boolean): bigint {
  if (text === undefined) return 0n;
  const negative = signed && text.startsWith('-');
  const value = parseUnsigned(negative ? text.slice(1) : text, 0);
  if (value !== undefined && (!signed || value <= 0x7fff_ffff)) return negative ? -BigInt(value) : BigInt(value);
  // The line has no end: neither has LLVM's.
  throw new SettingsError(`--${option}=: expected a non-negative integer, but got '${text}'`);
}

function substitution(text: string): { from: string; to: string } {
  const at = text.indexOf('=');
  if (at <= 0) throw new SettingsError(`--source-map-path=: expected FROM=TO, but got '${text}'\n`);
  return { from: text.slice(0, at), to: text.slice(at + 1) };
}
