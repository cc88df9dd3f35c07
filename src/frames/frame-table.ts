import { codeOffset } from '../addresses.ts';
import { LINE_FLAG } from '../dwarf/model/line-row.ts';
import type { Frame, SourceFile, SourceFunction } from './frame.ts';
import { QUALITIES } from './quality.ts';
import { lastAtOrBefore } from './sorted.ts';

/** A source that was compiled on its own. */
export interface SourceUnit {
  /** As recorded: absolute, or relative to the compilation directory. */
  readonly name?: string | undefined;
  readonly compilationDirectory?: string | undefined;
  /** What compiled it. */
  readonly producer?: string | undefined;
  /** `DW_LANG`. */
  readonly language?: number | undefined;
  /** Where it stands in `.debug_info` of the module that the table was read from. */
  readonly offset?: number | undefined;
}

/** What qualifies the names of functions: a namespace, a class, a function that others are declared in. */
export interface Scope {
  /** `DW_TAG`. */
  readonly tag: number;
  /** `undefined` where it is anonymous. */
  readonly name?: string | undefined;
  /** The scope around it, an index into `FrameTable.scopes`; -1 where there is none. */
  readonly parent: number;
}

/** A function of the source and where it belongs. */
export interface TableFunction extends SourceFunction {
  /** The unit that describes it, an index into `FrameTable.units`. */
  readonly unit: number;
  /** The scope that it is declared in, an index into `FrameTable.scopes`; -1 where there is none. */
  readonly scope: number;
  /** Whether it is visible outside of its unit. */
  readonly isExternal?: boolean | undefined;
  /** Where the entry that describes it stands in `.debug_info` of the module that the table was read from. */
  readonly entry?: number | undefined;
}

/**
 * The inline forest, a column each: a root is a function that stands in the code, any other node is a call that was
 * inlined into its parent. Parents come before their children.
 */
export interface FrameNodes {
  readonly count: number;
  /** -1 for a root. */
  readonly parents: Int32Array;
  /** Indexes into `FrameTable.functions`. */
  readonly functions: Int32Array;
  /** Where in the parent the call is: an index into `FrameTable.files`, -1 where it is unknown. */
  readonly callFiles: Int32Array;
  /** From 1; 0 is unknown. */
  readonly callLines: Uint32Array;
  /** From 1; 0 is unknown. */
  readonly callColumns: Uint32Array;
  /** Of the call; 0 where there is none. */
  readonly discriminators: Uint32Array;
  /** First address where the node is one piece, else -1. */
  readonly starts: Float64Array;
}

/** Which node owns each address, and how that is known, a column each: sorted, each span ends where the next begins. */
export interface FrameSpans {
  readonly count: number;
  readonly starts: Float64Array;
  /** The deepest node, -1 where there is none. */
  readonly nodes: Int32Array;
  /** The unit whose code it is, -1 where there is none: no node and no row counts there. */
  readonly units: Int32Array;
  /** Indexes into `QUALITIES`; they hold for the rows too. */
  readonly qualities: Uint8Array;
}

/** The line table, a column each: sorted, one row an address, each holds up to the next. */
export interface FrameRows {
  readonly count: number;
  readonly starts: Float64Array;
  /** Indexes into `FrameTable.files`, -1 where it is unknown. */
  readonly files: Int32Array;
  /** From 1; 0 where the code comes from no line. */
  readonly lines: Uint32Array;
  /** From 1; 0 is unknown. */
  readonly columns: Uint32Array;
  readonly discriminators: Uint32Array;
  /** `LINE_FLAG`; with `end_sequence` nothing is known from here on. */
  readonly flags: Uint8Array;
}

/** What else the code of a span may stand for, where code of several origins was folded, a column each. */
export interface FrameCandidates {
  readonly count: number;
  /** Indexes into the spans, ascending. */
  readonly spans: Uint32Array;
  /** The deepest node, -1 where there is none. */
  readonly nodes: Int32Array;
  /** Its location, as in rows. */
  readonly files: Int32Array;
  readonly lines: Uint32Array;
  readonly columns: Uint32Array;
  readonly discriminators: Uint32Array;
}

