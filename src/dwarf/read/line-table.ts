import type { Window } from '../../bytes/window.ts';
import { ignore } from '../../diagnostics.ts';
import { FormatError } from '../../errors.ts';
import type { LineFile, LineHeader } from '../model/line-header.ts';
import type { LineRows, LineSequences } from '../model/line-row.ts';
import { isDeadRange } from '../model/tombstones.ts';
import { type FilePaths, pathsOfFile } from './file-paths.ts';
import { type LineHeaderContext, readLineHeader } from './line-header.ts';
import { type LineProgramResult, readLineRows } from './line-program.ts';

/** What reading a line table needs from the unit that it belongs to. */
export interface LineTableContext extends LineHeaderContext {
  /** The first address that code can have; sequences from before it are dead. */
  readonly lowestAddress?: number | undefined;
}

/** A source file of a line table, for the units of one compilation directory. */
export interface LineSourceFile extends FilePaths {
  /** MD5 of the source, 32 lower-case hexadecimal digits. */
  readonly md5: string | undefined;
  /** The source itself, where it is embedded. */
  readonly source: string | undefined;
}

/**
 * A line table: which source line the code at an address comes from.
 *
 * The header is read at once, the line program when an address is first looked up.
 */
export class LineTable {
  readonly header: LineHeader;
  readonly #section: Window;
  readonly #context: LineTableContext;
  #program: LineProgramResult | undefined;
  #sorted: LineSequences | undefined;
  /** By compilation directory, then by index. */
  readonly #sources = new Map<string, (LineSourceFile | undefined)[]>();

  constructor(section: Window, header: LineHeader, context: LineTableContext) {
    this.#section = section;
    this.header = header;
    this.#context = context;
  }

  /** Reads the header at `offset` of `.debug_line`. @throws FormatError where it is damaged. */
  static read(section: Window, offset: number, context: LineTableContext): LineTable {
    return new LineTable(section, readLineHeader(section, offset, context), context);
  }

  /** The rows, in the order of the line program. */
  get rows(): LineRows {
    return this.#run().rows;
  }

  /** The sequences that cover live code, by their ends; of equal ones, in the order of the line program. */
  get sequences(): LineSequences {
    this.#sorted ??= sortSequences(this.rows.sequences, this.#context.lowestAddress ?? 0);
    return this.#sorted;
  }

  /**
   * The index of the row that the code at `address` belongs to: the last one at or before it in its sequence.
   *
   * Where sequences overlap the one that ends first counts, as for LLVM.
   */
  findRow(address: number): number | undefined {
    const { count, firstRows, endRows, starts, ends } = this.sequences;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! > address) high = middle;
      else low = middle + 1;
    }
    if (low === count || !(starts[low]! <= address)) return undefined;
    // Halved as libstdc++ does, so that rows whose addresses decrease give the answer that LLVM gives. The first row is
    // at or before the address, and the row that ends the sequence is after it.
    const { addresses } = this.rows;
    let first = firstRows[low]! + 1;
    let length = endRows[low]! - 1 - first;
    while (length > 0) {
      const half = length >> 1;
      if (addresses[first + half]! > address) {
        length = half;
      } else {
        first += half + 1;
        length -= half + 1;
      }
    }
    return first - 1;
  }

  /** The files by index: those of the header, then those that the line program defines. */
  findFile(index: number): LineFile | undefined {
    const { files, version } = this.header;
    const at = version >= 5 ? index : index - 1;
    return at < files.length ? files[at] : this.#run().definedFiles[at - files.length];
  }

  /**
   * The source file at an index, as rows and `DW_AT_decl_file` and `DW_AT_call_file` have it.
   *
   * `undefined` where there is none, or where its name cannot be read, which is reported.
   */
  findSource(index: number, compilationDirectory: string | undefined): LineSourceFile | undefined {
    const key = compilationDirectory ?? '';
    let sources = this.#sources.get(key);
    if (sources === undefined) {
      sources = [];
      this.#sources.set(key, sources);
    }
    if (!(index in sources)) sources[index] = this.#readSource(index, compilationDirectory);
    return sources[index];
  }

  #readSource(index: number, compilationDirectory: string | undefined): LineSourceFile | undefined {
    const file = this.findFile(index);
    if (file === undefined) return undefined;
    const { report = ignore } = this.#context;
    const damage = ({ detail: message, section, offset }: FormatError): void =>
      report({ severity: 'error', rule: 'lines/file-name', message, section, offset });
    try {
      return new SourceOfFile(pathsOfFile(this.header, file, compilationDirectory, damage), file);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damage(error);
      return undefined;
    }
  }

  #run(): LineProgramResult {
    this.#program ??= readLineRows(this.#section, this.header, this.#context.report);
    return this.#program;
  }
}

/** Sources are decoded when they are asked for: they are by far the largest texts. */
class SourceOfFile implements LineSourceFile {
  readonly path: string;
  readonly relativePath: string;
  readonly name: string;
  readonly #file: LineFile;

  constructor({ path, relativePath, name }: FilePaths, file: LineFile) {
    this.path = path;
    this.relativePath = relativePath;
    this.name = name;
    this.#file = file;
  }

  get md5(): string | undefined {
    return this.#file.md5;
  }

  get source(): string | undefined {
    return this.#file.source;
  }
}

function sortSequences(sequences: LineSequences, lowest: number): LineSequences {
  const { count, starts, ends } = sequences;
  const order: number[] = [];
  let isSorted = true;
  let before = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    if (isDeadRange(starts[index]!, ends[index]!, lowest)) continue;
    order.push(index);
    if (ends[index]! < before) isSorted = false;
    before = ends[index]!;
  }
  if (isSorted && order.length === count) return sequences;
  if (!isSorted) order.sort((a, b) => ends[a]! - ends[b]! || a - b);
  return {
    count: order.length,
    firstRows: Uint32Array.from(order, (index) => sequences.firstRows[index]!),
    endRows: Uint32Array.from(order, (index) => sequences.endRows[index]!),
    starts: Float64Array.from(order, (index) => starts[index]!),
    ends: Float64Array.from(order, (index) => ends[index]!),
  };
}
