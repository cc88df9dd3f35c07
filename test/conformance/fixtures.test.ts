// At every instruction of every fixture, our frames are those of llvm-symbolizer 19 (fixtures/README.md says how it was
// asked). Differences are allowed only where it is wrong, each in the table below with its reason.
import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { openModule, wasmSections } from '../../src/debug-module/debug-module.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { openContainer } from '../../src/wasm/component.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { type ExpectedFrame, type Fixture, fixtures } from '../support/fixtures.ts';

/** Fixtures in which llvm-symbolizer is wrong, and what it does there. */
const EXCEPTIONS: Readonly<Record<string, { readonly reason: string; readonly allows: (f: Difference) => boolean }>> =
  {};

interface Difference {
  readonly address: number;
  readonly ours: readonly ExpectedFrame[];
  readonly theirs: readonly ExpectedFrame[];
}

export function asLlvm(frame: Frame): ExpectedFrame {
  const { function: named } = frame;
  return {
    short: named?.name ?? '',
    linkage: named?.linkageName ?? named?.name ?? '',
    file: frame.file?.path ?? '',
    line: frame.line ?? 0,
    column: frame.column ?? 0,
    discriminator: frame.discriminator ?? 0,
    startFile: named?.file?.path ?? '',
    startLine: named?.line ?? 0,
    startAddress: frame.start,
  };
}

const NOTHING: ExpectedFrame = {
  short: '',
  linkage: '',
  file: '',
  line: 0,
  column: 0,
  discriminator: 0,
  startFile: '',
  startLine: 0,
  startAddress: undefined,
};

function differences(fixture: Fixture, symbolizer: Symbolizer): Difference[] {
  const found: Difference[] = [];
  for (const { address, frames: theirs } of fixture.expected().addresses) {
    const frames = symbolizer.dwarfFrames.frames(codeOffset(address)).map(asLlvm);
    const ours = frames.length === 0 ? [NOTHING] : frames;
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) found.push({ address, ours, theirs });
  }
  return found;
}

function open(fixture: Fixture): Symbolizer {
  const split = (name: string) => {
    try {
      return wasmSections(WasmModule.read(fixture.file(name)));
    } catch {
      return undefined;
    }
  };
  const packageFile = split('module.wasm.dwp');
  const module = openModule(fixture.module, {
    splitFile: ({ name }) => packageFile ?? split(name?.replace(/.*\//, '') ?? ''),
  });
  return new Symbolizer(module);
}

describe.each(fixtures().filter((each) => each.oracle !== false))('$name', (fixture) => {
  test('every instruction has the frames of llvm-symbolizer 19', () => {
    const exception = EXCEPTIONS[fixture.name];
    const wrong = differences(fixture, open(fixture)).filter((each) => !exception?.allows(each));
    expect(wrong.length, JSON.stringify(wrong.slice(0, 3), undefined, 1)).toBe(0);
  });
});
