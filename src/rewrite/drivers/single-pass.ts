import { provenanceOfMoves } from '../moves.ts';
import { repairMerged } from '../repair-merged.ts';
import type { Tool, ToolArgument } from '../tool.ts';
import { inferChains } from './infer-chains.ts';
import { type Optimized, type StrippedModule, step } from './staged.ts';

/**
 * Optimizes in one run of wasm-opt with an identity map. Where nothing is inlined that is exact; of inlined code the
 * chain of calls is inferred (`inferChains`), and says so.
 */
export async function optimizeOnce(
  tool: Tool,
  before: StrippedModule,
  args: readonly ToolArgument[],
): Promise<Optimized> {
  const { module, listing, origins, others, stderr, stdout } = await step(tool, before, args);
  const moved = provenanceOfMoves(before.listing, listing, origins, others);
  const provenance = repairMerged(before.listing, listing, inferChains(before.listing, listing, moved));
  return { module, listing, provenance, stderr, stdout };
}
