import type { Window } from '../../bytes/window.ts';
import type { Report } from '../../diagnostics.ts';
import type { LineFile, LineHeader } from '../model/line-header.ts';
import { LINE_FLAG, type LineRow, type LineRows } from '../model/line-row.ts';
import { LineMachine } from './line-machine.ts';
import { LineRowBuffer } from './line-row-buffer.ts';

/** The rows of a line program, and the files that it defines itself. */
export interface LineProgramResult {
  readonly rows: LineRows;
  /** Their indexes go on after those of the header. */
  readonly definedFiles: readonly LineFile[];
}

/** Room for the rows of a unit of usual size. */
const FIRST_CAPACITY = 1 << 12;

/** More room than this is not kept for the next program. */
const KEPT_CAPACITY = 1 << 18;

/** The buffer of the program before, while nobody runs one. */
let spare: LineRowBuffer | undefined;

/**
 * Runs a whole line program into columns of its own.
 *
 * @param section the one that the header was read from.
 */
export function readLineRows(section: Window, header: LineHeader, report?: Report): LineProgramResult {
  const machine = new LineMachine(section, header, report);
  // Taken away while it is in use: `report` is not ours and may read another program.
  const rows = spare ?? new LineRowBuffer(FIRST_CAPACITY);
  spare = undefined;
  rows.clear();
  while (!machine.done) {
    if (rows.count === rows.capacity) rows.grow();
    machine.run(rows);
  }
  const result = { rows: rows.toRows(), definedFiles: machine.definedFiles };
  if (rows.capacity <= KEPT_CAPACITY) spare = rows;
  return result;
}

/** Rows that a cursor runs ahead. */
const AHEAD = 128;

/** Runs a line program row by row: `next()` goes to the next row, whose registers are then the cursor's. */
export class LineCursor {
  readonly #machine: LineMachine;
  readonly #rows = new LineRowBuffer(AHEAD);
  #at = -1;

  /** @param section the one that the header was read from. */
  constructor(section: Window, header: LineHeader, report?: Report) {
    this.#machine = new LineMachine(section, header, report);
  }

  /** Goes to the next row; false after the last. */
  next(): boolean {
    const rows = this.#rows;
    if (++this.#at < rows.count) return true;
    this.#at = 0;
    rows.clear();
    while (rows.count === 0) {
      if (this.#machine.done) return false;
      this.#machine.run(rows);
    }
    return true;
  }

  /** In bytes; of the row that ends a sequence, the first address after it. */
  get address(): number {
    return this.#rows.addresses[this.#at]!;
  }

  /** An index into the header's files, from 0 in DWARF 5 and from 1 before. */
  get file(): number {
    return this.#rows.files[this.#at]!;
  }

  /** From 1; 0 where the instructions come from no line. */
  get line(): number {
    return this.#rows.lines[this.#at]!;
  }

  /** From 1, in bytes; 0 is the left edge, or unknown. */
  get column(): number {
    return this.#rows.columns[this.#at]!;
  }

  get discriminator(): number {
    return this.#rows.discriminators[this.#at]!;
  }

  /** `LINE_FLAG`. */
  get flags(): number {
    return this.#rows.flags[this.#at]! & 0xff;
  }

  get isStatement(): boolean {
    return (this.flags & LINE_FLAG.is_stmt) !== 0;
  }

  get endSequence(): boolean {
    return (this.flags & LINE_FLAG.end_sequence) !== 0;
  }

  /** The instruction set, as the target numbers them. */
  get isa(): number {
    return (this.#rows.flags[this.#at]! >>> 8) & 0xff;
  }

  /** The operation within the instruction, of targets whose instructions hold several. */
  get operation(): number {
    return (this.#rows.flags[this.#at]! >>> 16) & 0xff;
  }

  /** The files that the program has defined up to here. */
  get definedFiles(): readonly LineFile[] {
    return this.#machine.definedFiles;
  }
}

/** The rows of a line program one after the other, an object each: for people, not for the millions. */
export function* lineRows(section: Window, header: LineHeader, report?: Report): Generator<LineRow> {
  const cursor = new LineCursor(section, header, report);
  while (cursor.next()) {
    const { address, file, line, column, discriminator, isa, operation, flags } = cursor;
    yield { address, file, line, column, discriminator, isa, operation, flags };
  }
}
