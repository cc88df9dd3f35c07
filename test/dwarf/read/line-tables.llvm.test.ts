/** Every row and every file of every line table, as llvm-dwarfdump 19 prints them. */
import { describe, expect, test } from 'vitest';
import type { Window } from '../../../src/bytes/window.ts';
import type { LineHeader } from '../../../src/dwarf/model/line-header.ts';
import { type LineStrings, readLineHeader } from '../../../src/dwarf/read/line-header.ts';
import { unitEnd } from '../../../src/dwarf/read/unit-header.ts';
import { isFormatError } from '../../../src/errors.ts';
import { sectionIn } from '../../support/dwarf.ts';
import { llvmRowTexts, rowTexts } from '../../support/line-tables.ts';
import { dumps } from '../../support/llvm-dwarfdump.ts';
import { corpusModules, fixtureModules, upstreamModules } from '../../support/modules.ts';
import { hasTool } from '../../support/tools.ts';

const SECTIONS = ['.debug_line', '.debug_str', '.debug_line_str'];

/** What llvm-dwarfdump prints of one table. */
interface PrintedTable {
  readonly rows: readonly string[];
  readonly files: readonly string[];
}

function printedTables(text: string): Map<number, PrintedTable> {
  const tables = new Map<number, PrintedTable>();
  const rows = llvmRowTexts(text);
  for (const part of text.split(/^(?=debug_line\[)/m).slice(1)) {
    const offset = Number(/^debug_line\[(0x[0-9a-f]+)\]/.exec(part)![1]);
    // Names are followed by the numbers of the directories, and digests where the table has them.
    const directories = [...part.matchAll(/^include_directories\[ *\d+\] = (.*)$/gm)].map((match) =>
      unquote(match[1]!),
    );
    const files = [...part.matchAll(/^ {11}name: (.*)\n {6}dir_index: (\d+)(?:\n {3}md5_checksum: (\w+))?/gm)];
    tables.set(offset, {
      rows: rows.get(offset) ?? [],
      files: [...directories, ...files.map(([, name, dir, md5]) => `${unquote(name!)} in ${dir} ${md5 ?? ''}`)],
    });
  }
  return tables;
}

/** The text of `"a\\b"`, or of `.debug_str[0x1] = "a\\b"`. */
function unquote(printed: string): string {
  const text = /"(.*)"$/.exec(printed)?.[1] ?? printed;
  return text.replace(/\\(["\\])/g, '$1');
}

function ourFiles(header: LineHeader): string[] {
  return [
    ...header.directories.map(({ path }) => path),
    ...header.files.map(({ name, directory, md5 }) => `${name} in ${directory} ${md5 ?? ''}`),
  ];
}

function stringsOf(module: Uint8Array): LineStrings {
  const at = (name: string) => (offset: number) => sectionIn(module, name)!.stringAt(offset);
  // Nothing here writes indexes into line tables.
  return { string: at('.debug_str'), lineString: at('.debug_line_str'), stringIndex: () => '' };
}

/** Tables that we read, by offset; those that we refuse are left out. */
function* tables(section: Window, strings: LineStrings): Generator<LineHeader> {
  for (let offset = section.start; offset < section.end; ) {
    const next = unitEnd(section, offset);
    try {
      yield readLineHeader(section, offset, { addressSize: 4, strings });
    } catch (error) {
      if (!isFormatError(error)) throw error;
    }
    if (next === undefined) return;
    offset = next;
  }
}

describe.skipIf(!hasTool('llvm-dwarfdump-19'))('line tables as LLVM 19 reads them', () => {
  const modules = [...fixtureModules(), ...upstreamModules(), ...corpusModules()];
  const dumpOf = dumps('--debug-line', SECTIONS, modules);
  test.each(modules)('$name', (named) => {
    const module = named.bytes();
    const section = sectionIn(module, '.debug_line');
    if (section === undefined) return;
    const printed = printedTables(dumpOf(named));
    let compared = 0;
    for (const header of tables(section, stringsOf(module))) {
      const table = printed.get(header.offset)!;
      compareLines(rowTexts(section, header), table.rows, header.offset);
      compareLines(ourFiles(header), table.files, header.offset);
      compared++;
    }
    expect(compared).toBe(printed.size);
  });
});

/** Says where two lists differ first; a difference of a million lines is of no use. */
function compareLines(ours: readonly string[], llvm: readonly string[], offset: number): void {
  const length = Math.max(ours.length, llvm.length);
  for (let index = 0; index < length; index++) {
    if (ours[index] === llvm[index]) continue;
    expect.fail(`table 0x${offset.toString(16)}, line ${index}: ${ours[index]}, LLVM ${llvm[index]}`);
  }
}
