import { spawnSync } from 'node:child_process';
import { ask } from './tools.ts';

/** Tools that have to be there. */
export const CHAIN_TOOLS = ['llvm-dwarfdump-19', 'llvm-cxxfilt-19'] as const;

/** A logical frame as it stands in the entries and line tables; '' and 0 are unknown. */
export interface DumpedFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An entry whose code an address is in. */
interface Covering {
  readonly depth: number;
  name: string;
  file: string;
  line: number;
  column: number;
  readonly covers: Set<number>;
}

/**
 * The frames at code offsets, innermost first, put together from what llvm-dwarfdump 19 prints of the entries and of the
 * line tables (DWARF 4). Names are demangled by llvm-cxxfilt.
 *
 * llvm-symbolizer cannot be asked about modules of old Emscriptens: functions that are gone are entries at the start of
 * the code section, and it takes those that reach further for the ones meant. Code in front of `firstBody`, where the
 * first function begins, is none.
 */
export function dwarfdumpChains(module: Uint8Array, addresses: readonly number[], firstBody: number): DumpedFrame[][] {
  const rows = rowsAt(ask(CHAIN_TOOLS[0], ['--debug-line'], module), addresses, firstBody);
  const entries = entriesAt(ask(CHAIN_TOOLS[0], ['--debug-info'], module), addresses, firstBody);
  return addresses.map((address) => {
    let place = rows.get(address) ?? { file: '', line: 0, column: 0 };
    const covering = entries.filter(({ covers }) => covers.has(address));
    // With line tables alone, functions that have nothing inlined into them have no entry.
    if (covering.length === 0) return [{ name: '', ...place }];
    return covering
      .sort((a, b) => b.depth - a.depth)
      .map(({ name, ...call }) => {
        const frame = { name: demangled(name), ...place };
        place = { file: call.file, line: call.line, column: call.column };
        return frame;
      });
  });
}

/** The entries of functions and inlined calls that one of the addresses is in. */
function entriesAt(text: string, addresses: readonly number[], firstBody: number): Covering[] {
  const found: Covering[] = [];
  /** What the entries around the one at hand cover, outermost first. */
  const around: { depth: number; covers: Set<number> }[] = [];
  for (const block of text.split(/\n\n/)) {
    const [, indent, tag] = /^0x[0-9a-f]+: ( *)DW_TAG_(\w+)/m.exec(block) ?? [];
    if (indent === undefined || (tag !== 'subprogram' && tag !== 'inlined_subroutine')) continue;
    const low = /DW_AT_low_pc\t\(0x([0-9a-f]+)\)/.exec(block)?.[1];
    const high = /DW_AT_high_pc\t\(0x([0-9a-f]+)\)/.exec(block)?.[1];
    const ranges = [...block.matchAll(/\[0x([0-9a-f]+), 0x([0-9a-f]+)\)/g)].map(([, start, end]) => [start!, end!]);
    if (low !== undefined && high !== undefined) ranges.push([low, high]);
    const covers = new Set<number>();
    for (const [start, end] of ranges.map((range) => range.map((digits) => Number.parseInt(digits, 16)))) {
      if (start! < firstBody) continue;
      for (const address of addresses) if (start! <= address && address < end!) covers.add(address);
    }
    const depth = indent.length;
    while (around.length > 0 && around.at(-1)!.depth >= depth) around.pop();
    // What was inlined into a function that is gone is gone too, wherever it says it is.
    if (tag === 'inlined_subroutine') {
      for (const address of covers) if (!around.at(-1)?.covers.has(address)) covers.delete(address);
    }
    around.push({ depth, covers });
    if (covers.size === 0) continue;
    const attribute = (name: string): string => new RegExp(`DW_AT_${name}\\t\\(.*?"(.*)"\\)`).exec(block)?.[1] ?? '';
    const number = (name: string): number => Number(new RegExp(`DW_AT_${name}\\t\\((\\d+)\\)`).exec(block)?.[1] ?? 0);
    found.push({
      depth,
      name:
        attribute('abstract_origin') || attribute('linkage_name') || attribute('specification') || attribute('name'),
      file: attribute('call_file'),
      line: number('call_line'),
      column: number('call_column'),
      covers,
    });
  }
  return found;
}

/** The last row at or before each address in the sequence that it is in. */
function rowsAt(text: string, addresses: readonly number[], firstBody: number): Map<number, Omit<DumpedFrame, 'name'>> {
  const found = new Map<number, Omit<DumpedFrame, 'name'>>();
  for (const table of text.split(/^debug_line\[/m).slice(1)) {
    const files = [...table.matchAll(/^ +name: "(.*)"$/gm)].map(([, name]) => name!);
    let rows: { address: number; line: number; column: number; file: string }[] = [];
    for (const [, digits, line, column, file, flags] of table.matchAll(
      /^0x([0-9a-f]+) +(\d+) +(\d+) +(\d+) +\d+ +\d+ *(.*)$/gm,
    )) {
      const address = Number.parseInt(digits!, 16);
      if (!flags!.includes('end_sequence')) {
        rows.push({ address, line: Number(line), column: Number(column), file: files[Number(file) - 1] ?? '' });
        continue;
      }
      for (const wanted of addresses) {
        const row = rows.findLast((each) => each.address <= wanted);
        if (row !== undefined && rows[0]!.address >= firstBody && wanted < address) found.set(wanted, row);
      }
      rows = [];
    }
  }
  return new Map([...found].map(([address, { file, line, column }]) => [address, { file, line, column }]));
}

function demangled(name: string): string {
  const run = spawnSync(CHAIN_TOOLS[1], [name], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trimEnd() : name;
}
