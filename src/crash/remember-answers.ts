import type { CrashFrame, Resolution } from './crash.ts';
import type { SymbolizeTrace } from './trace-filter.ts';

/** How many traces are remembered. */
const MOST = 256;

/**
 * Asks once for traces with the same frames, whatever text they stand in: behind another time of day, or above other
 * frames of JavaScript. Only exact answers are kept, for what a later trace tells of the module can change others.
 */
export function rememberAnswers(symbolize: SymbolizeTrace): SymbolizeTrace {
  const known = new Map<string, readonly Resolution[]>();
  return (frames) => {
    const key = frames.map(keyOf).join('\n');
    const before = known.get(key);
    if (before !== undefined) return frames.map((frame, index) => ({ ...frame, resolution: before[index] }));
    const answered = symbolize(frames);
    const resolutions = answered.map(({ resolution }) => resolution);
    if (resolutions.every((each) => each?.quality === 'exact')) {
      if (known.size === MOST) known.clear();
      known.set(key, resolutions as Resolution[]);
    }
    return answered;
  };
}

/** All of a frame that its answer depends on. */
function keyOf({ producer, module, functionIndex, functionName, offset, text }: CrashFrame): string {
  const { url, name, hash, buildId } = module;
  const place = offset === undefined ? '' : `${offset.value} ${offset.space} ${offset.after}`;
  // None of these has a newline in it; texts that could run together are told apart by their quotation marks.
  return `${producer} ${functionIndex} ${place} ${text?.style} ${hash} ${buildId} ${JSON.stringify([url, name, functionName])}`;
}
