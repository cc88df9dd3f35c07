/** Line tables spelled in tests, and rows as short texts: ours, and those that llvm-dwarfdump prints. */
import type { Window } from '../../src/bytes/window.ts';
import type { Report } from '../../src/diagnostics.ts';
import type { LineHeader } from '../../src/dwarf/model/line-header.ts';
import { LINE_FLAG } from '../../src/dwarf/model/line-row.ts';
import type { LineHeaderContext } from '../../src/dwarf/read/line-header.ts';
import { LineCursor } from '../../src/dwarf/read/line-program.ts';
import { assemble, type Part, sized, u16, unit } from './assemble.ts';

/** What a header has where it does not say otherwise: what clang writes for wasm. */
export interface SpelledTable {
  readonly version?: number;
  readonly offsetSize?: 4 | 8;
  readonly addressSize?: number;
  readonly minimumInstructionLength?: number;
  readonly maximumOperations?: number;
  readonly defaultIsStatement?: number;
  readonly lineBase?: number;
  readonly lineRange?: number;
  readonly opcodeBase?: number;
  readonly opcodeLengths?: readonly number[];
  /** The tables of directories and files. */
  readonly tables?: Part;
  readonly program?: Part;
}

const LENGTHS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

export function spellLineTable(spelled: SpelledTable): Part {
  const { version = 4, offsetSize = 4, addressSize = 4, opcodeBase = 13 } = spelled;
  const lengths = spelled.opcodeLengths ?? LENGTHS.slice(0, Math.max(0, opcodeBase - 1));
  return unit(
    offsetSize,
    u16(version),
    version >= 5 ? [addressSize, 0] : [],
    sized(
      offsetSize,
      spelled.minimumInstructionLength ?? 1,
      version >= 4 ? (spelled.maximumOperations ?? 1) : [],
      spelled.defaultIsStatement ?? 1,
      spelled.lineBase ?? -5,
      spelled.lineRange ?? 14,
      opcodeBase,
      lengths,
      spelled.tables ?? (version >= 5 ? V5_TABLES : V4_TABLES),
    ),
    spelled.program ?? [],
  );
}

/** Directory 1 is `/src`; file 1 `a.c` is in it, file 2 `b.c` in the compilation directory. */
export const V4_TABLES: Part = ['/src', '', 'a.c', 1, 0, 0, 'b.c', 0, 0, 0, ''];

/** Directory 0 is `/build`, 1 `/src`; file 0 `b.c` is in the former, file 1 `a.c` in the latter. */
export const V5_TABLES: Part = [1, 1, 0x08, 2, '/build', '/src', 2, 1, 0x08, 2, 0x0b, 2, 'b.c', 0, 'a.c', 1];

/** For headers whose strings are in the header. */
export function lineContext(addressSize = 4, report?: Report): LineHeaderContext {
  const none = (): never => {
    throw new RangeError('no strings here');
  };
  return { addressSize, strings: { string: none, lineString: none, stringIndex: none }, report };
}

const FLAGS = Object.entries(LINE_FLAG).map(([name, bit]) => [bit, name] as const);

/** `0x10 2:3 file 1 is_stmt`; what is 0 or unset is left out. */
export function rowTexts(section: Window, header: LineHeader, report?: Report): string[] {
  const cursor = new LineCursor(section, header, report);
  const texts: string[] = [];
  while (cursor.next()) {
    const { address, line, column, file, isa, discriminator, operation, flags } = cursor;
    const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
    texts.push(rowText(address.toString(16), line, column, file, isa, discriminator, operation, names));
  }
  return texts;
}

/** The same of the rows in a text of `llvm-dwarfdump --debug-line`, by the offset of their table. */
export function llvmRowTexts(text: string): Map<number, string[]> {
  const tables = new Map<number, string[]>();
  let rows: string[] = [];
  for (const line of text.split('\n')) {
    const table = /^debug_line\[(0x[0-9a-f]+)\]/.exec(line);
    if (table) {
      rows = [];
      tables.set(Number(table[1]), rows);
    } else if (/^0x[0-9a-f]{16} /.test(line)) {
      const [address, ...numbers] = line.trim().split(/ +/);
      const [row, column, file, isa, discriminator, operation] = numbers.slice(0, 6).map(Number) as number[];
      const hex = BigInt(address!).toString(16);
      rows.push(rowText(hex, row!, column!, file!, isa!, discriminator!, operation!, numbers.slice(6)));
    }
  }
  return tables;
}

function rowText(
  address: string,
  line: number,
  column: number,
  file: number,
  isa: number,
  discriminator: number,
  operation: number,
  flags: readonly string[],
): string {
  const optional = [
    isa > 0 ? [`isa ${isa}`] : [],
    discriminator > 0 ? [`discriminator ${discriminator}`] : [],
    operation > 0 ? [`operation ${operation}`] : [],
  ];
  return [`0x${address} ${line}:${column}`, `file ${file}`, ...optional.flat(), ...flags].join(' ');
}

/** Bytes of one table. */
export function lineTableBytes(spelled: SpelledTable): Uint8Array {
  return assemble(spellLineTable(spelled));
}
