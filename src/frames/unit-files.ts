import type { LineDirectory, LineFile } from '../dwarf/model/line-header.ts';
import { isAbsolutePath, joinPath } from '../dwarf/read/file-paths.ts';
import type { SourceFile } from './frame.ts';
import type { FrameTable } from './frame-table.ts';

/**
 * The files that one unit refers to, numbered as in its line table: those used most first, from 1. In DWARF 5 number 0
 * is the primary source, as clang has it.
 */
export class UnitFiles {
  readonly #table: FrameTable;
  readonly #unit: number;
  readonly #version: number;
  /** One of those that mean the same file, by path and contents. */
  readonly #byKey = new Map<string, SourceFile>();
  readonly #same = new Map<SourceFile, SourceFile>();
  readonly #uses = new Map<SourceFile, number>();
  #numbers = new Map<SourceFile, number>();

  constructor(table: FrameTable, unit: number, version: number) {
    this.#table = table;
    this.#unit = unit;
    this.#version = version;
  }

  get isEmpty(): boolean {
    return this.#numbers.size === 0;
  }

  use(file: SourceFile | undefined): void {
    if (file === undefined) return;
    const same = this.#sameAs(file);
    this.#uses.set(same, (this.#uses.get(same) ?? 0) + 1);
  }

  /** Uses the file at an index of the table; -1 is none. */
  useIndex(index: number): void {
    if (index >= 0) this.use(this.#table.files[index]);
  }

  /** Uses the files of the unit's rows: once each time that it changes. */
  useRows(runs: readonly number[]): void {
    const { rows } = this.#table;
    forRows(this.#table, runs, (row, isFirst) => {
      if (isFirst || rows.files[row] !== rows.files[row - 1]) this.useIndex(rows.files[row]!);
    });
  }

  /** Numbers the files. */
  finish(): void {
    const order = Array.from(this.#uses.keys()).sort((a, b) => this.#uses.get(b)! - this.#uses.get(a)!);
    if (this.#version < 5) {
      this.#numbers = new Map(order.map((file, index) => [file, index + 1]));
      return;
    }
    const found = this.#findPrimary();
    const primary = found === undefined ? order[0] : this.#sameAs(found);
    const others = order.filter((file) => file !== primary);
    if (primary !== undefined) this.#numbers = new Map([primary, ...others].map((file, index) => [file, index]));
  }

  /** The lowest number. */
  get first(): number {
    return this.#version >= 5 ? 0 : 1;
  }

  /** The number of a file; one that is not used yet gets the next. */
  number(file: SourceFile): number {
    const same = this.#sameAs(file);
    let number = this.#numbers.get(same);
    if (number === undefined) {
      number = this.#numbers.size + this.first;
      this.#numbers.set(same, number);
    }
    return number;
  }

  /** The number of the file at an index of the table. */
  numberOf(index: number): number {
    return this.number(this.#table.files[index]!);
  }

  /** The tables of directories and files of the line table. */
  tables(): { directories: LineDirectory[]; files: LineFile[] } {
    const version = this.#version;
    const { compilationDirectory = '' } = this.#table.units[this.#unit]!;
    const directories: LineDirectory[] = [];
    const numbers = new Map<string, number>();
    const directoryOf = (path: string): number => {
      // In every version 0 is the compilation directory; only DWARF 5 has an entry for it.
      if (path === '') return 0;
      let number = numbers.get(path);
      if (number === undefined) {
        number = directories.push({ path }) + (version >= 5 ? -1 : 0);
        numbers.set(path, number);
      }
      return number;
    };
    if (version >= 5) directories.push({ path: compilationDirectory });
    const toLineFile = (file: SourceFile): LineFile => ({
      name: file.name,
      directory: directoryOf(directoryPath(file, compilationDirectory)),
      modified: 0,
      size: 0,
      md5: file.md5,
      source: file.source,
    });
    return { directories, files: Array.from(this.#numbers.keys(), toLineFile) };
  }

  #sameAs(file: SourceFile): SourceFile {
    let same = this.#same.get(file);
    if (same === undefined) {
      const key = `${file.path} ${file.md5}`;
      same = this.#byKey.get(key) ?? file;
      this.#byKey.set(key, same);
      this.#same.set(file, same);
    }
    return same;
  }

  /** The unit's own source among the files, be it used or not. */
  #findPrimary(): SourceFile | undefined {
    const { compilationDirectory = '', name } = this.#table.units[this.#unit]!;
    if (name === undefined) return undefined;
    const path = isAbsolutePath(name) ? name : joinPath(compilationDirectory, name);
    for (const file of this.#uses.keys()) if (file.path === path) return file;
    return this.#table.files.find((file) => file.path === path);
  }
}

/** What stands in front of a file's name, the compilation directory left out; '' where that is all. */
function directoryPath({ name, path, relativePath }: SourceFile, compilationDirectory: string): string {
  if (isAbsolutePath(name)) return '';
  const directory = withoutName(relativePath, name);
  if (isAbsolutePath(directory) || joinPath(compilationDirectory, directory, name) === path) return directory;
  // A file of a unit that was compiled elsewhere.
  return withoutName(path, name);
}

function withoutName(path: string, name: string): string {
  if (!path.endsWith(name)) return '';
  const directory = path.slice(0, path.length - name.length);
  return directory === '/' ? directory : directory.replace(/\/+$/, '');
}

/**
 * Calls `visit` with the rows that hold some code, given as pairs of start and end, in order; `isFirst` where a run of
 * code starts, which the row may have begun before. -1 is no row.
 */
export function forRows(
  { rows }: FrameTable,
  runs: readonly number[],
  visit: (row: number, isFirst: boolean, start: number, end: number) => void,
): void {
  for (let run = 0; run < runs.length; run += 2) {
    const start = runs[run]!;
    const end = runs[run + 1]!;
    let low = 0;
    let high = rows.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows.starts[middle]! <= start) low = middle + 1;
      else high = middle;
    }
    let row = low - 1;
    visit(row, true, start, end);
    for (row++; row < rows.count && rows.starts[row]! < end; row++) visit(row, false, rows.starts[row]!, end);
  }
}
