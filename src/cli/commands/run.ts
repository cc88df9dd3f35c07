import { basename } from 'node:path';
import { isFormatError } from '../../errors.ts';
import { processTool, runProcessThrough } from '../../node/process-tool.ts';
import { runOtherTool } from '../../rewrite/drivers/other-tool.ts';
import { OptimizerError } from '../../rewrite/drivers/wasm-opt.ts';
import { ToolError } from '../../rewrite/tool.ts';
import type { Io } from '../io.ts';
import { findTool, toolAt } from '../optimize/find-tool.ts';
import { inOutputFolder, readOptOptions, UsageError } from '../optimize/opt-options.ts';
import { readToolCall } from '../optimize/tool-arguments.ts';
import { trackModule, withTrackedFrames } from '../optimize/tracked-module.ts';

/**
 * `wasm-frames run`: a tool that changes a module without optimizing it (wasm-metadce, wasm-ctor-eval, wasm-bindgen's
 * kind), with its own arguments, exit status and messages; the module it writes keeps its frames.
 *
 * What has no debug information, or does not make one binary module of another, is left to the tool as it stands.
 */
export async function run(named: string, args: readonly string[], io: Io): Promise<number> {
  try {
    return await runTool(named, args, io);
  } catch (error) {
    if (error instanceof ToolError) {
      io.stderr(error.stderr);
      return error.status;
    }
    if (error instanceof UsageError || error instanceof OptimizerError || isFormatError(error)) {
      io.stderr(`wasm-frames run: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

async function runTool(named: string, args: readonly string[], io: Io): Promise<number> {
  const command = named.includes('/') ? toolAt(named, io) : findTool(named, io);
  if (command === undefined) throw new UsageError(`no ${named} on PATH`);
  const options = readOptOptions(args, io.env);
  const call = readToolCall(options.rest, io);
  const { input, names = false, output } = call ?? {};
  const tracking = { ...inOutputFolder(options, output, io), input, dwarf: true, names };
  const tracked =
    call === undefined ? undefined : await trackModule(io.readFile(call.input), tracking, 'wasm-frames run', io);
  if (call === undefined || tracked === undefined) {
    return runProcessThrough(command, options.rest, { env: io.env, streams: io });
  }
  const tool = processTool(command, { env: io.env });
  const changed = await runOtherTool(tool, { name: basename(named), before: tracked.before, args: call.rest });
  if (changed.stdout !== '') io.stdout(changed.stdout);
  io.stderr(changed.stderr);
  const { matched = 0, unmatched = 0 } = changed.walk ?? {};
  if (unmatched > 0) {
    const what = `${unmatched} of ${matched + unmatched} functions`;
    io.stderr(`wasm-frames run: ${what} are not found in the code before; they are left without frames\n`);
  }
  const outputs = new Map<string, Uint8Array>();
  const result = withTrackedFrames(tracked, changed, { ...tracking, outputs, io });
  for (const [path, contents] of outputs) io.writeFile(path, contents);
  io.writeFile(call.output, result);
  return 0;
}
