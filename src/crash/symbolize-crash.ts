import type { Crash, CrashFrame, ModuleReference } from './crash.ts';
import type { CrashModule } from './crash-module.ts';
import { resolveTrace, type TraceResolution } from './resolve-trace.ts';

/** The modules that a frame can be in, likelier ones first; none where nothing fits. */
export type FindModules = (reference: ModuleReference) => readonly CrashModule[];

/** A crash with its frames resolved; frames without a module stay as they are. */
export function symbolizeCrash(crash: Crash, find: FindModules): Crash {
  return { threads: crash.threads.map((thread) => ({ ...thread, frames: symbolizeTrace(thread.frames, find) })) };
}

/** The frames of one trace with what became of them; frames without a module stay as they are. */
export function symbolizeTrace(frames: readonly CrashFrame[], find: FindModules): CrashFrame[] {
  const answered = [...frames];
  const used = new Set<CrashModule>();
  const groups = groupsOf(frames);
  for (const indexes of groups) answer(indexes);
  return answered;

  function answer(indexes: readonly number[]): void {
    const members = indexes.map((index) => frames[index]!);
    const { module } = members.find((frame) => !isEmpty(frame.module)) ?? members[0]!;
    // A frame that names no module is in the one that the others are in.
    const candidates = isEmpty(module) && used.size === 1 ? [...used] : find(module);
    let best: TraceResolution | undefined;
    let chosen: CrashModule | undefined;
    for (const candidate of candidates) {
      const resolution = resolveTrace(candidate, members);
      if (best === undefined || resolution.score > best.score) {
        best = resolution;
        chosen = candidate;
      }
    }
    if (best === undefined || chosen === undefined) return;
    used.add(chosen);
    for (const [at, index] of indexes.entries())
      answered[index] = { ...frames[index]!, resolution: best.resolutions[at]! };
  }
}

/**
 * The frames by the module they name. Those that name none join the only one that is named, or stand last.
 */
function groupsOf(frames: readonly CrashFrame[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, { module }] of frames.entries()) {
    const key = isEmpty(module) ? '' : JSON.stringify([module.buildId, module.hash, module.url, module.name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  if (groups.size === 2 && groups.has('')) return [frames.map((_, index) => index)];
  const nameless = groups.get('');
  groups.delete('');
  return nameless === undefined ? [...groups.values()] : [...groups.values(), nameless];
}

function isEmpty({ buildId, hash, url, name }: ModuleReference): boolean {
  return buildId === undefined && hash === undefined && url === undefined && name === undefined;
}
