import { FormatError } from '../errors.ts';
import { MappingCursor } from './mappings.ts';

/**
 * The segments of a module's source map, a column each, sorted: each holds up to the next one.
 *
 * A module is one generated line, whose columns are offsets in its file.
 */
export interface Segments {
  readonly count: number;
  /** Where each begins (`ModuleOffset`). */
  readonly offsets: Uint32Array;
  /** Indexes into the sources; -1 where nothing is known from here on. */
  readonly sources: Int32Array;
  /** From 1. */
  readonly lines: Uint32Array;
  /** From 1. */
  readonly columns: Uint32Array;
  /** Indexes into the names; -1 where there is none. */
  readonly names: Int32Array;
}

/** One map of a source map: the whole, or what an index map has for a part of the module. */
export interface MapPart {
  /** The text of its mappings. */
  readonly mappings: Uint8Array;
  /** What its offsets, sources and names count from. */
  readonly firstOffset: number;
  readonly firstSource: number;
  readonly firstName: number;
  /** Where the next part begins, whatever this one says. */
  readonly end: number;
}

const COMMA = 0x2c;
/** Files are no larger, nor do sources have more lines. */
const LIMIT = 2 ** 32;

/** Reads the segments of all parts. @throws FormatError where they are damaged, or say what cannot be. */
export function readSegments(parts: readonly MapPart[]): Segments {
  let room = 0;
  for (const { mappings } of parts) {
    room++;
    for (let at = mappings.indexOf(COMMA); at >= 0; at = mappings.indexOf(COMMA, at + 1)) room++;
  }
  const columns = {
    offsets: new Uint32Array(room),
    sources: new Int32Array(room),
    lines: new Uint32Array(room),
    columns: new Uint32Array(room),
    names: new Int32Array(room),
  };
  let count = 0;
  let sorted = true;
  for (const { mappings, firstOffset, firstSource, firstName, end } of parts) {
    const cursor = new MappingCursor(mappings);
    while (cursor.next()) {
      const { column, fields, line, name, originalColumn, source } = cursor;
      const offset = firstOffset + column;
      check(column, LIMIT - firstOffset, 'offset');
      if (offset >= end) continue;
      if (count > 0 && offset < columns.offsets[count - 1]!) sorted = false;
      columns.offsets[count] = offset;
      const known = fields > 1;
      if (known) {
        check(source, 2 ** 30, 'source');
        check(line, LIMIT - 1, 'line');
        check(originalColumn, LIMIT - 1, 'column');
        if (fields > 4) check(name, 2 ** 30, 'name');
      }
      columns.sources[count] = known ? firstSource + source : -1;
      columns.lines[count] = known ? line + 1 : 0;
      columns.columns[count] = known ? originalColumn + 1 : 0;
      columns.names[count] = fields > 4 ? firstName + name : -1;
      count++;
    }
  }
  return sorted ? { count, ...columns } : inOrder(count, columns);
}

function check(value: number, limit: number, what: string): void {
  if (!(value >= 0 && value < limit)) throw new FormatError('bad-value', 'mappings', 0, `${what} ${value}`);
}

function inOrder(count: number, columns: Omit<Segments, 'count'>): Segments {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  order.sort((a, b) => columns.offsets[a]! - columns.offsets[b]! || a - b);
  return {
    count,
    offsets: order.map((index) => columns.offsets[index]!),
    sources: Int32Array.from(order, (index) => columns.sources[index]!),
    lines: order.map((index) => columns.lines[index]!),
    columns: order.map((index) => columns.columns[index]!),
    names: Int32Array.from(order, (index) => columns.names[index]!),
  };
}
