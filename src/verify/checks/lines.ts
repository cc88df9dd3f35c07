import type { Window } from '../../bytes/window.ts';
import type { LineHeader } from '../../dwarf/model/line-header.ts';
import { LINE_FLAG, type LineRows } from '../../dwarf/model/line-row.ts';
import { LineMachine } from '../../dwarf/read/line-machine.ts';
import { LineRowBuffer } from '../../dwarf/read/line-row-buffer.ts';
import { CODE } from '../code-map.ts';
import type { VerifyContext } from '../context.ts';
import { hex, span } from '../hex.ts';
import type { RuleName } from '../rules/index.ts';
import { whereIs } from './where.ts';

/** What is wrong with rows of a table: told once for each run of rows with the same finding in one sequence. */
interface RowFinding {
  readonly rule: RuleName;
  readonly message: string;
  /** Index of the first row. */
  readonly row: number;
  readonly address: number;
  count: number;
}

/** Checks the rows of a line table against themselves and against the code. */
export function checkRows(
  context: VerifyContext,
  section: Window,
  header: LineHeader,
  { rows, definedFiles }: { readonly rows: LineRows; readonly definedFiles: readonly unknown[] },
  path: readonly string[],
): void {
  const { map, lowest, counts } = context;
  const { addresses, files, flags, count } = rows;
  const firstFile = header.version >= 5 ? 0 : 1;
  const lastFile = header.files.length + definedFiles.length - 1 + firstFile;
  const found: RowFinding[] = [];
  /** The findings of this sequence by rule. */
  let open = new Map<RuleName, RowFinding>();
  const add = (rule: RuleName, row: number, message: () => string): void => {
    const known = open.get(rule);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const finding: RowFinding = { rule, message: message(), row, address: addresses[row]!, count: 1 };
    open.set(rule, finding);
    found.push(finding);
  };
  counts.rows += count;
  const unsorted = { first: -1, count: 0, address: 0 };
  let highest = 0;
  let sequences = 0;
  let first = 0;
  for (let row = 0; row < count; row++) {
    if (row > first && addresses[row]! < addresses[row - 1]!) {
      add(
        'lines/decreasing-address',
        row,
        () => `row at ${hex(addresses[row]!)} after one at ${hex(addresses[row - 1]!)}`,
      );
    }
    if (files[row]! < firstFile || files[row]! > lastFile) {
      const valid = lastFile < firstFile ? 'there are none' : `files are ${firstFile} to ${lastFile}`;
      add('lines/file', row, () => `row of file ${files[row]}; ${valid}`);
    }
    if ((flags[row]! & LINE_FLAG.end_sequence) === 0) continue;
    const start = addresses[first]!;
    const end = addresses[row]!;
    counts.sequences++;
    if (start < end && start < lowest) {
      add(
        'lines/ghost',
        first,
        () => `rows of ${span(start, end)}, which begins before the first function at ${hex(lowest)}`,
      );
    } else if (start >= lowest) {
      const isTold = map !== undefined && checkSequence(context, rows, first, row, add);
      if (start < end) {
        sequences++;
        if (start < highest && !isTold && unsorted.count++ === 0) Object.assign(unsorted, { first, address: start });
        highest = Math.max(highest, start);
      }
    }
    first = row + 1;
    open = new Map();
  }
  if (unsorted.count > 0) {
    const message = `${unsorted.count} of ${sequences} sequences begin before one that stands before them in the table`;
    found.push({ rule: 'lines/unsorted-sequences', message, row: unsorted.first, address: unsorted.address, count: 1 });
  }
  if (found.length > 0) tell(context, section, header, found, path);
}

