/** A run of text, or an element `{{{tag:field:field}}}`. */
export interface MarkupNode {
  /** As it stands in the line. */
  readonly text: string;
  /** `''` for text. */
  readonly tag: string;
  readonly fields: readonly string[];
  /** Where the tag stands in the line, for messages; fields follow it. */
  readonly offset: number;
}

/** Terminals' "select graphic rendition", as far as symbolizer markup passes it on. */
// biome-ignore lint/complexity/useRegexLiterals: an escape character in a literal is hard to see.
const RENDITION = new RegExp('\\x1b\\[(?:[01]|3[0-7])m', 'g');

/** The nodes of a line, its newline included (LLVM's "Symbolizer Markup Format"). */
export function* markupNodes(line: string): Generator<MarkupNode> {
  let at = 0;
  for (let element = findElement(line, at); element !== undefined; element = findElement(line, at)) {
    yield* textNodes(line, at, element.start);
    yield element.node;
    at = element.end;
  }
  yield* textNodes(line, at, line.length);
}

/** The next element with a tag from `from` on. */
function findElement(line: string, from: number): { node: MarkupNode; start: number; end: number } | undefined {
  for (let start = line.indexOf('{{{', from); start >= 0; ) {
    const close = line.indexOf('}}}', start + 3);
    if (close < 0) return undefined;
    const end = close + 3;
    const content = line.slice(start + 3, close);
    const colon = content.indexOf(':');
    const tag = colon < 0 ? content : content.slice(0, colon);
    if (tag !== '') {
      const fields = colon < 0 ? [] : content.slice(colon + 1).split(':');
      return { node: { text: line.slice(start, end), tag, fields, offset: start + 3 }, start, end };
    }
    start = line.indexOf('{{{', end);
  }
  return undefined;
}

/** The text from `start` to `end`, renditions as nodes of their own. */
function* textNodes(line: string, start: number, end: number): Generator<MarkupNode> {
  const text = line.slice(start, end);
  let at = 0;
  for (const match of text.matchAll(RENDITION)) {
    if (match.index > at) yield textNode(text.slice(at, match.index), start + at);
    yield textNode(match[0], start + match.index);
    at = match.index + match[0].length;
  }
  if (at < text.length) yield textNode(text.slice(at), start + at);
}

function textNode(text: string, offset: number): MarkupNode {
  return { text, tag: '', fields: [], offset };
}
