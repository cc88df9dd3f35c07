import { isFormatError } from '../../errors.ts';
import { loadBinaryen } from '../../node/load-binaryen.ts';
import { processTool, runProcessThrough } from '../../node/process-tool.ts';
import { OptimizerError } from '../../rewrite/drivers/wasm-opt.ts';
import { type OptimizationPlan, planOptimization } from '../../rewrite/drivers/wasm-opt-arguments.ts';
import { type OptimizedModule, optimize } from '../../rewrite/optimize.ts';
import { ToolError } from '../../rewrite/tool.ts';
import type { Io } from '../io.ts';
import { findTool, toolAt } from '../optimize/find-tool.ts';
import { inOutputFolder, type OptOptions, readOptOptions, UsageError } from '../optimize/opt-options.ts';
import { readAll } from '../optimize/read-all.ts';
import { trackModule, withTrackedFrames } from '../optimize/tracked-module.ts';

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
  const command = options.wasmOpt === undefined ? findTool('wasm-opt', io) : toolAt(options.wasmOpt, io);
  if (command === undefined) throw new OptimizerError('no wasm-opt on PATH; name it with --wasm-opt');
  const env = { ...io.env, [RUNNING]: '1' };
  const plan = planOptimization(options.rest);
  if (plan.kind === 'foreign') return runProcessThrough(command, options.rest, { env, streams: io });

  const fromStdin = plan.input === undefined || plan.input === '-';
  const bytes = fromStdin ? await readAll(io) : io.readFile(plan.input);
  const input = fromStdin ? undefined : plan.input;
  const tracking = { ...inOutputFolder(options, plan.output, io), input, dwarf: plan.dwarf, names: plan.names };
  const tracked = plan.output === undefined ? undefined : await trackModule(bytes, tracking, 'wasm-frames opt', io);
  if (tracked === undefined) {
    return runProcessThrough(command, options.rest, { env, stdin: fromStdin ? bytes : undefined, streams: io });
  }
  const optimizers = { tool: processTool(command, { env }), loadBinaryen };
  const optimized = await optimize(tracked.before, plan, { driver: options.driver, optimizers });
  print(optimized, io);
  const outputs = new Map<string, Uint8Array>();
  const result = withTrackedFrames(tracked, optimized, { ...tracking, outputs, io });
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
