import { chainProvenances } from '../chain-provenances.ts';
import { type CodeListing, listCode } from '../code-listing.ts';
import { readEntryOrigins, writeIdentityMap } from '../identity-map.ts';
import { provenanceOfMoves } from '../moves.ts';
import type { Provenance } from '../provenance.ts';
import type { Tool, ToolArgument } from '../tool.ts';
import { type ReplayCounts, replayInlining } from './replay.ts';
import { runWithMap } from './wasm-opt.ts';

/** The arguments of each stage (docs/wasm-opt.md says which argument goes where). */
export interface Stages {
  /** Everything but inlining, and what must run once before. */
  readonly optimize: readonly ToolArgument[];
  /** Inlining alone; undefined where the arguments never inline. */
  readonly inline: readonly ToolArgument[] | undefined;
  /** Everything but inlining again, and what must run once after. */
  readonly finish: readonly ToolArgument[];
}

/** Optimized code and where it comes from. */
export interface Optimized {
  readonly module: Uint8Array;
  readonly provenance: Provenance;
  readonly listing: CodeListing;
  /** What the optimizer printed. */
  readonly stderr: string;
  readonly stdout: readonly Uint8Array[];
  readonly replay?: ReplayCounts | undefined;
}

/**
 * Optimizes in three runs of any wasm-opt: without inlining, inlining alone, without inlining again.
 *
 * wasm-opt carries locations along but forgets through which call inlined code came. Inlining alone can be replayed
 * (`replayInlining`), so each run gives a provenance, and the three follow one another.
 *
 * `module` has no DWARF: wasm-opt would spoil it, and optimize less.
 */
export async function optimizeStaged(
  tool: Tool,
  before: CodeListing,
  module: Uint8Array,
  stages: Stages,
): Promise<Optimized> {
  const first = await step(tool, before, module, stages.optimize);
  const moved = provenanceOfMoves(before, first.listing, first.origins);
  if (stages.inline === undefined) return { ...first, provenance: moved, stdout: [first.stdout] };

  const second = await step(tool, first.listing, first.module, stages.inline);
  const { provenance: inlined, counts } = replayInlining(first.listing, second.listing, second.origins);
  const third = await step(tool, second.listing, second.module, stages.finish);
  const finished = provenanceOfMoves(second.listing, third.listing, third.origins);
  return {
    module: third.module,
    listing: third.listing,
    provenance: chainProvenances(chainProvenances(moved, inlined), finished),
    stderr: first.stderr + second.stderr + third.stderr,
    stdout: [first.stdout, second.stdout, third.stdout],
    replay: counts,
  };
}

/** One run with a fresh identity map. */
export async function step(tool: Tool, before: CodeListing, module: Uint8Array, args: readonly ToolArgument[]) {
  const run = await runWithMap(tool, { module, map: writeIdentityMap(before) }, args);
  const listing = listCode(run.module);
  const origins = readEntryOrigins(run.map, listing, before.offsets.length);
  return { module: run.module, listing, origins, stderr: run.stderr, stdout: run.stdout };
}
