// Ten thousand damaged modules: every reader ends, in a value or in a FormatError, and within bounded work.
import { describe, expect, test } from 'vitest';
import { FileImage } from '../../../src/bytes/byte-source.ts';
import { openModule, wasmSections } from '../../../src/debug-module/debug-module.ts';
import { Dwarf } from '../../../src/dwarf/read/dwarf.ts';
import { isFormatError } from '../../../src/errors.ts';
import { DwarfFrames } from '../../../src/frames/dwarf-frames.ts';
import { WasmModule } from '../../../src/wasm/module.ts';
import { type Fixture, fixture } from '../../support/fixtures.ts';

/** All DWARF versions, both formats, types, splits, packages, supplementary forms. */
const NAMES = [
  'inline',
  'inline-v4',
  'elf-gcc-v2',
  'elf-dwarf64',
  'elf-types',
  'split-dwo',
  'split-dwp-v4',
  'elf-dwz-v5',
  'elf-names',
  'game-gc',
];
const RUNS = 1000;

/** Counts how often somebody asked for bytes. */
class CountingImage extends FileImage {
  loads = 0;

  override load(start: number, end: number): void {
    // Work is bounded by the size of the input; a reader that goes in circles does not get past this.
    if (++this.loads > 40 * this.size + 100_000) throw new Error(`${this.loads} loads of ${this.size} bytes`);
    super.load(start, end);
  }
}

/** A small generator, so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

function mutate(bytes: Uint8Array, ranges: readonly (readonly [number, number])[], seed: number): Uint8Array {
  const next = random(seed);
  const mutated = bytes.slice();
  for (let left = 1 + next(6); left > 0; left--) {
    const [start, end] = ranges[next(ranges.length)]!;
    if (start === end) continue;
    const at = start + next(end - start);
    switch (next(5)) {
      case 0:
        mutated[at] = next(256);
        break;
      case 1:
        mutated[at]! ^= 1 << next(8);
        break;
      case 2:
        mutated[at] = 0xff;
        break;
      case 3:
        mutated.fill(next(2) * 0xff, at, Math.min(end, at + 1 + next(8)));
        break;
      default:
        mutated.copyWithin(at, start + next(end - start), start + next(end - start));
    }
  }
  return mutated;
}

/** Calls a reader; only a FormatError may come out. */
function tolerant(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
}

function readAll(dwarf: Dwarf): void {
  for (const unit of [...dwarf.units, ...dwarf.typeUnits]) {
    tolerant(() => unit.name);
    tolerant(() => unit.root?.ranges());
    tolerant(() => {
      for (const { entry } of unit.entries()) {
        tolerant(() => {
          for (const { value } of entry.attributes()) {
            tolerant(() => unit.string(value));
            tolerant(() => unit.address(value));
            tolerant(() => unit.reference(value));
          }
        });
      }
    });
    tolerant(() => {
      const { lineTable } = unit;
      for (let index = 0; index < 4; index++) lineTable?.findSource(index, '/');
      lineTable?.findRow(0x40);
    });
  }
  const frames = new DwarfFrames(dwarf);
  for (const address of [0, 5, 0x40, 0x80, 0x123, 0x200, 0x400]) frames.frames(address);
  for (const unit of frames.codeUnits) {
    const { spans } = frames.unitFrames(unit);
    for (let index = 0; index < spans.starts.length; index += 7) frames.frames(spans.starts[index]!);
  }
}

function openMutated(source: Fixture, bytes: Uint8Array): void {
  const split = (name: string) => {
    try {
      return wasmSections(WasmModule.read(source.file(name)));
    } catch {
      return undefined;
    }
  };
  const packageFile = split('module.wasm.dwp');
  const splitFile = ({ name }: { name: string | undefined }) => packageFile ?? split(name?.replace(/.*\//, '') ?? '');
  readAll(openModule(new CountingImage(bytes), { splitFile }).dwarf);
}

describe.each(NAMES)('%s', (name) => {
  const source = fixture(name);
  const whole = WasmModule.read(source.module);
  const ranges = whole.sections
    .filter((section) => section.name.startsWith('.debug_'))
    .map((section) => [section.window.base, section.window.base + section.window.size] as const);

  test(`${RUNS} mutations`, () => {
    for (let seed = 0; seed < RUNS; seed++) {
      try {
        openMutated(source, mutate(source.module, ranges, seed));
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });

  test('every truncation of a section', () => {
    for (const section of whole.sections.filter((each) => each.name.startsWith('.debug_'))) {
      const { window } = section;
      for (let size = 0; size < window.size; size += 1 + (window.size >> 5)) {
        const find = wasmSections(whole);
        const cut = window.slice(section.name, 0, size);
        readAll(new Dwarf((asked) => (asked === section.name ? cut : find(asked))));
      }
    }
    expect(ranges.length).toBeGreaterThan(2);
  });
});
