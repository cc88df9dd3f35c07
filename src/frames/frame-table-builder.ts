import { GrowingColumns } from '../bytes/columns.ts';
import { LINE_FLAG } from '../dwarf/model/line-row.ts';
import type { SourceFile } from './frame.ts';
import type {
  FrameCandidates,
  FrameNodes,
  FrameRows,
  FrameSpans,
  FrameTable,
  Scope,
  SourceUnit,
  TableFunction,
} from './frame-table.ts';
import { QUALITY } from './quality.ts';

const FIRST_CAPACITY = 1024;

/** Puts a frame table together: spans and rows in the order of their addresses, nodes after their parents. */
export class FrameTableBuilder {
  readonly #addressSize: number;
  readonly #units: SourceUnit[] = [];
  readonly #files: SourceFile[] = [];
  readonly #scopes: Scope[] = [];
  readonly #functions: TableFunction[] = [];
  readonly #fileIndexes = new Map<string, number>();
  readonly #scopeIndexes = new Map<string, number>();
  readonly #nodes = new NodeColumns(FIRST_CAPACITY);
  readonly #spans = new SpanColumns(FIRST_CAPACITY);
  readonly #rows = new RowColumns(FIRST_CAPACITY);
  readonly #candidates = new CandidateColumns(64);

  /** @param sources a table whose units, files, scopes and functions are taken over, with their indexes. */
  constructor({ addressSize, sources }: { addressSize?: number; sources?: FrameTable } = {}) {
    this.#addressSize = addressSize ?? sources?.addressSize ?? 4;
    if (sources === undefined) return;
    this.#units.push(...sources.units);
    for (const each of sources.files) this.#fileIndexes.set(fileKey(each), this.#files.push(each) - 1);
    for (const each of sources.scopes) this.#scopeIndexes.set(scopeKey(each), this.#scopes.push(each) - 1);
    for (const each of sources.functions) this.#functions.push(each);
  }

  /** Adds a unit and answers its index. */
  unit(unit: SourceUnit): number {
    return this.#units.push(unit) - 1;
  }

  /** The index of a file; equal ones are one. */
  file(file: SourceFile): number {
    const key = fileKey(file);
    let index = this.#fileIndexes.get(key);
    if (index === undefined) {
      index = this.#files.push(file) - 1;
      this.#fileIndexes.set(key, index);
    }
    return index;
  }

  /** The index of a scope; equal ones are one. */
  scope(scope: Scope): number {
    const key = scopeKey(scope);
    let index = this.#scopeIndexes.get(key);
    if (index === undefined) {
      index = this.#scopes.push(scope) - 1;
      this.#scopeIndexes.set(key, index);
    }
    return index;
  }

  /** Adds a function and answers its index; its file becomes one of the table's. */
  function(described: TableFunction): number {
    const file = described.file && this.#files[this.file(described.file)];
    return this.#functions.push(file === described.file ? described : { ...described, file }) - 1;
  }

  /**
   * Adds a node and answers its index. `parent` is -1 or a node that is there; the location is that of the call,
   * `start` the first address where the node is one piece.
   */
  node(
    parent: number,
    described: number,
    callFile = -1,
    callLine = 0,
    callColumn = 0,
    discriminator = 0,
    start = -1,
  ): number {
    const nodes = this.#nodes;
    if (parent >= nodes.count) throw new RangeError(`node ${parent} is not there yet`);
    const index = nodes.add();
    nodes.parents[index] = parent;
    nodes.functions[index] = described;
    nodes.callFiles[index] = callFile;
    nodes.callLines[index] = callLine;
    nodes.callColumns[index] = callColumn;
    nodes.discriminators[index] = discriminator;
    nodes.starts[index] = start;
    return index;
  }

