/** A place in the source. */
export interface MappedPlace {
  readonly source: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  /** From 1. */
  readonly column: number | undefined;
  readonly name: string | undefined;
}

/** The parts of a source map that a lookup needs (ECMA-426). */
interface SourceMapJson {
  readonly sources?: readonly (string | null)[];
  readonly sourceRoot?: string;
  readonly names?: readonly string[];
  readonly mappings?: string;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The mappings of a wasm module: one line whose columns are offsets in the file. */
export class WasmSourceMap {
  readonly #json: SourceMapJson;
  readonly #offsets: number[] = [];
  /** Source, line, column, name of each mapping; -1 where it has none. */
  readonly #fields: number[] = [];

  /** @throws SyntaxError for a text that is no source map. */
  constructor(text: string) {
    // Servers put this in front so that the text is no script.
    const json: unknown = JSON.parse(text.replace(/^\)\]\}'?[^\n]*\n/, ''));
    if (typeof json !== 'object' || json === null) throw new SyntaxError('no source map');
    this.#json = json;
    this.#decode(String(this.#json.mappings ?? ''));
  }

  /** The mapping of an offset: the nearest one at or before it. */
  find(offset: number): MappedPlace | undefined {
    const offsets = this.#offsets;
    let low = 0;
    let high = offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const [source, line, column, name] = this.#fields.slice((low - 1) * 4, low * 4) as [number, number, number, number];
    if (source < 0) return { source: undefined, line: undefined, column: undefined, name: undefined };
    const { sources = [], sourceRoot = '', names = [] } = this.#json;
    const path = sources[source];
    return {
      source: path == null ? undefined : sourceRoot + path,
      line: line + 1,
      column: column + 1,
      name: name < 0 ? undefined : names[name],
    };
  }

  #decode(mappings: string): void {
    // Numbers are differences to those of the segment before.
    const state = [0, 0, 0, 0, 0];
    const first = mappings.split(';', 1)[0]!;
    for (const segment of first.split(',')) {
      const values = decodeNumbers(segment);
      if (values.length === 0) continue;
      values.slice(0, 5).forEach((value, index) => {
        state[index]! += value;
      });
      this.#offsets.push(state[0]!);
      if (values.length < 4) this.#fields.push(-1, -1, -1, -1);
      else this.#fields.push(state[1]!, state[2]!, state[3]!, values.length >= 5 ? state[4]! : -1);
    }
  }
}

/** Base64 VLQ: five bits a digit, low ones first, the sign in the lowest. @throws SyntaxError for any other digit. */
function decodeNumbers(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) throw new SyntaxError(`"${character}" in the mappings of a source map`);
    value += (digit & 31) * scale;
    scale *= 32;
    if ((digit & 32) !== 0) continue;
    values.push(value % 2 === 0 ? value / 2 : -(value - 1) / 2);
    value = 0;
    scale = 1;
  }
  return values;
}
