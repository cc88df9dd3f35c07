import type { CrashFrame, LogicalFrame } from '../crash.ts';
import { functionTags, tagIndex } from './anchors.ts';
import type { FoundFrame, TextFormat } from './format.ts';
import { Line, toByteText } from './line.ts';
import { moduleOfUrl } from './module-url.ts';

/** The names that loggers give to a call site's parts. */
const KEYS = {
  file: ['file', 'fileName', 'filename', 'source', 'url', 'scriptName'],
  line: ['line', 'lineno', 'lineNumber'],
  column: ['col', 'colno', 'column', 'columnNumber'],
  name: ['fn', 'func', 'function', 'functionName'],
  position: ['pos', 'position'],
  text: ['str', 'string', 'raw'],
} as const;

type Part = keyof typeof KEYS;

/**
 * A call site (V8's `Error.prepareStackTrace`, or what `window.onerror` was told) as a JSON object on a line of its own.
 *
 * V8 gives line 1 and the offset plus one as column; its position is the offset. SpiderMonkey gives the offset as line
 * and column 1. Bun gives neither, and `module.wasm-function[name]` as function.
 */
export const callSite: TextFormat = {
  read(line) {
    const { text } = line;
    const start = text.search(/\S/);
    const end = text.trimEnd().length;
    if (line.escapes > 0 || start < 0 || text[start] !== '{' || text[end - 1] !== '}' || !/wasm/.test(text))
      return undefined;
    const object = parseObject(line.unicode(start, end));
    const frame = object === undefined ? undefined : readCallSite(object);
    if (frame === undefined) return undefined;
    const parts = [JSON.stringify(object)];
    return [{ ...frame, text: { start, end, lead: text.slice(0, start), style: 'call-site', parts } }];
  },
  write(style, frames, label) {
    const object = parseObject(style.parts[0]!) ?? {};
    return frames.map(
      (frame, index) => (index === 0 ? '' : style.lead) + JSON.stringify(withFrame(object, frame, label)),
    );
  },
};

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The key that the object uses for a part. */
function keyOf(object: Readonly<Record<string, unknown>>, part: Part): string | undefined {
  return KEYS[part].find((key) => Object.hasOwn(object, key));
}

function stringOf(object: Readonly<Record<string, unknown>>, part: Part): string | undefined {
  const key = keyOf(object, part);
  const value = key === undefined ? undefined : object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(object: Readonly<Record<string, unknown>>, part: Part): number | undefined {
  const key = keyOf(object, part);
  const value = key === undefined ? undefined : object[key];
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

function readCallSite(object: Readonly<Record<string, unknown>>): Omit<FoundFrame, 'text'> | undefined {
  const file = stringOf(object, 'file');
  const name = stringOf(object, 'name');
  if (file === '[wasm code]') return readBun(name ?? '');
  if (file === undefined || !/^wasm:\/\/|\.wasm(?:\?.*)?$| > WebAssembly\.\w+$/.test(file)) return undefined;
  const line = numberOf(object, 'line');
  const column = numberOf(object, 'column');
  const position = numberOf(object, 'position');
  const spidermonkey = column === 1 && line !== undefined && line > 1;
  const value = position ?? (spidermonkey ? line : line === 1 && column !== undefined ? column - 1 : undefined);
  if (value === undefined) return undefined;
  const printed = toByteText(stringOf(object, 'text') ?? '');
  const tag = [...functionTags(new Line(printed.slice(0, 1 << 16), 0, '\n'))].at(-1);
  return {
    producer: spidermonkey ? 'spidermonkey' : 'v8',
    module: moduleOfUrl(toByteText(file)),
    functionIndex: tag === undefined ? undefined : tagIndex(tag),
    functionName: name,
    offset: { value, space: 'module', after: false },
  };
}

function readBun(name: string): Omit<FoundFrame, 'text'> | undefined {
  const match = /^(.*?)\.?wasm-function\[(.*)\]$/s.exec(name);
  if (match === null) return undefined;
  const content = match[2]!;
  const index = /^[0-9]{1,9}$/.test(content) ? Number(content) : undefined;
  const module: CrashFrame['module'] = match[1] === '' ? {} : { name: match[1] };
  return { producer: 'bun', module, functionIndex: index, functionName: index === undefined ? content : undefined };
}

/** The object with a logical frame's parts under the names that it uses. */
function withFrame(
  object: Readonly<Record<string, unknown>>,
  frame: LogicalFrame,
  label: string,
): Record<string, unknown> {
  const changed = { ...object };
  const set = (part: Part, value: unknown): void => {
    const key = keyOf(object, part);
    if (key !== undefined) changed[key] = value;
  };
  set('file', frame.file ?? stringOf(object, 'file'));
  set('line', frame.line ?? null);
  set('column', frame.column ?? null);
  set('name', frame.name ?? stringOf(object, 'name') ?? null);
  const text = keyOf(object, 'text');
  if (text !== undefined)
    changed[text] =
      `${frame.name ?? ''}${frame.file === undefined ? '' : ` (${frame.file}:${frame.line}:${frame.column})`}`;
  if (label !== '') changed['label'] = label.trim();
  return changed;
}
