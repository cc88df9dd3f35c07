/**
 * Mutated modules end in a value or a FormatError, within a number of steps that depends on their size alone.
 *
 * A step is a byte range asked of the file image: every read goes through it, so a loop that forgets its bound shows.
 */
import { describe, expect, test } from 'vitest';
import { FileImage } from '../../src/bytes/byte-source.ts';
import { isFormatError } from '../../src/errors.ts';
import { readArchive } from '../../src/wasm/archive.ts';
import { openContainer } from '../../src/wasm/component.ts';
import { readData } from '../../src/wasm/data.ts';
import { readDylink } from '../../src/wasm/dylink.ts';
import { readExports } from '../../src/wasm/exports.ts';
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { readGlobals } from '../../src/wasm/globals.ts';
import { InstructionCursor } from '../../src/wasm/instructions.ts';
import { readLinking } from '../../src/wasm/linking.ts';
import { readBuildId, readDebugLink, readExternalDebugInfo, readSourceMappingUrl } from '../../src/wasm/links.ts';
import { readMemories } from '../../src/wasm/memories.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { writeModule } from '../../src/wasm/module-writer.ts';
import { WasmNames } from '../../src/wasm/names.ts';
import { readProducers } from '../../src/wasm/producers.ts';
import { readRelocations } from '../../src/wasm/relocations.ts';
import { readTargetFeatures } from '../../src/wasm/target-features.ts';
import { readFunctionTypes, readTypes } from '../../src/wasm/types.ts';
import { fixture } from '../support/fixtures.ts';
import {
  bytes,
  COMPONENT_PREAMBLE,
  counted,
  custom,
  name,
  section,
  sleb,
  uleb,
  vector,
  wasm,
} from '../support/wasm-builder.ts';

/** Counts what is asked of it; the bytes are there anyway. */
class CountingImage extends FileImage {
  steps = 0;

  override load(start: number, end: number): void {
    this.steps++;
    super.load(start, end);
  }
}

/** A small module with something of everything that the readers know. */
const everything = wasm(
  section(
    1,
    vector(
      [0x60, vector(0x7f, [0x63, 0x70]), vector(0x7f)],
      [0x4e, vector([0x50, vector(), 0x5f, vector([0x7f, 1])], [0x5e, 0x78, 1])],
    ),
  ),
  section(
    2,
    vector(
      [name('m'), name('f'), 0, 0],
      [name('m'), 0, 0x7f, vector([name('t'), 1, 0x70, 1, 1, 2])],
      [name('m'), 0, 0x7e, 3, 0x7f, 0, vector(name('a'), name('b'))],
    ),
  ),
  section(3, vector(0, 0)),
  section(5, vector([4, uleb(2 ** 33)])),
  section(13, vector([0, 0])),
  section(6, vector([0x7f, 0, 0x41, sleb(1000), 0x41, 8, 0x6a, 0x0b])),
  section(7, vector([name('f'), 0, 1], [name('m'), 2, 0])),
  section(
    10,
    vector(
      counted(
        1,
        2,
        0x7f,
        0x02,
        0x40,
        0x10,
        0,
        0x0e,
        2,
        0,
        0,
        0,
        0x1f,
        0x40,
        1,
        0,
        0,
        0,
        0x0b,
        0x0b,
        0xfd,
        12,
        new Array(16).fill(0),
        0x1a,
        0x0b,
      ),
      counted(0, 0x41, 0, 0x28, 0x42, 0, 4, 0xfc, 8, 0, 0, 0xfb, 0x18, 0, 0, 0x6e, 0x6b, 0x0b),
    ),
  ),
  section(11, vector([0, 0x23, 3, 0x0b, 3, 'abc'], [1, 2, 'de'])),
  custom('.debug_info', 1, 2, 3),
  custom(
    'name',
    0,
    counted(name('module')),
    1,
    counted(vector([0, name('imported')], [1, name('first')], [2, name('second')])),
    2,
    counted(vector([1, vector([0, name('x')], [1, name('y')])])),
    9,
    counted(vector([0, name('.rodata')])),
  ),
  custom(
    'linking',
    2,
    8,
    counted(vector([0, 0, 1, name('first')], [1, 0, name('d'), 0, 0, 3], [0, 0x10, 0])),
    5,
    counted(vector([name('.rodata'), 0, 0])),
    7,
    counted(vector([name('g'), 0, vector([1, 1])])),
  ),
  custom('reloc.CODE', 6, vector([0, 10, 1], [3, 20, 1, sleb(-4)])),
  custom('dylink.0', 1, counted(100, 2, 0, 0), 2, counted(vector(name('libc.so')))),
  custom('producers', vector([name('language'), vector([name('C'), name('11')])])),
  custom('target_features', vector(['+', name('simd128')])),
  custom('external_debug_info', name('a.debug.wasm')),
  custom('sourceMappingURL', name('a.map')),
  custom('build_id', counted('12345678')),
  custom('.gnu_debuglink', 'a.debug', 0, 1, 2, 3, 4),
);

const component = bytes(
  COMPONENT_PREAMBLE,
  section(1, everything),
  section(4, bytes(COMPONENT_PREAMBLE, section(1, everything))),
  custom('component-name', 1, counted(0, 0x11, vector([0, name('main')]))),
);

const archiveMember = (field: string, contents: Uint8Array): Uint8Array =>
  bytes(
    `${field.padEnd(48)}${String(contents.length).padEnd(10)}\`\n`,
    contents,
    contents.length % 2 === 1 ? '\n' : [],
  );
