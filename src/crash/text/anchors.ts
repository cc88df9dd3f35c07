import type { Line } from './line.ts';

/** `wasm-function[…]` in a line. */
export interface FunctionTag {
  /** Where `wasm-function` begins. */
  readonly start: number;
  /** What stands in the brackets: an index, or a name. */
  readonly content: string;
  /** After the closing bracket. */
  readonly bracket: number;
  /** The text of the offset behind it: `0x11f`, `46`. */
  readonly offset: string | undefined;
  /** After all of it. */
  readonly end: number;
}

const TAG = 'wasm-function[';

/**
 * The tags of a line, from left to right. A frame is read from its tag to the left, for names hold spaces,
 * parentheses, colons and brackets.
 */
export function* functionTags(line: Line): Generator<FunctionTag> {
  const { text } = line;
  const closing = new NextOf(text, [']@[wasm code]', '] (native)']);
  for (let start = text.indexOf(TAG); start >= 0; start = text.indexOf(TAG, start + 1)) {
    const content = start + TAG.length;
    let bracket = content;
    while (isDigit(text.charCodeAt(bracket))) bracket++;
    if (bracket === content || text[bracket] !== ']') {
      // A name: JavaScriptCore and Bun put one of these behind it.
      const found = closing.from(content);
      if (found === undefined) continue;
      bracket = found;
    }
    const offset = /^:(0x[0-9a-f]{1,12}|[0-9]{1,12})(?![0-9A-Za-z_])/.exec(text.slice(bracket + 1, bracket + 18))?.[1];
    const end = bracket + 1 + (offset === undefined ? 0 : offset.length + 1);
    yield { start, content: text.slice(content, bracket), bracket: bracket + 1, offset, end };
  }
}

/** The next of some words from rising positions on: each stretch of the text is searched once. */
class NextOf {
  readonly #text: string;
  readonly #next: { readonly word: string; at: number }[];

  constructor(text: string, words: readonly string[]) {
    this.#text = text;
    this.#next = words.map((word) => ({ word, at: -1 }));
  }

  from(position: number): number | undefined {
    for (const next of this.#next) {
      if (next.at >= position) continue;
      const found = this.#text.indexOf(next.word, position);
      next.at = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    const nearest = Math.min(...this.#next.map(({ at }) => at));
    return nearest === Number.POSITIVE_INFINITY ? undefined : nearest;
  }
}

/** Whether the content of a tag's brackets is an index. */
export function tagIndex({ content }: FunctionTag): number | undefined {
  return /^[0-9]{1,9}$/.test(content) ? Number(content) : undefined;
}

/** What a URL or a path begins with; `std::` does not. */
const LOCATION = /^(?:[A-Za-z][A-Za-z0-9+.-]*:(?!:)|<anonymous>|\.{0,2}\/|[A-Za-z]:\\)/;

/**
 * Where the parenthesis stands that opens the location ending at `end`, between `from` and `end`: the first ` (` that a
 * URL or path follows, as names hold parentheses and URLs do too; else the last one.
 */
export function openingParenthesis(text: string, from: number, end: number): number | undefined {
  const part = text.slice(from, end);
  let last: number | undefined;
  for (let at = part.indexOf(' ('); at >= 0; at = part.indexOf(' (', at + 1)) {
    if (LOCATION.test(part.slice(at + 2, at + 40))) return from + at + 1;
    last = from + at + 1;
  }
  return last;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
