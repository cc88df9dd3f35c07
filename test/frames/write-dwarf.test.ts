// What is written of a table says the same as the table, to our reader and to LLVM's tools of three versions.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModule } from '../../src/debug-module/debug-module.ts';
import type { DebugSections } from '../../src/dwarf/write/dwarf.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { type FrameTable, framesAt } from '../../src/frames/frame-table.ts';
import { writeDwarf } from '../../src/frames/write-dwarf.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { writeModule } from '../../src/wasm/module-writer.ts';
import { asLlvm } from '../support/as-llvm.ts';
import { fixtures } from '../support/fixtures.ts';
import { printedFrames, symbolize } from '../support/printed-frames.ts';
import { openFixture } from '../support/split-files.ts';
import { hasTool } from '../support/tools.ts';

const checkers = ['llvm-dwarfdump-14', 'llvm-dwarfdump-16', 'llvm-dwarfdump-19'].filter(hasTool);
const symbolizers = ['llvm-symbolizer-14', 'llvm-symbolizer-19'].filter(hasTool);

/** A module with nothing but debug information: no symbols stand in for its names. */
function moduleOf(sections: DebugSections): Uint8Array {
  const empty = WasmModule.read(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  return writeModule(empty, { append: Array.from(sections, ([name, contents]) => ({ name, contents })) });
}

/** All that a frame says, but where its function starts: that is known where it was not, of what is in one piece. */
const shown = (frames: readonly Frame[]): unknown =>
  frames.map((frame) => ({
    ...asLlvm(frame),
    startAddress: undefined,
    inlined: frame.inlined,
    qualified: frame.function?.qualifiedName,
  }));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-written-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function expectSame(addresses: readonly number[], table: FrameTable, written: FrameTable): void {
  for (const address of addresses) {
    const before = shown(framesAt(table, address));
    const after = shown(framesAt(written, address));
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      expect({ address, frames: after }).toEqual({ address, frames: before });
    }
  }
}

/** What llvm-dwarfdump has to say against a file. */
function complaintsOf(tool: string, file: string): string[] {
  const run = spawnSync(tool, ['--verify', file], { encoding: 'utf8', timeout: 60_000 });
  const complaints = (run.stdout + run.stderr).match(/.*(warning|error):.*/g) ?? [];
  return run.status === 0 ? complaints : [`status ${run.status ?? run.signal}`, ...complaints];
}

describe.each(fixtures().filter((each) => each.oracle !== false))('$name', (fixture) => {
  const addresses = (): number[] => fixture.expected().addresses.map(({ address }) => address);

  test.each([4, 5] as const)('is read from DWARF %i as it was written, without complaint', (version) => {
    const table = frameTable(openFixture(fixture));
    const module = moduleOf(writeDwarf(table, { version }));
    const reports: unknown[] = [];
    const written = frameTable(openModule(module, { report: (each) => reports.push(each) }));
    expect(reports).toEqual([]);
    expectSame(addresses(), table, written);
    const file = join(folder, `${fixture.name}-${version}.wasm`);
    writeFileSync(file, module);
    for (const tool of checkers) expect(complaintsOf(tool, file), tool).toEqual([]);
    for (const tool of symbolizers) {
      // LLVM 14 puts a relative compilation directory in front of paths twice.
      if (tool.endsWith('14') && table.units.some((unit) => !unit.compilationDirectory?.startsWith('/'))) continue;
      const answers = symbolize(tool, file, addresses());
      const wrong = addresses().flatMap((address, index) => {
        const ours = printedFrames(framesAt(table, address));
        return JSON.stringify(ours) === JSON.stringify(answers[index])
          ? []
          : [{ address, ours, theirs: answers[index] }];
      });
      expect(wrong.slice(0, 2), tool).toEqual([]);
    }
  });

  // Nobody hands in the file that dwz moved what several share into.
  const isWhole = !/^elf-dwz-(alt|sup)$/.test(fixture.name);
  test.runIf(isWhole).each(['types', 'all'] as const)('has the same frames where %s is carried over', (kind) => {
    const opened = openFixture(fixture);
    const table = frameTable(opened);
    const module = moduleOf(writeDwarf(table, { carry: { from: opened.dwarf, kind } }));
    const reports: unknown[] = [];
    const written = frameTable(openModule(module, { report: (each) => reports.push(each) }));
    expect(reports).toEqual([]);
    expectSame(addresses(), table, written);
    const file = join(folder, `${fixture.name}-${kind}.wasm`);
    writeFileSync(file, module);
    for (const tool of checkers) expect(complaintsOf(tool, file), tool).toEqual([]);
  });
});
