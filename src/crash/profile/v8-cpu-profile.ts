import { isObject, type JsonObject } from '../json.ts';
import { toByteText } from '../text/line.ts';
import { moduleOfUrl } from '../text/module-url.ts';
import type { ProfileFunctions } from './profile-functions.ts';

/** V8's name for a function that has none. */
const NAMELESS = /^wasm-function\[([0-9]{1,9})\]$/;

/** Whether a value is a `.cpuprofile`, as Chrome's developer tools and `node --cpu-prof` write it. */
export function isCpuProfile(value: unknown): value is JsonObject & { nodes: unknown[] } {
  return isObject(value) && Array.isArray(value['nodes']) && 'timeDeltas' in value;
}

/**
 * The profile with the nodes of wasm under their functions' real names and places of declaration.
 *
 * A node of wasm has line 0 and, as column, the offset of its function's body in the file; where in the function time
 * was spent is not recorded (its ticks are all on line 1). So nothing is known of inlined frames, and times stay as
 * they are.
 */
export function symbolizeCpuProfile<T extends JsonObject & { nodes: unknown[] }>(
  profile: T,
  functions: ProfileFunctions,
): T {
  return { ...profile, nodes: profile.nodes.map((node) => symbolizeNode(node, functions)) };
}

/** One node, of a `.cpuprofile` or of a chunk of trace events. */
export function symbolizeNode(node: unknown, functions: ProfileFunctions): unknown {
  if (!isObject(node) || !isObject(node['callFrame'])) return node;
  const { callFrame } = node;
  const { url, functionName, lineNumber, columnNumber } = callFrame;
  if (typeof url !== 'string' || !isWasm(url, callFrame)) return node;
  const nameless = NAMELESS.exec(typeof functionName === 'string' ? functionName : '');
  const answer = functions.answer({
    module: moduleOfUrl(toByteText(url)),
    name: nameless === null && typeof functionName === 'string' && functionName !== '' ? functionName : undefined,
    index: nameless === null ? undefined : Number(nameless[1]),
    bodyOffset: lineNumber === 0 && typeof columnNumber === 'number' ? columnNumber : undefined,
  });
  if (answer === undefined) return node;
  const place =
    answer.file === undefined ? {} : { url: answer.file, lineNumber: (answer.line ?? 1) - 1, columnNumber: 0 };
  const ticks = node['positionTicks'];
  return {
    ...node,
    callFrame: { ...callFrame, functionName: answer.name ?? functionName, ...place },
    // Ticks are counted by line, from 1: on the line of the declaration, as no other is known.
    ...(Array.isArray(ticks) && answer.line !== undefined
      ? { positionTicks: ticks.map((tick) => (isObject(tick) ? { ...tick, line: answer.line } : tick)) }
      : {}),
  };
}

function isWasm(url: string, callFrame: JsonObject): boolean {
  return callFrame['codeType'] === 'wasm' || url.startsWith('wasm://') || /\.wasm(?:[?#].*)?$/.test(url);
}
