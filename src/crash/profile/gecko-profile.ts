import type { LogicalFrame } from '../crash.ts';
import { isObject, type JsonObject } from '../json.ts';
import { toByteText } from '../text/line.ts';
import { moduleOfUrl } from '../text/module-url.ts';
import type { ProfileFunctions } from './profile-functions.ts';

/** `name (url:offset)`: SpiderMonkey's label of a function of wasm; the offset is that of its body in the file. */
const LABEL = /^(.*) \((.+):([0-9]{1,12})\)$/s;
const NAMELESS = /^wasm-function\[([0-9]{1,9})\]$/;

/** Whether a value is a profile as Firefox writes it: `MOZ_PROFILER_SHUTDOWN`, or what the profiler's page was given. */
export function isGeckoProfile(value: unknown): value is JsonObject & { threads: unknown[] } {
  return isObject(value) && isObject(value['meta']) && Array.isArray(value['threads']) && 'processes' in value;
}

/**
 * The profile with the labels of wasm functions under their real names and places of declaration, in all threads of
 * all processes. Where in a function time was spent is not recorded.
 */
export function symbolizeGeckoProfile(profile: JsonObject, functions: ProfileFunctions): JsonObject {
  const { threads, processes } = profile;
  return {
    ...profile,
    threads: Array.isArray(threads) ? threads.map((thread) => symbolizeThread(thread, functions)) : threads,
    processes: Array.isArray(processes)
      ? processes.map((each) => (isObject(each) ? symbolizeGeckoProfile(each, functions) : each))
      : processes,
  };
}

function symbolizeThread(thread: unknown, functions: ProfileFunctions): unknown {
  if (!isObject(thread) || !Array.isArray(thread['stringTable'])) return thread;
  const stringTable = thread['stringTable'].map((text) => (typeof text === 'string' ? relabel(text, functions) : text));
  return { ...thread, stringTable };
}

function relabel(text: string, functions: ProfileFunctions): string {
  const label = LABEL.exec(text);
  if (label === null) return text;
  const [, name = '', url = '', offset] = label;
  if (!/\.wasm(?:[?#].*)?$|^wasm:| > WebAssembly\.\w+$|^data:application\/wasm|^blob:/.test(url)) return text;
  const nameless = NAMELESS.exec(name);
  const answer = functions.answer({
    module: moduleOfUrl(toByteText(url)),
    name: nameless === null ? name : undefined,
    index: nameless === null ? undefined : Number(nameless[1]),
    bodyOffset: Number(offset),
  });
  return answer === undefined ? text : labelOf(answer, text);
}

function labelOf({ name, file, line }: LogicalFrame, text: string): string {
  if (name === undefined || file === undefined) return name ?? text;
  return `${name} (${file}${line === undefined ? '' : `:${line}`})`;
}