/** Checks a sequence against the code; whether it has rows of code that others have too. */
function checkSequence(
  context: VerifyContext,
  rows: LineRows,
  first: number,
  last: number,
  add: (rule: RuleName, row: number, message: () => string) => void,
): boolean {
  const map = context.map!;
  const { addresses, lines } = rows;
  const { flags: code } = map;
  const start = addresses[first]!;
  const end = addresses[last]!;
  if (start < end && end > map.end) {
    add('lines/outside-code', first, () => `rows of ${span(start, end)}, and the code ends at ${hex(map.end)}`);
  }
  const body = map.bodyAt(start);
  const claimed = body >= 0 && isFirst(context, body, start) ? context.claims.exact[body]! : 0;
  // Where a unit has this body and these rows end elsewhere, or several units have it, the linker kept one of them.
  const isWhole = claimed > 0 && end === map.bodyEnd(body);
  if (claimed > (isWhole ? 1 : 0) && !areBetweenInstructions(context, rows, first, last)) {
    const size = map.bodyEnd(body) - start;
    const message = `rows of ${end - start} bytes for a function of ${size}, which another unit has too`;
    add('lines/other-copy', first, () => message);
    return true;
  }
  const isAgain = body >= 0 && (code[start]! & CODE.row) !== 0 && start < end;
  if (isAgain) {
    const message = `rows of ${span(start, end)}, which other rows begin in or before`;
    add(isWhole && claimed > 1 ? 'lines/copies' : 'lines/overlapping-sequences', first, () => message);
  }
  for (let row = first; row < last; row++) {
    const address = addresses[row]!;
    if (address >= map.end) {
      if (start < end && end > map.end) continue;
      add('lines/outside-code', row, () => `row at ${hex(address)}, and the code ends at ${hex(map.end)}`);
    } else if ((code[address]! & CODE.instruction) === 0 && map.bodyStartingAt(address) < 0) {
      add('lines/not-instruction', row, () => `row at ${hex(address)}, ${whereIs(context, address)}`);
    }
    const next = addresses[row + 1]!;
    if (next > address) map.mark(address, next, lines[row] === 0 ? CODE.row | CODE.lineZero : CODE.row);
  }
  if (start >= end || end > map.end) return isAgain;
  const lastOne = map.bodyAt(end - 1);
  // In the size of the next function: the bytes before it are no code.
  if (lastOne >= 0 && end > map.bodyStart(lastOne) && !map.isEnd(end, lastOne)) {
    add('lines/not-instruction', last, () => `rows end at ${hex(end)}, ${whereIs(context, end)}`);
  }
  return isAgain;
}

/** Whether no instruction of a body is before an address in it: rows begin at the declarations of locals or behind. */
function isFirst({ map }: VerifyContext, body: number, address: number): boolean {
  for (let at = map!.bodyStart(body); at < address; at++) {
    if ((map!.flags[at]! & CODE.instruction) !== 0) return false;
  }
  return true;
}

/** Whether a sequence of one function's rows ends between instructions and has no row within one. */
function areBetweenInstructions({ map }: VerifyContext, { addresses }: LineRows, first: number, last: number): boolean {
  const body = map!.bodyAt(addresses[first]!);
  if (!map!.isEnd(addresses[last]!, body)) return false;
  for (let row = first; row < last; row++) if (!map!.isBoundary(addresses[row]!)) return false;
  return true;
}

/** The program is run again, a row at a time, to say where the rows stand in it. */
function tell(
  { findings }: VerifyContext,
  section: Window,
  header: LineHeader,
  found: RowFinding[],
  path: readonly string[],
): void {
  found.sort((a, b) => a.row - b.row);
  const machine = new LineMachine(section, header);
  const buffer = new LineRowBuffer(1);
  let row = -1;
  let offset = header.programOffset;
  for (const { rule, message, row: wanted, address, count } of found) {
    if (!findings.wants(rule)) continue;
    while (row < wanted && !machine.done) {
      buffer.clear();
      machine.run(buffer);
      if (buffer.count === 0) break;
      row++;
      // The opcode that made the row: three bytes for the end of a sequence, one for all others.
      offset = machine.offset - ((buffer.flags[0]! & LINE_FLAG.end_sequence) === 0 ? 1 : 3);
    }
    const words = count === 1 ? message : `${message}; ${count} rows of this sequence`;
    findings.add(rule, words, { section: section.section, offset, path, address, count });
  }
}

/** Files that a table's header names: their directories, and whether one stands there twice. */
export function checkFiles(
  { findings }: VerifyContext,
  section: Window,
  { version, directories, files, offset }: LineHeader,
  path: readonly string[],
): void {
  // Before DWARF 5 directory 0 is that of the compilation, and not in the table.
  const directoryCount = version >= 5 ? directories.length : directories.length + 1;
  const first = version >= 5 ? 0 : 1;
  const seen = new Map<string, number>();
  const place = { section: section.section, offset, path };
  for (const [index, file] of files.entries()) {
    const number = index + first;
    if (!(file.directory < directoryCount)) {
      const message = `file ${number} is in directory ${file.directory} of ${directoryCount}`;
      findings.add('lines/directory', message, place);
    }
    if (!findings.wants('lines/duplicate-file')) continue;
    const key = nameOf(() => `${file.directory} ${file.name}`);
    if (key === undefined) continue;
    const other = seen.get(key);
    // DWARF 5 has the primary source as file 0, and as file 1 for those who count from there.
    if (other === undefined) seen.set(key, number);
    else if (!(version >= 5 && other === 0)) {
      findings.add('lines/duplicate-file', `file ${number} is file ${other} again`, place);
    }
  }
}

function nameOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
