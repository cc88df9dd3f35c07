import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Encoding } from '../model/encoding.ts';
import type { SpecialOpcodes } from './line-advance.ts';
import {
  addPaths,
  choosePathForms,
  type PathForms,
  sharedPaths,
  type WrittenFiles,
  writeLineHeader,
} from './line-header.ts';
import { countAdvances, type WrittenRows, writeLineProgram } from './line-program.ts';
import { AdvanceCounts } from './special-opcodes.ts';
import type { StringTable } from './strings.ts';

/** A line table as it is to be written. */
export interface WrittenLines extends Encoding, WrittenFiles {
  readonly rows: WrittenRows;
}

const NO_COLUMN = new Uint32Array(0);

/** What stands for a table until it is set. */
const EMPTY: WrittenLines = {
  version: 4,
  addressSize: 4,
  offsetSize: 4,
  directories: [],
  files: [],
  rows: {
    count: 0,
    addresses: NO_COLUMN,
    files: NO_COLUMN,
    lines: NO_COLUMN,
    columns: NO_COLUMN,
    discriminators: NO_COLUMN,
    flags: new Uint8Array(0),
  },
};

/** The line tables of all units, in the order in which they are added. */
export class LineTables {
  readonly #tables: WrittenLines[] = [];
  readonly #strings: StringTable;
  readonly #counts = new AdvanceCounts();
  #forms: PathForms[] = [];
  #offsets: number[] = [];

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  /** The number of a table that is set later. */
  reserve(): number {
    return this.#tables.push(EMPTY) - 1;
  }

  /** Says what a table is. */
  set(number: number, table: WrittenLines): void {
    countAdvances(table.rows, this.#counts);
    if (table.version >= 5) addPaths(table, this.#strings);
    this.#tables[number] = table;
  }

  /** The paths that stand in `.debug_str`; all strings are added by now. */
  sharedPaths(): string[] {
    this.#forms = this.#tables.map((table) => choosePathForms(table, this.#strings));
    return this.#tables.flatMap((table, index) => (table.version >= 5 ? sharedPaths(table, this.#forms[index]!) : []));
  }

  /** Where a table stands, once they are written. */
  offset(table: number): number {
    return this.#offsets[table]!;
  }

  /** The section; strings are placed by now. */
  write(): Uint8Array {
    const opcodes = this.#counts.best();
    const out = new ByteWriter(1 << 12);
    this.#offsets = this.#tables.map((table, index) => this.#writeTable(out, table, this.#forms[index]!, opcodes));
    return out.toBytes();
  }

  #writeTable(out: ByteWriter, table: WrittenLines, forms: PathForms, opcodes: SpecialOpcodes): number {
    const offset = out.size;
    const { offsetSize } = table;
    if (offsetSize === 8) out.u32(0xffff_ffff);
    const lengthAt = out.reserve(offsetSize);
    const strings = this.#strings;
    writeLineHeader(out, table, table, opcodes, forms, (path) => strings.offset(strings.find(path)!));
    writeLineProgram(out, table.rows, table, opcodes);
    out.patch(lengthAt, out.size - lengthAt - offsetSize, offsetSize);
    return offset;
  }
}
