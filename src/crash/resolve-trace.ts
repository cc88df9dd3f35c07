import { AS_PRINTED, checkFrame, indexesOf, type Reading } from './checks.ts';
import type { CrashFrame, Resolution } from './crash.ts';
import type { CrashModule } from './crash-module.ts';
import { countConsistent, findSkew, type TraceFrame } from './skew.ts';

/** What a module says about the frames of a trace that are in it. */
export interface TraceResolution {
  readonly resolutions: readonly Resolution[];
  /** How well the module fits: frames with an exact answer count most, then skewed ones, then function names. */
  readonly score: number;
}

/** Answers the frames of one trace that are in one module, youngest first. */
export function resolveTrace(module: CrashModule, frames: readonly CrashFrame[]): TraceResolution {
  const trace = frames.map((frame, index): TraceFrame => ({ frame, top: isTop(frames, index) }));
  const reading = readingOf(module, trace);
  const resolutions = trace.map((each) => resolveFrame(module, each, reading));
  return { resolutions, score: resolutions.reduce((sum, { quality }) => sum + SCORES[quality], 0) };
}

const SCORES: Readonly<Record<Resolution['quality'], number>> = { exact: 100, skewed: 99, function: 10, unknown: 0 };

/** Nothing of the module is above it. What a report says about its topmost frame apart from the stack counts too. */
function isTop(frames: readonly CrashFrame[], index: number): boolean {
  return index === 0 || (frames[index]!.text !== undefined && TOPMOST.has(frames[index]!.text!.style));
}

const TOPMOST: ReadonlySet<string> = new Set(['pc', 'summary', 'place', 'onerror', 'offset']);

/** The reading under which most frames of a trace are consistent; as printed where no other is better. */
function readingOf(module: CrashModule, trace: readonly TraceFrame[]): Reading | undefined {
  const placed = trace.filter(({ frame }) => frame.offset !== undefined);
  if (placed.length === 0) return undefined;
  const printed = countConsistent(module, placed, 0);
  if (printed === placed.length) return AS_PRINTED;
  // Compiled ahead of time, WAMR gives the start of the instruction.
  if (placed.some(({ frame }) => frame.offset!.after) && countConsistent(module, placed, 0, false) > printed) {
    return { skew: 0, after: false };
  }
  const known = module.knownSkew;
  if (known !== undefined && countConsistent(module, placed, known) === placed.length) return { skew: known };
  const skew = findSkew(module, placed);
  if (skew !== undefined && skew !== 0 && countConsistent(module, placed, skew) > printed) {
    module.knownSkew = skew;
    return { skew };
  }
  // A minority can be consistent by chance.
  return printed * 2 >= placed.length ? AS_PRINTED : undefined;
}

function resolveFrame(module: CrashModule, { frame, top }: TraceFrame, reading: Reading | undefined): Resolution {
  const doubts: string[] = [];
  if (frame.offset === undefined) doubts.push('there is no offset');
  else if (reading === undefined)
    doubts.push('the offsets of the trace do not fit the module', ...checkFrame(module, frame, top, AS_PRINTED).doubts);
  else {
    const check = checkFrame(module, frame, top, reading);
    if (check.address !== undefined) {
      // Nothing was executed of what is inlined at a function's beginning.
      const entered = check.entered === undefined ? undefined : module.declarationOf(check.entered);
      const found = entered === undefined ? module.framesAt(check.address) : [entered];
      if (found.length > 0) {
        const quality = reading.skew === 0 ? 'exact' : 'skewed';
        const skew = reading.skew === 0 ? {} : { skew: reading.skew };
        return { quality, ...skew, module: module.name, address: check.address, frames: found, doubts: [] };
      }
      doubts.push('nothing is known about the function');
    }
    doubts.push(...check.doubts);
  }
  // Where the whole trace does not fit, it may be another module's, and only a name says that it is not.
  const fits =
    frame.offset === undefined ||
    reading !== undefined ||
    (frame.functionName !== undefined && module.indexesOf(frame.functionName).length > 0);
  const answer: Pick<Resolution, 'quality' | 'frames'> = fits ? resolveFunction(module, frame) : UNKNOWN;
  return { ...answer, module: module.name, doubts };
}

const UNKNOWN: Pick<Resolution, 'quality' | 'frames'> = { quality: 'unknown', frames: [] };

/** The function by its index or name alone. */
function resolveFunction(module: CrashModule, frame: CrashFrame): Pick<Resolution, 'quality' | 'frames'> {
  const { functionIndex: index, functionName: name } = frame;
  let found = indexesOf(module, frame);
  // An index and a name that contradict each other: another build, or a placeholder for an index.
  if (
    index !== undefined &&
    name !== undefined &&
    found?.[0] === index &&
    module.namesOf(index).size > 0 &&
    !module.isNamed(index, name)
  ) {
    found = frame.producer === 'v8' && index === 0 ? module.indexesOf(name) : [];
  }
  if (found !== undefined && found.length > 1) found = module.calledIn(found, name);
  const declaration = found?.length === 1 ? module.declarationOf(found[0]!) : undefined;
  return declaration === undefined ? UNKNOWN : { quality: 'function', frames: [declaration] };
}
