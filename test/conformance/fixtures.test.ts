// At every instruction of every fixture, our frames are those of llvm-symbolizer 19 (fixtures/README.md says how it was
// asked). Differences are allowed only where it is wrong, each in the table below with its reason.
import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { openModule, wasmSections } from '../../src/debug-module/debug-module.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { asLlvm, NOTHING } from '../support/as-llvm.ts';
import { type ExpectedFrame, type Fixture, fixtures } from '../support/fixtures.ts';

/** Where llvm-symbolizer is wrong and we are not: the fixture, why, and which differences that explains. */
const EXCEPTIONS: readonly {
  readonly fixtures: readonly string[];
  readonly reason: string;
  readonly explains: (difference: Difference) => boolean;
}[] = [
  {
    fixtures: [
      'elf-gcc-v5',
      'elf-dwz-v5',
      'elf-gcc-shapes',
      'elf-gcc-types',
      'elf-gcc-lto',
      'elf-dwz-sup',
      'elf-gcc-split-v5',
    ],
    reason: 'LLVM loses the file that a function is declared in where its number is an implicit constant',
    explains: ({ ours, theirs }) =>
      same(
        ours.map((frame, index) => (theirs[index]?.startFile === '' ? { ...frame, startFile: '' } : frame)),
        theirs,
      ),
  },
  {
    fixtures: ['address-expressions'],
    reason: 'LLVM writes addresses of inlined calls as expressions, and does not read them: their frames are lost',
    explains: ({ ours, theirs }) =>
      ours.length > theirs.length || same(ours.map(withoutStart), theirs.map(withoutStart)),
  },
  {
    fixtures: ['elf-ghosts', 'elf-ghosts-v5'],
    reason: 'LLVM takes dead functions at address 0 for code in front of the first function, and over live code',
    explains: ({ ours, theirs }) => same(ours, [NOTHING]) || theirs.at(-1)?.startAddress === 0,
  },
];

interface Difference {
  readonly address: number;
  readonly ours: readonly ExpectedFrame[];
  readonly theirs: readonly ExpectedFrame[];
}

const withoutStart = (frame: ExpectedFrame): ExpectedFrame => ({ ...frame, startAddress: undefined });

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function differences(fixture: Fixture, symbolizer: Symbolizer): Difference[] {
  const found: Difference[] = [];
  for (const { address, frames: theirs } of fixture.expected().addresses) {
    const frames = symbolizer.dwarfFrames.frames(codeOffset(address)).map(asLlvm);
    const ours = frames.length === 0 ? [NOTHING] : frames;
    if (!same(ours, theirs)) found.push({ address, ours, theirs });
  }
  return found;
}

function open(fixture: Fixture, likeLlvm: boolean): Symbolizer {
  const split = (name: string) => {
    try {
      return wasmSections(WasmModule.read(fixture.file(name)));
    } catch {
      return undefined;
    }
  };
  const packageFile = split('module.wasm.dwp');
  const module = openModule(fixture.file(fixture.oracle || fixture.main), {
    likeLlvm,
    splitFile: ({ name }) => packageFile ?? split(name?.replace(/.*\//, '') ?? ''),
  });
  return new Symbolizer(module);
}

const asked = fixtures().filter((each) => each.oracle !== false);

describe.each(asked)('$name', (fixture) => {
  test('has the frames of llvm-symbolizer 19 at every instruction, but where that is wrong', () => {
    const exceptions = EXCEPTIONS.filter((each) => each.fixtures.includes(fixture.name));
    const all = differences(fixture, open(fixture, false));
    const unexplained = all.filter((each) => !exceptions.some(({ explains }) => explains(each)));
    expect(unexplained.length, JSON.stringify(unexplained.slice(0, 3), undefined, 1)).toBe(0);
    // An exception that explains nothing is out of date.
    for (const each of exceptions) expect(all.some(each.explains), each.reason).toBe(true);
  });

  test('has them without exception when read as LLVM does', () => {
    const wrong = differences(fixture, open(fixture, true));
    expect(wrong.length, JSON.stringify(wrong.slice(0, 3), undefined, 1)).toBe(0);
  });
});

test('addresses that are expressions give the frames of the same code with plain ones', () => {
  const plain = asked.find((each) => each.name === 'game-gc')!;
  const expressions = open(asked.find((each) => each.name === 'address-expressions')!, false);
  for (const { address, frames } of plain.expected().addresses) {
    const ours = expressions.dwarfFrames.frames(codeOffset(address)).map(asLlvm);
    expect((ours.length === 0 ? [NOTHING] : ours).map(withoutStart)).toEqual(frames.map(withoutStart));
  }
});

describe.each(asked.filter((each) => each.twin !== undefined))('$name and $twin', (fixture) => {
  test('answer identically in both DWARF versions', () => {
    const twin = asked.find((each) => each.name === fixture.twin)!;
    const [ours, theirs] = [open(fixture, false), open(twin, false)];
    for (const { address } of fixture.expected().addresses) {
      const at = codeOffset(address);
      // A function may have its first address as such in one version, in a list of ranges in the other.
      const shown = (frames: readonly Frame[]) => frames.map((frame) => asLlvm({ ...frame, start: undefined }));
      expect(shown(ours.frames(at))).toEqual(shown(theirs.frames(at)));
    }
  });
});