const archive = bytes(
  '!<arch>\n',
  archiveMember('//', bytes('a_name_that_is_too_long.o/\n')),
  archiveMember('/0', everything),
  archiveMember('#1/4', bytes('b.o\0', everything)),
);

/** Everything that can be asked of a module. */
function askEverything(module: WasmModule): void {
  const functions = WasmFunctions.read(module);
  for (const { start, end } of functions.bodies()) {
    attempt(() => {
      const cursor = new InstructionCursor(module.code!, start, end);
      while (cursor.next()) cursor.callTarget();
    });
  }
  const names = WasmNames.read(module);
  names.moduleName;
  for (const index of [0, 1, 2, 1000]) names.functions.name(index);
  for (const map of [
    names.functions,
    names.types,
    names.tables,
    names.memories,
    names.globals,
    names.elements,
    names.data,
    names.tags,
  ]) {
    for (const { name: text } of map.names()) expect(text).not.toBe('');
  }
  for (const map of [names.locals, names.labels, names.fields]) {
    for (const index of map.indexes()) for (const _ of map.map(index)!.names());
  }
  readTypes(module);
  readFunctionTypes(module);
  readMemories(module);
  readGlobals(module);
  readExports(module);
  readData(module);
  readLinking(module);
  readRelocations(module);
  readDylink(module);
  readProducers(module);
  readTargetFeatures(module);
  readExternalDebugInfo(module);
  readSourceMappingUrl(module);
  readBuildId(module);
  readDebugLink(module);
  expect(writeModule(module, {}).length).toBe(module.window.size);
}

/** Runs to a value or a FormatError; anything else is a failure of the test. */
function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
  }
}

/** Pseudo-random numbers that are the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One to four changes: a byte, a bit, a large number, bytes taken out, put in or put twice, the end cut off. */
function mutate(input: Uint8Array, below: (limit: number) => number): Uint8Array {
  let all = [...input];
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(all.length);
    switch (below(7)) {
      case 0:
        all[at] = below(256);
        break;
      case 1:
        all[at]! ^= 1 << below(8);
        break;
      case 2:
        all.splice(at, 5, 0xff, 0xff, 0xff, 0xff, [0x0f, 0x7f, 0xff][below(3)]!);
        break;
      case 3:
        all.splice(at, 1 + below(8));
        break;
      case 4:
        all.splice(at, 0, ...Array.from({ length: 1 + below(8) }, () => [0, 0x80, 0x7f, 0xff, below(256)][below(5)]!));
        break;
      case 5:
        all.splice(at, 0, ...all.slice(at, at + below(64)));
        break;
      default:
        all = all.slice(0, Math.max(1, at));
    }
  }
  return Uint8Array.from(all);
}

const open = (image: FileImage): void => {
  const container = openContainer(image);
  if (container.kind === 'module') askEverything(container.module);
  else for (const { module } of container.modules) askEverything(module);
};
const openArchive = (image: FileImage): void => {
  for (const { window } of readArchive(image)) attempt(() => askEverything(WasmModule.read(window)));
};

describe('10,000 mutated inputs', () => {
  test.each([
    ['module', everything, open, 5000],
    ['component', component, open, 2000],
    ['archive', archive, openArchive, 1000],
    ['linked fixture', () => fixture('inline').module, open, 1000],
    ['object fixture', () => fixture('object').module, open, 1000],
  ] as const)('%s', (_, source, run, count) => {
    const input = typeof source === 'function' ? source() : source;
    const below = random(count);
    let worst = 0;
    for (let n = 0; n < count; n++) {
      const image = new CountingImage(mutate(input, below));
      attempt(() => run(image));
      worst = Math.max(worst, image.steps / (image.size + 64));
    }
    // The unharmed inputs take less than 2 steps a byte.
    expect(worst).toBeLessThan(8);
  });

  test('the unharmed ones are read', () => {
    const container = openContainer(everything);
    expect(container.kind === 'module' && container.module.sections.length).toBe(20);
    open(new CountingImage(component));
    openArchive(new CountingImage(archive));
  });
});

describe('every length of a module', () => {
  test('ends in a value or a FormatError', () => {
    for (let length = 0; length < everything.length; length++)
      attempt(() => open(new FileImage(everything.subarray(0, length))));
  });
});

describe('made to take long', () => {
  const steps = (input: Uint8Array, run: (module: WasmModule) => void): number => {
    const image = new CountingImage(input);
    run(WasmModule.read(image));
    return image.steps / input.length;
  };
  const huge = uleb(2 ** 32 - 1);

  test('counts without bounds', () => {
    for (const id of [1, 2, 3, 5, 6, 7, 10, 11])
      expect(steps(wasm(section(id, huge, 0)), askEverything)).toBeLessThan(20);
  });

  test('functions that all read on to the end of the section', () => {
    // Bodies of one byte each, which is an instruction whose immediates never end.
    const bodies = new Array(5000).fill([3, 0, 0x0e, 0x80]);
    expect(
      steps(wasm(section(3, vector(...bodies.map(() => 0))), section(10, uleb(5000), ...bodies)), askEverything),
    ).toBeLessThan(8);
  });

  test('expressions that all read on to the end of the section', () => {
    const globals = new Array(2000).fill([0x7f, 0, new Array(40).fill([0x41, 1]), 0x0b]);
    expect(steps(wasm(section(6, uleb(2000), ...globals)), askEverything)).toBeLessThan(8);
  });

  test('zero bytes behind the module', () => {
    expect(steps(wasm(new Array(100_000).fill(0)), askEverything)).toBeLessThan(8);
  });
});
