import { decodeUtf8 } from '../../bytes/text.ts';
import { listCode } from '../code-listing.ts';
import { provenanceOfMoves } from '../moves.ts';
import { repairMerged } from '../repair-merged.ts';
import { type Tool, type ToolArgument, ToolError } from '../tool.ts';
import { type WalkCounts, walkCode } from './code-walk.ts';
import { type Optimized, type StrippedModule, step } from './staged.ts';
import { FIRST_VERSION_WITH_IDS, toolVersion } from './wasm-opt.ts';

/** What a tool made of a module, and how much of it was found again where nobody said. */
export interface Changed extends Optimized {
  /** Of the walk, where the tool cannot carry ids. */
  readonly walk?: WalkCounts | undefined;
}

/** Tools of Binaryen's that carry a source map from their input to their output. They inline nothing. */
const CARRY_IDS: ReadonlySet<string> = new Set(['wasm-metadce', 'wasm-emscripten-finalize']);

/**
 * Runs a tool that changes a module without inlining: exact where it carries ids along, otherwise functions are found
 * by their bodies. `args` are its arguments but the input and the output.
 *
 * @throws ToolError where it fails.
 */
export async function runOtherTool(
  tool: Tool,
  { name, before, args }: { readonly name: string; readonly before: StrippedModule; readonly args: readonly string[] },
): Promise<Changed> {
  if (CARRY_IDS.has(name) && (await toolVersion(tool)) >= FIRST_VERSION_WITH_IDS) {
    const { module, listing, origins, stderr, stdout } = await step(tool, before, args);
    const moved = provenanceOfMoves(before.listing, listing, origins);
    return { module, listing, provenance: repairMerged(before.listing, listing, moved), stderr, stdout };
  }
  const words: ToolArgument[] = [{ input: before.module }, ...args, '-o', { output: 'out.wasm' }];
  const run = await tool.run(words);
  const module = run.outputs.get('out.wasm');
  if (run.status !== 0 || module === undefined) throw new ToolError(tool.name, run);
  const listing = listCode(module);
  const { provenance, counts } = walkCode(before.listing, listing);
  return { module, listing, provenance, stderr: run.stderr, stdout: decodeUtf8(run.stdout), walk: counts };
}
