// Real modules: what is written of their frames says the same wherever anything changes, and how large it is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { type FrameTable, framesAt } from '../../src/frames/frame-table.ts';
import { writeDwarf } from '../../src/frames/write-dwarf.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { writeModule } from '../../src/wasm/module-writer.ts';
import { asLlvm } from '../support/as-llvm.ts';
import { corpusModules } from '../support/modules.ts';
import { printedFrames, symbolize } from '../support/printed-frames.ts';
import { hasTool } from '../support/tools.ts';

const isSymbolizer = hasTool('llvm-symbolizer-19');

/** So many addresses are asked of LLVM. */
const ASKED = 3000;

const shown = (frames: readonly Frame[]): string =>
  JSON.stringify(frames.map((frame) => [{ ...asLlvm(frame), startAddress: undefined }, frame.inlined]));

/** Every address from which on either table may say something else. */
function changes(...tables: readonly FrameTable[]): number[] {
  const addresses = new Set<number>();
  for (const { rows, spans } of tables) {
    for (const start of spans.starts) addresses.add(start);
    for (const start of rows.starts) addresses.add(start);
  }
  return Float64Array.from(addresses).sort() as unknown as number[];
}

function debugSize(module: WasmModule): { all: number; locations: number } {
  let all = 0;
  let locations = 0;
  for (const { name, window } of module.sections) {
    if (!name.startsWith('.debug_')) continue;
    all += window.size;
    if (/^\.debug_loc/.test(name)) locations += window.size;
  }
  return { all, locations };
}

const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-corpus-'));
const file = join(folder, 'module.wasm');
const sizes: string[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (sizes.length > 0) console.log(sizes.join('\n'));
});

describe('real modules', () => {
  const modules = corpusModules().filter(({ name }) => !name.includes('.dwp'));
  test.skipIf(modules.length === 0).each(modules.map((each) => [each.name, each] as const))(
    '%s keeps its frames in no more bytes',
    (name, { bytes }) => {
      const before = openModule(bytes());
      const table = frameTable(before);
      // One version of the largest is enough for a while.
      const versions = table.nodes.count > 100_000 ? ([5] as const) : ([4, 5] as const);
      for (const version of versions) {
        const sections = writeDwarf(table, { version });
        const empty = WasmModule.read(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
        const append = Array.from(sections, ([section, contents]) => ({ name: section, contents }));
        const module = writeModule(empty, { append });
        const written = frameTable(openModule(module));
        const addresses = changes(table, written);
        for (const address of addresses) {
          const [ours, theirs] = [framesAt(table, address), framesAt(written, address)];
          if (shown(ours) !== shown(theirs)) expect({ address, frames: theirs }).toEqual({ address, frames: ours });
        }
        const { all, locations } = debugSize(before.module);
        const size = append.reduce((sum, { contents }) => sum + contents.length, 0);
        sizes.push(`${name}, version ${version}: ${size} bytes, of ${all - locations} without locations`);
        expect(size).toBeLessThanOrEqual(all - locations);
        if (!isSymbolizer) continue;
        const step = Math.max(1, Math.floor(addresses.length / ASKED));
        const asked = Array.from(addresses).filter((_, index) => index % step === 0);
        writeFileSync(file, module);
        const answers = symbolize('llvm-symbolizer-19', file, asked);
        const wrong = asked.flatMap((address, index) => {
          const ours = printedFrames(framesAt(table, address));
          const theirs = answers[index];
          return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ address, ours, theirs }];
        });
        expect(wrong.slice(0, 2)).toEqual([]);
      }
    },
    300_000,
  );

  const named = (name: string) => modules.find((each) => each.name === `${name}.wasm.gz`);
  const [full, lines] = [named('zlib-O2-g5'), named('zlib-O2-gmlt')];
  test.skipIf(full === undefined || lines === undefined)('zlib takes no more than with line tables only', () => {
    const sections = writeDwarf(frameTable(openModule(full!.bytes())));
    const size = [...sections.values()].reduce((sum, { length }) => sum + length, 0);
    // Both have the C library's locations, which no option of the program's compilation leaves out.
    const { all, locations } = debugSize(WasmModule.read(lines!.bytes()));
    expect(size).toBeLessThanOrEqual(all - locations);
  });
});
