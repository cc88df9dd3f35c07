import { QUALITY } from '../frames/quality.ts';
import { optimizeInProcess } from './drivers/in-process/driver.ts';
import type { BinaryenHost } from './drivers/in-process/host.ts';
import { optimizeOnce } from './drivers/single-pass.ts';
import { type Optimized, optimizeStaged, type StrippedModule } from './drivers/staged.ts';
import { checkVersion, FIRST_VERSION_STAGED, FIRST_VERSION_WITH_IDS, toolVersion } from './drivers/wasm-opt.ts';
import type { OptimizationPlan } from './drivers/wasm-opt-arguments.ts';
import { countSpans } from './provenance.ts';
import { countStrays } from './self-checks.ts';
import type { Tool } from './tool.ts';

/** The ways to run the optimizer, by their names on the command line. */
export const DRIVERS = ['staged', 'in-process', 'single-pass'] as const;
export type DriverName = (typeof DRIVERS)[number];

/** What runs the optimizer. */
export interface Optimizers {
  readonly tool: Tool;
  /** Loads Binaryen into this process. */
  readonly loadBinaryen: () => Promise<BinaryenHost>;
}

/** Optimized code, and what the user should know of how it came. */
export interface OptimizedModule extends Optimized {
  readonly driver: DriverName;
  readonly notes: readonly string[];
}

/**
 * Optimizes a module as wasm-opt would, and says where its code comes from.
 *
 * @throws OptimizerError where the optimizer is too old or cannot be used so, ToolError where it fails.
 */
export async function optimize(
  before: StrippedModule,
  plan: OptimizationPlan,
  { driver, optimizers }: { readonly driver: DriverName; readonly optimizers: Optimizers },
): Promise<OptimizedModule> {
  if (driver === 'in-process') {
    const host = await optimizers.loadBinaryen();
    return checked(before, { ...optimizeInProcess(host, before, plan.plain), driver, notes: [] });
  }
  const { tool } = optimizers;
  const version = await toolVersion(tool);
  if (driver === 'staged' && plan.kind === 'staged') {
    checkVersion(tool, version, FIRST_VERSION_STAGED);
    return checked(before, { ...(await optimizeStaged(tool, before, plan)), driver, notes: [] });
  }
  checkVersion(tool, version, FIRST_VERSION_WITH_IDS);
  const notes: string[] = [];
  if (driver === 'staged' && plan.kind === 'inferred') {
    notes.push(`${plan.reason ?? 'these arguments cannot be staged'}: run once, inlined frames are inferred`);
  }
  return checked(before, { ...(await optimizeOnce(tool, before, plan.plain)), driver: 'single-pass', notes });
}

/** Checks that run always: what they find is said, because the frames there are missing or weaker. */
function checked(before: StrippedModule, optimized: OptimizedModule): OptimizedModule {
  const notes = [...optimized.notes];
  const { replay, provenance } = optimized;
  if (replay !== undefined && replay.failed > 0) {
    notes.push(`${replay.failed} instructions do not stand where inlining puts them; their frames are left out`);
  }
  const strays = countStrays(before.listing, optimized.listing, provenance);
  if (strays > 0) notes.push(`${strays} pieces of code stand in another function than their frames say`);
  const inferred = countSpans(provenance, QUALITY.inferred);
  if (inferred > 0) notes.push(`${inferred} pieces of code have inferred frames, which may be wrong`);
  return { ...optimized, notes };
}
