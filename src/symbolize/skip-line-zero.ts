import type { LineTable } from '../dwarf/read/line-table.ts';

/** The nearest row before the one of `address`, in the same sequence, that has a line; `undefined` without one. */
export function approximateRow(table: LineTable, address: number): number | undefined {
  const row = table.findRow(address);
  if (row === undefined) return undefined;
  const { firstRows, endRows, count } = table.sequences;
  for (let sequence = 0; sequence < count; sequence++) {
    const first = firstRows[sequence]!;
    if (row < first || row >= endRows[sequence]!) continue;
    const { lines } = table.rows;
    for (let before = row - 1; before >= first; before--) if (lines[before] !== 0) return before;
    return undefined;
  }
  return undefined;
}

/** Whether the row of `address` belongs to the sequence that the line program begins with. */
export function isInFirstSequence(table: LineTable | undefined, address: number): boolean {
  const row = table?.findRow(address);
  const { firstRows, endRows, count } = table?.sequences ?? { firstRows: [], endRows: [], count: 0 };
  for (let sequence = 0; sequence < count; sequence++) {
    if (firstRows[sequence] === 0) return row !== undefined && row < endRows[sequence]!;
  }
  return false;
}
