import type { LogicalFrame } from '../crash.ts';
import { isObject, type JsonObject } from '../json.ts';
import { toByteText } from '../text/line.ts';
import { moduleOfUrl } from '../text/module-url.ts';
import type { ProfileFunctions } from './profile-functions.ts';

const NAMELESS = /^wasm-function\[([0-9]{1,9})\]$/;

/** Columns of the tables that functions stand in. */
interface Tables {
  readonly functions: JsonObject;
  readonly strings: unknown[];
  /** In newer profiles the files, which functions then refer to. */
  readonly sources: JsonObject | undefined;
}

/** Whether a value is a profile as the pages of profiler.firefox.com, or samply, save it. */
export function isProcessedProfile(value: unknown): value is JsonObject & { threads: unknown[] } {
  if (!isObject(value) || !isObject(value['meta']) || !Array.isArray(value['threads'])) return false;
  return 'preprocessedProfileVersion' in value['meta'];
}

/**
 * The profile with its functions of wasm under their real names, files and lines. SpiderMonkey gives, as a function's
 * line, the offset of its body in the file; where in a function time was spent is not recorded.
 *
 * Strings are shared by whatever has the same text, so that new ones are added and none is changed.
 */
export function symbolizeProcessedProfile(profile: JsonObject, functions: ProfileFunctions): JsonObject {
  const copy = structuredCopy(profile) as JsonObject;
  const shared = isObject(copy['shared']) ? copy['shared'] : undefined;
  for (const holder of [shared, ...(copy['threads'] as unknown[])]) {
    if (!isObject(holder) || !isObject(holder['funcTable'])) continue;
    const strings = holder['stringArray'] ?? shared?.['stringArray'];
    if (!Array.isArray(strings)) continue;
    const sources = holder['sources'] ?? shared?.['sources'];
    rename({ functions: holder['funcTable'], strings, sources: isObject(sources) ? sources : undefined }, functions);
  }
  return copy;
}

function rename(tables: Tables, functions: ProfileFunctions): void {
  const names = columnOf(tables.functions, 'name');
  const lines = columnOf(tables.functions, 'lineNumber');
  if (names === undefined || lines === undefined) return;
  const place = placeOf(tables);
  for (let index = 0; index < names.length; index++) {
    const name = textAt(tables.strings, names[index]);
    const url = place.urlOf(index);
    const line = lines[index];
    if (name === undefined || url === undefined || typeof line !== 'number' || !isWasm(url)) continue;
    const nameless = NAMELESS.exec(name);
    const answer = functions.answer({
      module: moduleOfUrl(toByteText(url)),
      name: nameless === null ? name : undefined,
      index: nameless === null ? undefined : Number(nameless[1]),
      bodyOffset: line,
    });
    if (answer !== undefined) write(index, answer);
  }

  function write(index: number, { name, file, line }: LogicalFrame): void {
    if (name !== undefined) names![index] = added(tables.strings, name);
    if (file === undefined) return;
    place.setFile(index, file);
    lines![index] = line ?? null;
  }
}

/** How functions name their files: by a string, or by a row of the files' own table. */
function placeOf({ functions, strings, sources }: Tables): {
  urlOf(index: number): string | undefined;
  setFile(index: number, file: string): void;
} {
  const files = columnOf(functions, 'fileName');
  if (files !== undefined) {
    return {
      urlOf: (index) => textAt(strings, files[index]),
      setFile: (index, file) => {
        files[index] = added(strings, file);
      },
    };
  }
  const rows = columnOf(functions, 'source');
  const names = sources === undefined ? undefined : columnOf(sources, 'filename');
  const known = new Map<string, number>();
  return {
    urlOf: (index) => (typeof rows?.[index] === 'number' ? textAt(strings, names?.[rows[index]]) : undefined),
    setFile: (index, file) => {
      if (rows === undefined || names === undefined || sources === undefined) return;
      let row = known.get(file);
      if (row === undefined) {
        row = names.length;
        for (const column of Object.values(sources)) if (Array.isArray(column)) column.push(null);
        names[row] = added(strings, file);
        if (typeof sources['length'] === 'number') sources['length'] = row + 1;
        known.set(file, row);
      }
      rows[index] = row;
    },
  };
}

function columnOf(table: JsonObject, name: string): unknown[] | undefined {
  const column = table[name];
  return Array.isArray(column) ? column : undefined;
}

function textAt(strings: readonly unknown[], index: unknown): string | undefined {
  const text = typeof index === 'number' ? strings[index] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Where each text stands, by the strings it is one of: threads may share them. */
const INDEXES = new WeakMap<unknown[], Map<unknown, number>>();

/** The index of a text among the strings, put behind them where it is not there. */
function added(strings: unknown[], text: string): number {
  let indexes = INDEXES.get(strings);
  if (indexes === undefined) {
    indexes = new Map();
    for (let index = strings.length - 1; index >= 0; index--) indexes.set(strings[index], index);
    INDEXES.set(strings, indexes);
  }
  let found = indexes.get(text);
  if (found === undefined) {
    found = strings.push(text) - 1;
    indexes.set(text, found);
  }
  return found;
}

function isWasm(url: string): boolean {
  return /\.wasm(?:[?#].*)?$|^wasm:| > WebAssembly\.\w+$|^data:application\/wasm/.test(url);
}

/** A copy of JSON, all the way down. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, structuredCopy(each)]));
}
