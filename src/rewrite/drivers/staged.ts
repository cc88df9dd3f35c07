import { decodeUtf8 } from '../../bytes/text.ts';
import { chainProvenances } from '../chain-provenances.ts';
import { type CodeListing, listCode } from '../code-listing.ts';
import { type EntryOrigins, readEntryOrigins, writeIdentityMap } from '../identity-map.ts';
import { provenanceOfMoves } from '../moves.ts';
import type { Provenance } from '../provenance.ts';
import { repairMerged } from '../repair-merged.ts';
import type { Tool, ToolArgument } from '../tool.ts';
import { type ReplayCounts, replayInlining } from './replay.ts';
import { findSharedBodies, labelSharedBodies } from './shared-bodies.ts';
import { runWithMap } from './wasm-opt.ts';
import { SKIP_MERGING } from './wasm-opt-arguments.ts';

/** The arguments of each stage (docs/wasm-opt.md says which argument goes where). */
export interface Stages {
  /** Everything but inlining, and what must run once before. */
  readonly optimize: readonly ToolArgument[];
  /** Inlining alone. */
  readonly inline: readonly ToolArgument[];
  /** Everything but inlining again, and what must run once after. */
  readonly finish: readonly ToolArgument[];
}

/** Optimized code and where it comes from. */
export interface Optimized {
  readonly module: Uint8Array;
  readonly listing: CodeListing;
  readonly provenance: Provenance;
  /** What the optimizer printed. */
  readonly stderr: string;
  readonly stdout: string;
  readonly replay?: ReplayCounts | undefined;
}

/** A module without debug information, and its code. */
export interface StrippedModule {
  readonly module: Uint8Array;
  readonly listing: CodeListing;
}

/**
 * Optimizes in three runs of any wasm-opt: without inlining, inlining alone, without inlining again.
 *
 * wasm-opt carries locations along but forgets through which call inlined code came. Inlining alone can be replayed
 * (`replayInlining`), so each run gives a provenance, and the three follow one another.
 */
export async function optimizeStaged(tool: Tool, before: StrippedModule, stages: Stages): Promise<Optimized> {
  const first = await step(tool, before, [...stages.optimize, '--print-features']);
  const { features, rest } = takeFeatures(first.stdout);
  const second = await step(tool, first, [...features, ...stages.inline]);
  const third = await step(tool, second, [...features, ...stages.finish]);
  const moved = provenanceOfMoves(before.listing, first.listing, first.origins, first.others);
  const { provenance: inlined, counts } = replayInlining(first.listing, second.listing, second.origins);
  const finished = provenanceOfMoves(second.listing, third.listing, third.origins, third.others);
  const provenance = chainProvenances(chainProvenances(moved, inlined), finished);
  return {
    module: third.module,
    listing: third.listing,
    provenance: repairMerged(before.listing, third.listing, provenance),
    stderr: first.stderr + second.stderr + third.stderr,
    stdout: rest + second.stdout + third.stdout,
    replay: counts,
  };
}

/** What one run made, and which entry each entry of its code was. */
export interface Step extends StrippedModule {
  readonly origins: EntryOrigins;
  /** By entry of its code: entries that it was too, where functions were made one. */
  readonly others: ReadonlyMap<number, readonly number[]>;
  readonly stderr: string;
  readonly stdout: string;
}

/**
 * One run with a fresh identity map.
 *
 * Where `merge-similar-functions` made functions, the run is repeated without that pass to learn what is in them.
 */
export async function step(tool: Tool, before: StrippedModule, args: readonly ToolArgument[]): Promise<Step> {
  const map = writeIdentityMap(before.listing);
  const run = async (words: readonly ToolArgument[]): Promise<Step> => {
    const made = await runWithMap(tool, { module: before.module, map }, words);
    const listing = listCode(made.module);
    const origins = readEntryOrigins(made.map, listing, before.listing.offsets.length);
    const { module, stderr, stdout } = made;
    return { module, listing, origins, others: new Map(), stderr, stdout: decodeUtf8(stdout) };
  };
  const made = await run(args);
  const shared = findSharedBodies(made);
  if (shared.size === 0) return made;
  const apart = await run([...args, SKIP_MERGING]);
  return { ...made, others: labelSharedBodies(made, apart, shared) };
}

/**
 * Takes what `--print-features` printed off the end of what was printed, as arguments that set exactly these features.
 *
 * What a tool assumes without a `target_features` section differs between builds, and a pass may remove the section.
 */
function takeFeatures(stdout: string): { features: string[]; rest: string } {
  const lines = stdout.split('\n');
  while (lines.at(-1) === '') lines.pop();
  const features: string[] = [];
  while (/^--enable-[a-z0-9-]+$/.test(lines.at(-1) ?? '')) features.unshift(lines.pop()!);
  return { features: ['--mvp-features', ...features], rest: lines.map((line) => `${line}\n`).join('') };
}