  /**
   * Says what is known from `start` on, up to the next span; -1 for node and unit ends it. A span that says what the
   * one before says goes into that, unless one of them has candidates.
   */
  span(start: number, node: number, unit: number, quality: number = QUALITY.exact): void {
    const spans = this.#spans;
    const last = spans.count - 1;
    if (last >= 0 && !(spans.starts[last]! <= start)) throw new RangeError(`span at ${start} before the last one`);
    if (last >= 0 && spans.starts[last] === start) {
      if (this.#candidates.lastSpan() === last) throw new RangeError(`span at ${start} has candidates already`);
      spans.count--;
      return this.span(start, node, unit, quality);
    }
    const same =
      last < 0
        ? node < 0 && unit < 0
        : spans.nodes[last] === node && spans.units[last] === unit && spans.qualities[last] === quality;
    if (same && quality !== QUALITY.merged) return;
    const index = spans.add();
    spans.starts[index] = start;
    spans.nodes[index] = node;
    spans.units[index] = unit;
    spans.qualities[index] = quality;
  }

  /** Says what else the code of the last span may stand for. */
  candidate(node: number, file = -1, line = 0, column = 0, discriminator = 0): void {
    const candidates = this.#candidates;
    const index = candidates.add();
    candidates.spans[index] = this.#spans.count - 1;
    candidates.nodes[index] = node;
    candidates.files[index] = file;
    candidates.lines[index] = line;
    candidates.columns[index] = column;
    candidates.discriminators[index] = discriminator;
  }

  /**
   * Says the location of the code from `start` on, up to the next row; one at the same address takes its place, one
   * that says the same goes into it.
   */
  row(
    start: number,
    file: number,
    line: number,
    column = 0,
    discriminator = 0,
    flags: number = LINE_FLAG.is_stmt,
  ): void {
    const rows = this.#rows;
    if (rows.count > 0 && !(rows.starts[rows.count - 1]! <= start)) {
      throw new RangeError(`row at ${start} before the last one`);
    }
    if (rows.count > 0 && rows.starts[rows.count - 1] === start) rows.count--;
    const last = rows.count - 1;
    const same =
      last < 0
        ? (flags & LINE_FLAG.end_sequence) !== 0
        : rows.files[last] === file &&
          rows.lines[last] === line &&
          rows.columns[last] === column &&
          rows.discriminators[last] === discriminator &&
          rows.flags[last] === flags;
    if (same) return;
    const index = rows.add();
    rows.starts[index] = start;
    rows.files[index] = file;
    rows.lines[index] = line;
    rows.columns[index] = column;
    rows.discriminators[index] = discriminator;
    rows.flags[index] = flags;
  }

  /** Says that no location is known from `start` on. */
  endRows(start: number): void {
    this.row(start, -1, 0, 0, 0, LINE_FLAG.end_sequence);
  }

  /** The table; the builder is used up. */
  finish(): FrameTable {
    this.#nodes.trim();
    this.#spans.trim();
    this.#rows.trim();
    this.#candidates.trim();
    return {
      addressSize: this.#addressSize,
      units: this.#units,
      files: this.#files,
      scopes: this.#scopes,
      functions: this.#functions,
      nodes: this.#nodes,
      spans: this.#spans,
      rows: this.#rows,
      candidates: this.#candidates,
    };
  }
}

function fileKey({ path, relativePath, name, md5, source }: SourceFile): string {
  // Embedded sources are large; a path has one.
  return `${path}\n${relativePath}\n${name}\n${md5 ?? ''}\n${source === undefined ? '' : source.length}`;
}

function scopeKey({ tag, name, parent }: Scope): string {
  return `${tag} ${parent} ${name ?? '\n'}`;
}

class NodeColumns extends GrowingColumns implements FrameNodes {
  parents = new Int32Array(this.capacity);
  functions = new Int32Array(this.capacity);
  callFiles = new Int32Array(this.capacity);
  callLines = new Uint32Array(this.capacity);
  callColumns = new Uint32Array(this.capacity);
  discriminators = new Uint32Array(this.capacity);
  starts = new Float64Array(this.capacity);
}

class SpanColumns extends GrowingColumns implements FrameSpans {
  starts = new Float64Array(this.capacity);
  nodes = new Int32Array(this.capacity);
  units = new Int32Array(this.capacity);
  qualities = new Uint8Array(this.capacity);
}

class RowColumns extends GrowingColumns implements FrameRows {
  starts = new Float64Array(this.capacity);
  files = new Int32Array(this.capacity);
  lines = new Uint32Array(this.capacity);
  columns = new Uint32Array(this.capacity);
  discriminators = new Uint32Array(this.capacity);
  flags = new Uint8Array(this.capacity);
}

class CandidateColumns extends GrowingColumns implements FrameCandidates {
  spans = new Uint32Array(this.capacity);
  nodes = new Int32Array(this.capacity);
  files = new Int32Array(this.capacity);
  lines = new Uint32Array(this.capacity);
  columns = new Uint32Array(this.capacity);
  discriminators = new Uint32Array(this.capacity);

  /** The span of the last candidate, -1 without one. */
  lastSpan(): number {
    return this.count === 0 ? -1 : this.spans[this.count - 1]!;
  }
}
