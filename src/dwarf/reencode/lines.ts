import type { LineFile } from '../model/line-header.ts';
import type { LineTable } from '../read/line-table.ts';
import type { Unit } from '../read/unit.ts';
import type { DwarfWriter } from '../write/dwarf.ts';
import type { WrittenLines } from '../write/line-table.ts';

/** The line tables of units, each written once for all units that share it. */
export class ReencodedLines {
  readonly #writer: DwarfWriter;
  readonly #numbers = new Map<LineTable, number>();

  constructor(writer: DwarfWriter) {
    this.#writer = writer;
  }

  /** The number of a unit's line table among those written; `undefined` where it has none. */
  numberOf(unit: Unit): number | undefined {
    const { lineTable } = unit;
    if (lineTable === undefined) return undefined;
    let number = this.#numbers.get(lineTable);
    if (number === undefined) {
      number = this.#writer.reserveLines();
      this.#writer.setLines(number, toWritten(lineTable));
      this.#numbers.set(lineTable, number);
    }
    return number;
  }
}

/** A line table with all its files, those included that its program defines. */
function toWritten(table: LineTable): WrittenLines {
  const { header, rows } = table;
  const { version, addressSize, offsetSize, directories } = header;
  const files: LineFile[] = [...header.files];
  const first = version >= 5 ? 0 : 1;
  for (
    let file = table.findFile(first + files.length);
    file !== undefined;
    file = table.findFile(first + files.length)
  ) {
    files.push(file);
  }
  return { version, addressSize, offsetSize, directories, files, rows };
}
