import { decodeUtf8 } from '../../bytes/text.ts';
import { type Tool, type ToolArgument, ToolError } from '../tool.ts';

/** Ids of source maps survive from here on, and code is the same with a map and without. */
export const FIRST_VERSION_WITH_IDS = 118;
/** From here on a run without StackIR leaves every instruction its id. */
export const FIRST_VERSION_STAGED = 120;

/** An optimizer that cannot be used, and why. */
export class OptimizerError extends Error {
  static {
    OptimizerError.prototype.name = 'OptimizerError';
  }
}

/** Asks a tool of Binaryen's for its version: `wasm-opt version 132 (version_132)` is 132. */
export async function toolVersion(tool: Tool): Promise<number> {
  const run = await tool.run(['--version']);
  const version = /version (\d+)/.exec(decodeUtf8(run.stdout))?.[1];
  if (run.status !== 0 || version === undefined) {
    throw new OptimizerError(`${tool.name} does not answer --version as wasm-opt does`);
  }
  return Number(version);
}

/** @throws OptimizerError where a version is too old for what is asked of it, with the reason. */
export function checkVersion(tool: Tool, version: number, least: number): void {
  if (version >= least) return;
  const reason =
    version < 116
      ? 'most instructions get wrong ids, and the code changes when a source map is given'
      : version < FIRST_VERSION_WITH_IDS
        ? 'the code changes when a source map is given'
        : 'instructions without an id of their own cannot be told apart';
  throw new OptimizerError(`${tool.name} is version ${version}; ${least} or newer is needed, because before ${reason}`);
}

/** A module and the source map that came with it. */
export interface MappedModule {
  readonly module: Uint8Array;
  readonly map: Uint8Array;
}

/**
 * One run of wasm-opt with a source map in and out.
 *
 * @throws ToolError where it fails.
 */
export async function runWithMap(
  tool: Tool,
  { module, map }: MappedModule,
  args: readonly ToolArgument[],
): Promise<MappedModule & { readonly stderr: string; readonly stdout: Uint8Array }> {
  const run = await tool.run([
    { input: module },
    ...args,
    '-ism',
    { input: map },
    '-osm',
    { output: 'out.map' },
    '-o',
    { output: 'out.wasm' },
  ]);
  const out = run.outputs.get('out.wasm');
  const outMap = run.outputs.get('out.map');
  if (run.status !== 0 || out === undefined || outMap === undefined) throw new ToolError(tool.name, run);
  return { module: out, map: outMap, stderr: run.stderr, stdout: run.stdout };
}
