// The whole table answers as the lazy reading does, which is held against llvm-symbolizer in conformance/.
import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { openModule, wasmSections } from '../../src/debug-module/debug-module.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import { DwarfFrames } from '../../src/frames/dwarf-frames.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { framesAt } from '../../src/frames/frame-table.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { asLlvm } from '../support/as-llvm.ts';
import { type Fixture, fixtures } from '../support/fixtures.ts';

function open(fixture: Fixture) {
  const split = (name: string) => {
    try {
      return wasmSections(WasmModule.read(fixture.file(name)));
    } catch {
      return undefined;
    }
  };
  const packageFile = split('module.wasm.dwp');
  return openModule(fixture.file(fixture.oracle || fixture.main), {
    splitFile: ({ name }) => packageFile ?? split(name?.replace(/.*\//, '') ?? ''),
  });
}

const shown = (frames: readonly Frame[]): string =>
  JSON.stringify(
    frames.map((frame) => [asLlvm(frame), frame.inlined, frame.file?.relativePath, frame.function?.qualifiedName]),
  );

describe.each(fixtures().filter((each) => each.oracle !== false))('$name', (fixture) => {
  test('every instruction has the frames of the lazy reading', () => {
    const module = open(fixture);
    const lazy = new DwarfFrames(module.dwarf);
    const table = frameTable(module);
    let known = 0;
    for (const { address } of fixture.expected().addresses) {
      const theirs = lazy.frames(address);
      const ours = framesAt(table, codeOffset(address));
      if (shown(ours) !== shown(theirs)) expect({ address, frames: ours }).toEqual({ address, frames: theirs });
      known += theirs.length;
    }
    expect(known).toBeGreaterThan(-1);
  });
});
