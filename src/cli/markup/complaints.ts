import type { MarkupNode } from './markup-parser.ts';

/** Complaints about elements, each with the line that it stands in and a mark under the place. */
export class MarkupComplaints {
  /** The line that is looked at, its newline included. */
  line = '';
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Whether an element has as many fields, or more, which is warned of. */
  hasFields(node: MarkupNode, count: number): boolean {
    const found = node.fields.length;
    if (found === count) return true;
    const message = `expected ${count} field(s); found ${found}`;
    if (found > count) this.warn(message, tagEnd(node));
    else this.fail(message, tagEnd(node));
    return found > count;
  }

  hasAtLeast(node: MarkupNode, count: number): boolean {
    const found = node.fields.length;
    if (found < count) this.fail(`expected at least ${count} field(s); found ${found}`, tagEnd(node));
    return found >= count;
  }

  hasAtMost(node: MarkupNode, count: number): void {
    const found = node.fields.length;
    if (found > count) this.warn(`expected at most ${count} field(s); found ${found}`, tagEnd(node));
  }

  warn(message: string, offset: number): void {
    this.#write(`warning: ${message}\n${this.line}${' '.repeat(offset)}^\n`);
  }

  fail(message: string, offset: number): void {
    this.#write(`error: ${message}\n${this.line}${' '.repeat(offset)}^\n`);
  }
}

function tagEnd({ offset, tag }: MarkupNode): number {
  return offset + tag.length;
}

/** Where a field of an element stands in its line. */
export function fieldOffset(node: MarkupNode, field: number): number {
  return node.fields.slice(0, field).reduce((at, { length }) => at + length + 1, tagEnd(node) + 1);
}
