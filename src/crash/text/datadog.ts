import type { CrashFrame } from '../crash.ts';

const KEY = 'wasm_modules';
/** More is not looked at: an event has a few modules. */
const LONGEST = 1 << 16;

/**
 * Gives frames the build ids of their modules, where the line that they stand in is an event of Datadog's: a stack as
 * the engine wrote it, and beside it `"wasm_modules": [{ "url": …, "build_id": … }]`.
 */
export function withBuildIds(frames: readonly CrashFrame[], line: string): readonly CrashFrame[] {
  const start = line.indexOf(KEY);
  if (start < 0) return frames;
  // An event may stand in a string of a log's; ids need no escapes, and the URLs of modules rarely do.
  const list = /^"\s*:\s*\[([^\]]*)\]/.exec(line.slice(start + KEY.length, start + LONGEST).replaceAll('\\', ''))?.[1];
  const ids = new Map<string, string>();
  for (const [object] of list?.matchAll(/\{[^{}]*\}/g) ?? []) {
    const url = /"url"\s*:\s*"([^"]*)"/.exec(object)?.[1];
    const id = /"build_id"\s*:\s*"([0-9A-Fa-f-]+)"/.exec(object)?.[1];
    if (url !== undefined && id !== undefined) ids.set(url, id);
  }
  return frames.map((frame) => {
    const buildId = ids.get(frame.module.url ?? '');
    return buildId === undefined ? frame : { ...frame, module: { ...frame.module, buildId } };
  });
}
