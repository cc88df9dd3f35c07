// The whole table answers as the lazy reading does, which is held against llvm-symbolizer in conformance/.
import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import { DwarfFrames } from '../../src/frames/dwarf-frames.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { framesAt } from '../../src/frames/frame-table.ts';
import { asLlvm } from '../support/as-llvm.ts';
import { fixtures } from '../support/fixtures.ts';
import { openFixture } from '../support/split-files.ts';

const shown = (frames: readonly Frame[]): string =>
  JSON.stringify(
    frames.map((frame) => [asLlvm(frame), frame.inlined, frame.file?.relativePath, frame.function?.qualifiedName]),
  );

describe.each(fixtures().filter((each) => each.oracle !== false))('$name', (fixture) => {
  test('every instruction has the frames of the lazy reading', () => {
    const module = openFixture(fixture);
    const lazy = new DwarfFrames(module.dwarf);
    const table = frameTable(module);
    for (const { address } of fixture.expected().addresses) {
      const theirs = lazy.frames(address);
      const ours = framesAt(table, codeOffset(address));
      if (shown(ours) !== shown(theirs)) expect({ address, frames: ours }).toEqual({ address, frames: theirs });
    }
  });
});
