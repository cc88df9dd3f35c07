import { FormatError } from '../errors.ts';
import { type JsonSpan, jsonFields, jsonItems, parseJson } from './json-fields.ts';
import { mappingsOf, sourceMapFields } from './mappings.ts';
import { type MapPart, readSegments, type Segments } from './segments.ts';

type Fields = ReadonlyMap<string, JsonSpan>;

/** A map of its own, or one section of an index map. */
interface Part {
  readonly fields: Fields;
  readonly firstOffset: number;
}

/**
 * A source map of a module (ECMA-426): which place in the source each piece of the file is from. Index maps are read as
 * the one map that they stand for.
 *
 * Each field is read when it is first asked for.
 */
export class SourceMap {
  readonly #json: Uint8Array;
  readonly #parts: readonly Part[];
  #segments: Segments | undefined;
  #sources: readonly (string | undefined)[] | undefined;
  #names: readonly string[] | undefined;
  #contents: readonly JsonSpan[] | undefined;

  private constructor(json: Uint8Array, parts: readonly Part[]) {
    this.#json = json;
    this.#parts = parts;
  }

  /** Reads the JSON text of a source map. @throws FormatError where it is none, or of a version not known. */
  static read(json: Uint8Array): SourceMap {
    const fields = sourceMapFields(json);
    const versionField = fields.get('version');
    const version = versionField === undefined ? undefined : parseJson(json, versionField);
    if (version !== 3) {
      throw new FormatError('unknown-version', 'source map', versionField?.start ?? 0, `version ${version}`);
    }
    const sections = fields.get('sections');
    return new SourceMap(json, sections === undefined ? [{ fields, firstOffset: 0 }] : readSections(json, sections));
  }

  /** The segments. @throws FormatError where the mappings are damaged. */
  get segments(): Segments {
    this.#segments ??= this.#readSegments();
    return this.#segments;
  }

  /** The sources, below the map's `sourceRoot`; `undefined` where one has no name. @throws FormatError */
  get sources(): readonly (string | undefined)[] {
    this.#sources ??= this.#parts.flatMap(({ fields }) => this.#sourcesOf(fields));
    return this.#sources;
  }

  /** What segments call by name: functions, in maps of modules. @throws FormatError */
  get names(): readonly string[] {
    this.#names ??= this.#parts.flatMap(({ fields }) => this.#strings(fields, 'names').map((name) => name ?? ''));
    return this.#names;
  }

  /** The text of a source; `undefined` where the map does not have it. @throws FormatError */
  sourceContent(source: number): string | undefined {
    this.#contents ??= this.#parts.flatMap(({ fields }) => this.#contentsOf(fields));
    const span = this.#contents[source];
    if (span === undefined || span.start === span.end) return undefined;
    return stringOrNothing(parseJson(this.#json, span), span);
  }

  /** The segment that holds an offset in the file, an index into `segments`; -1 before the first. */
  find(offset: number): number {
    const { count, offsets } = this.segments;
    let low = -1;
    let high = count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offsets[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  #readSegments(): Segments {
    let firstSource = 0;
    let firstName = 0;
    const parts = this.#parts.map(({ fields, firstOffset }, index): MapPart => {
      const end = this.#parts[index + 1]?.firstOffset ?? Number.POSITIVE_INFINITY;
      const part = { mappings: mappingsOf(this.#json, fields), firstOffset, firstSource, firstName, end };
      firstSource += this.#items(fields, 'sources').length;
      firstName += this.#items(fields, 'names').length;
      return part;
    });
    return readSegments(parts);
  }

  #sourcesOf(fields: Fields): (string | undefined)[] {
    const rootSpan = fields.get('sourceRoot');
    const root = rootSpan && stringOrNothing(parseJson(this.#json, rootSpan), rootSpan);
    return this.#strings(fields, 'sources').map((source) => source && below(root ?? '', source));
  }

  /** As many as there are sources, those that are not there empty. */
  #contentsOf(fields: Fields): JsonSpan[] {
    const contents = this.#items(fields, 'sourcesContent');
    return this.#items(fields, 'sources').map((_, index) => contents[index] ?? { start: 0, end: 0 });
  }

  #items(fields: Fields, name: string): readonly JsonSpan[] {
    const span = fields.get(name);
    return span === undefined || isNull(this.#json, span) ? [] : jsonItems(this.#json, span);
  }

  #strings(fields: Fields, name: string): (string | undefined)[] {
    const span = fields.get(name);
    if (span === undefined || isNull(this.#json, span)) return [];
    const list = parseJson(this.#json, span);
    if (!Array.isArray(list)) throw new FormatError('bad-value', 'source map', span.start, `${name} that are no list`);
    return list.map((item) => stringOrNothing(item, span));
  }
}

/** Only sections on a module's one line count. @throws FormatError where they are not in order, or no maps. */
function readSections(json: Uint8Array, span: JsonSpan): Part[] {
  const parts: Part[] = [];
  let lastLine = -1;
  let lastColumn = -1;
  for (const item of jsonItems(json, span)) {
    const section = jsonFields(json, item);
    const map = section.get('map');
    if (map === undefined) throw new FormatError('missing', 'source map', item.start, 'section without a map');
    const place = section.get('offset');
    const { line, column } = (place === undefined ? {} : (parseJson(json, place) ?? {})) as Record<string, unknown>;
    if (!isCount(line) || !isCount(column)) {
      throw new FormatError('bad-value', 'source map', item.start, 'section without an offset');
    }
    if (line < lastLine || (line === lastLine && column < lastColumn)) {
      throw new FormatError('bad-value', 'source map', item.start, 'sections out of order');
    }
    [lastLine, lastColumn] = [line, column];
    const fields = jsonFields(json, map);
    if (fields.has('sections')) throw new FormatError('too-deep', 'source map', map.start, 'index map in an index map');
    if (line === 0) parts.push({ fields, firstOffset: column });
  }
  return parts;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function isNull(json: Uint8Array, { start }: JsonSpan): boolean {
  return json[start] === 0x6e;
}

function stringOrNothing(value: unknown, { start }: JsonSpan): string | undefined {
  if (value === null || typeof value === 'string') return value ?? undefined;
  throw new FormatError('bad-value', 'source map', start, `${typeof value} in place of a string`);
}

/** A source below the root, unless it is absolute: a path from the root of its file system, or a URL. */
function below(root: string, source: string): string {
  if (root === '' || /^(?:\/|[A-Za-z][A-Za-z0-9+.-]*:)/.test(source)) return source;
  return root.endsWith('/') ? root + source : `${root}/${source}`;
}
