import { GrowingColumns } from '../bytes/columns.ts';
import { LINE_FLAG } from '../dwarf/model/line-row.ts';
import type { WrittenRows } from '../dwarf/write/line-program.ts';
import type { FrameTable } from './frame-table.ts';
import { forRows, type UnitFiles } from './unit-files.ts';

/** The rows of one unit, each run of its code a sequence; code without a row is left out, or ends a sequence early. */
export function unitRows(table: FrameTable, runs: readonly number[], files: UnitFiles): WrittenRows {
  const { rows } = table;
  const out = new RowColumns(256);
  let isOpen = false;
  let openEnd = 0;
  const close = (at: number): void => {
    if (isOpen) out.addRow(at, 1, 1, 0, 0, LINE_FLAG.end_sequence);
    isOpen = false;
  };
  forRows(table, runs, (row, isFirst, start, end) => {
    if (isFirst) close(openEnd);
    openEnd = end;
    if (row < 0 || (rows.flags[row]! & LINE_FLAG.end_sequence) !== 0) return close(start);
    const line = rows.lines[row]!;
    const file = rows.files[row]!;
    // A line in no file says nothing.
    if (file < 0 && line > 0) return close(start);
    // Code that comes from no line keeps the file of the code before it.
    const number = file < 0 ? (isOpen ? out.lastFile : files.first) : files.numberOf(file);
    out.addRow(start, number, line, rows.columns[row]!, rows.discriminators[row]!, rows.flags[row]!);
    isOpen = true;
  });
  close(openEnd);
  return out;
}

class RowColumns extends GrowingColumns implements WrittenRows {
  addresses: Float64Array = new Float64Array(this.capacity);
  files: Uint32Array = new Uint32Array(this.capacity);
  lines: Uint32Array = new Uint32Array(this.capacity);
  columns: Uint32Array = new Uint32Array(this.capacity);
  discriminators: Uint32Array = new Uint32Array(this.capacity);
  flags: Uint8Array = new Uint8Array(this.capacity);

  get lastFile(): number {
    return this.files[this.count - 1]!;
  }

  addRow(address: number, file: number, line: number, column: number, discriminator: number, flags: number): void {
    const index = this.add();
    this.addresses[index] = address;
    this.files[index] = file;
    this.lines[index] = line;
    this.columns[index] = column;
    this.discriminators[index] = discriminator;
    this.flags[index] = flags;
  }
}