/**
 * Which frames are at each address: the waist between what debug information is read from and what it is turned into.
 *
 * Addresses are code offsets. A query is two binary searches and a walk up: the innermost frame is the node's function
 * at the row's location, each further one the parent's function at the location of the call.
 */
export interface FrameTable {
  /** Bytes of an address in debug information written from this: in wasm 4, or 8 with a 64-bit memory. */
  readonly addressSize: number;
  readonly units: readonly SourceUnit[];
  readonly files: readonly SourceFile[];
  readonly scopes: readonly Scope[];
  readonly functions: readonly TableFunction[];
  readonly nodes: FrameNodes;
  readonly spans: FrameSpans;
  readonly rows: FrameRows;
  readonly candidates: FrameCandidates;
}

/** The span that holds an address, an index into `spans`; -1 before the first. */
export function findSpan({ spans }: FrameTable, address: number): number {
  return lastAtOrBefore(spans.starts, address, spans.count);
}

/** The row of an address, an index into `rows`; -1 where there is none. */
export function findRow({ rows }: FrameTable, address: number): number {
  const row = lastAtOrBefore(rows.starts, address, rows.count);
  return row >= 0 && (rows.flags[row]! & LINE_FLAG.end_sequence) !== 0 ? -1 : row;
}

/** The frames at a code address, innermost first; none where nothing is known. */
export function framesAt(table: FrameTable, address: number): Frame[] {
  const span = findSpan(table, address);
  if (span < 0 || table.spans.units[span]! < 0) return [];
  const { rows, spans } = table;
  const node = spans.nodes[span]!;
  const row = findRow(table, address);
  if (row < 0) return framesOf(table, node, -1, 0, 0, 0, spans.qualities[span]!);
  if (node >= 0) {
    return framesOf(
      table,
      node,
      rows.files[row]!,
      rows.lines[row]!,
      rows.columns[row]!,
      rows.discriminators[row]!,
      spans.qualities[span]!,
    );
  }
  return [
    {
      file: table.files[rows.files[row]!],
      line: rows.lines[row]! || undefined,
      column: rows.columns[row]! || undefined,
      discriminator: rows.discriminators[row]! || undefined,
      inlined: false,
      quality: QUALITIES[spans.qualities[span]!]!,
    },
  ];
}

/** The frames of what else a span's code may stand for, a chain each. */
export function candidateFrames(table: FrameTable, span: number): Frame[][] {
  const { candidates, spans } = table;
  let index = lastAtOrBefore(candidates.spans, span - 1, candidates.count) + 1;
  const chains: Frame[][] = [];
  for (; index < candidates.count && candidates.spans[index] === span; index++) {
    chains.push(
      framesOf(
        table,
        candidates.nodes[index]!,
        candidates.files[index]!,
        candidates.lines[index]!,
        candidates.columns[index]!,
        candidates.discriminators[index]!,
        spans.qualities[span]!,
      ),
    );
  }
  return chains;
}

/** The frames of a node and those around it, where the innermost one stands at the location given. */
function framesOf(
  { files, functions, nodes }: FrameTable,
  deepest: number,
  deepestFile: number,
  deepestLine: number,
  deepestColumn: number,
  deepestDiscriminator: number,
  quality: number,
): Frame[] {
  const frames: Frame[] = [];
  let file = deepestFile;
  let line = deepestLine;
  let column = deepestColumn;
  let discriminator = deepestDiscriminator;
  for (let node = deepest; node >= 0; node = nodes.parents[node]!) {
    const start = nodes.starts[node]!;
    frames.push({
      function: functions[nodes.functions[node]!],
      file: files[file],
      line: line || undefined,
      column: column || undefined,
      discriminator: discriminator || undefined,
      inlined: nodes.parents[node]! >= 0,
      start: start >= 0 ? codeOffset(start) : undefined,
      quality: QUALITIES[quality]!,
    });
    file = nodes.callFiles[node]!;
    line = nodes.callLines[node]!;
    column = nodes.callColumns[node]!;
    discriminator = nodes.discriminators[node]!;
  }
  return frames;
}
