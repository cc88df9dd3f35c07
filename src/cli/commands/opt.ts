import { basename } from 'node:path';
import { openModule } from '../../debug-module/debug-module.ts';
import { isFormatError } from '../../errors.ts';
import { loadBinaryen } from '../../node/load-binaryen.ts';
import { processTool, runProcessThrough } from '../../node/process-tool.ts';
import { listCode } from '../../rewrite/code-listing.ts';
import { hasDwarf, withoutDebugInfo } from '../../rewrite/debug-sections.ts';
import { OptimizerError } from '../../rewrite/drivers/wasm-opt.ts';
import { type OptimizationPlan, planOptimization } from '../../rewrite/drivers/wasm-opt-arguments.ts';
import { type OptimizedModule, optimize } from '../../rewrite/optimize.ts';
import { writeProvenance } from '../../rewrite/provenance-file.ts';
import { writeProvenanceLines } from '../../rewrite/provenance-lines.ts';
import { dwarfSections, rewrittenFrames, withDwarf } from '../../rewrite/rewrite-debug-info.ts';
import { separateDebugInfo } from '../../rewrite/separate-debug-info.ts';
import { ToolError } from '../../rewrite/tool.ts';
import type { Io } from '../io.ts';
import { findWasmOpt } from '../optimize/find-wasm-opt.ts';
import { type OptOptions, readOptOptions, UsageError } from '../optimize/opt-options.ts';
import { printLosses } from '../optimize/print-losses.ts';
import { readAll } from '../optimize/read-all.ts';

/** Set for the optimizer we start: a stand-in that is started again has found itself. */
const RUNNING = 'WASM_FRAMES_OPT_RUNNING';

/**
 * `wasm-frames opt`: wasm-opt with its own arguments, exit status and messages, whose result has exact frames.
 *
 * What has no debug information, or is no work on one binary module, is left to wasm-opt as it stands.
 */
export async function opt(args: readonly string[], io: Io): Promise<number> {
  try {
    return await run(readOptOptions(args, io.env), io);
  } catch (error) {
    if (error instanceof ToolError) {
      io.stderr(error.stderr);
      return error.status;
    }
    if (error instanceof UsageError || error instanceof OptimizerError || isFormatError(error)) {
      io.stderr(`wasm-frames opt: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

async function run(options: OptOptions, io: Io): Promise<number> {
  if (io.env[RUNNING] !== undefined) throw new UsageError('the wasm-opt that was found is this program itself');
  const command = findWasmOpt(options.wasmOpt, io);
  if (command === undefined) throw new OptimizerError('no wasm-opt on PATH; name it with --wasm-opt');
  const env = { ...io.env, [RUNNING]: '1' };
  const plan = planOptimization(options.rest);
  if (plan.kind === 'foreign') return runProcessThrough(command, options.rest, { env, streams: io });

  const fromStdin = plan.input === undefined || plan.input === '-';
  const bytes = fromStdin ? await readAll(io) : io.readFile(plan.input);
  const module =
    isModule(bytes) && plan.output !== undefined
      ? openModule(bytes, { report: printLosses('wasm-frames opt', io) })
      : undefined;
  const keepsDwarf = module !== undefined && hasDwarf(module.module) && (plan.dwarf || options.dwarfOut !== undefined);
  if (module === undefined || !(keepsDwarf || options.keepProvenance !== undefined)) {
    return runProcessThrough(command, options.rest, { env, stdin: fromStdin ? bytes : undefined, streams: io });
  }
  const stripped = keepsDwarf ? withoutDebugInfo(module.module) : bytes;
  const before = { module: stripped, listing: listCode(stripped) };
  const tool = processTool(command, { env });
  const optimized = await optimize(before, plan, { driver: options.driver, optimizers: { tool, loadBinaryen } });
  print(optimized, io);

  // Everything is made before anything is written: a failure leaves the output as it was.
  const outputs = new Map<string, Uint8Array>();
  let result = optimized.module;
  if (keepsDwarf) {
    const { listing: after, provenance } = optimized;
    const table = rewrittenFrames(module, { before: before.listing, after, provenance });
    result = withDwarf(after.module, dwarfSections(module, table, { keep: options.keep }));
    if (options.dwarfOut !== undefined) {
      const separated = separateDebugInfo(result, basename(options.dwarfOut), { names: plan.names });
      outputs.set(options.dwarfOut, separated.debugFile);
      result = separated.module;
    }
  }
  const { keepProvenance } = options;
  if (keepProvenance !== undefined) {
    const writeAs = keepProvenance.endsWith('.jsonl') ? writeProvenanceLines : writeProvenance;
    outputs.set(keepProvenance, writeAs(optimized.provenance));
  }
  for (const [path, contents] of outputs) io.writeFile(path, contents);
  write(plan, result, io);
  return 0;
}

/** What the optimizer printed, each line once: its stages print most of them alike. */
function print({ stdout, stderr, notes }: OptimizedModule, io: Io): void {
  if (stdout !== '') io.stdout(stdout);
  const lines = stderr.split('\n').filter((line, index, all) => line !== '' && all.indexOf(line) === index);
  for (const line of lines) io.stderr(`${line}\n`);
  for (const note of notes) io.stderr(`wasm-frames opt: ${note}\n`);
}

function write({ output }: OptimizationPlan, module: Uint8Array, io: Io): void {
  if (output === '-') io.stdout(module);
  else if (output !== undefined) io.writeFile(output, module);
}

function isModule(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}
