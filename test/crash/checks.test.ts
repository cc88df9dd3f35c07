/** What is made of frames that contradict the module, or themselves. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crashOfCoreDump } from '../../src/crash/core-dump/core-dump-crash.ts';
import { readCoreDump } from '../../src/crash/core-dump/read-core-dump.ts';
import { ModuleFinder } from '../../src/crash/module-finder.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { symbolizeCrash } from '../../src/crash/symbolize-crash.ts';
import { isFormatError } from '../../src/errors.ts';

const engine = fileURLToPath(new URL('engine/', import.meta.url));
const moduleFile = (name: string) => ({
  path: name,
  open: () => new Uint8Array(readFileSync(engine + name)),
  chosen: true,
});

/** `function quality`, or with a skew its number; of recorder.wasm unless others are named. */
function answers(text: string, modules: readonly string[] = ['recorder.wasm']): string[] {
  const finder = new ModuleFinder(modules.map(moduleFile));
  const crash = symbolizeCrash(parseCrash(text), (reference) => finder.find(reference));
  return crash.threads
    .flatMap(({ frames }) => frames)
    .map(({ resolution }) => {
      const name = resolution?.frames.at(-1)?.name?.replace(/\(.*$/s, '') ?? '-';
      return `${name} ${resolution?.quality ?? 'none'}${resolution?.skew === undefined ? '' : ` ${resolution.skew}`}`;
    });
}

/** A stack as this engine prints one for `trap`, with the offsets moved and the rest as told. */
function stack(
  change: { by?: number; index?: (index: number) => number; name?: (name: string) => string } = {},
): string {
  const bytes = readFileSync(`${engine}recorder.wasm`);
  const { exports } = new (globalThis as unknown as Engine).WebAssembly.Instance(
    new (globalThis as unknown as Engine).WebAssembly.Module(bytes),
    { host: { call: () => 0 } },
  );
  let text = '';
  try {
    exports['trap']!(101);
  } catch (error) {
    text = (error as Error).stack!;
  }
  const frame = /at recorder\.wasm\.(.*) \((.*):wasm-function\[(\d+)\]:0x([0-9a-f]+)\)/g;
  return [...text.matchAll(frame)]
    .map(([, name, url, index, offset]) => {
      const printed = change.name?.(name!) ?? name!;
      const moved = (Number.parseInt(offset!, 16) + (change.by ?? 0)).toString(16);
      return `    at ${printed === '' ? '<anonymous>' : printed} (${url}:wasm-function[${change.index?.(Number(index)) ?? index}]:0x${moved})`;
    })
    .join('\n');
}

interface Engine {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: object) => { exports: Record<string, (n: number) => number> };
  };
}

const EXACT = ['Shape::area exact', 'Cube::volume exact', 'trap exact'];

describe('a stack of this engine', () => {
  test('as it is', () => expect(answers(stack())).toEqual(EXACT));

  test.each([1, -1, 31, 38, -200, 5000])('moved by %i bytes', (by) => {
    expect(answers(stack({ by }))).toEqual(EXACT.map((each) => each.replace('exact', `skewed ${by}`)));
  });

  test("Deno's index is not believed", () => {
    expect(answers(stack({ index: () => 0 }))).toEqual(EXACT);
    expect(answers(stack({ index: () => 0, name: () => '' }))).toEqual(EXACT);
  });

  test('an index that contradicts the offset: the function of the name, no place in it', () => {
    expect(answers(stack({ index: (index) => index + 1 }))).toEqual(['- unknown', '- unknown', '- unknown']);
  });

  test("a name that is another function's", () => {
    expect(answers(stack({ name: (name) => (name === 'trap' ? 'overflow' : name) }))).toEqual([
      ...EXACT.slice(0, 2),
      '- unknown',
    ]);
  });

  test('a name that the module does not have, where all else agrees', () => {
    expect(answers(stack({ name: (name) => `renamed_${name}` }))).toEqual(EXACT);
  });

  test('offsets that fit nowhere', () => {
    const text = stack().replaceAll(/:0x[0-9a-f]+/g, ':0xffffff');
    expect(answers(text)).toEqual(EXACT.map((each) => each.replace('exact', 'function')));
    // With an index alone, it may as well be another module.
    expect(answers(text.replaceAll(/at .* \((.*)\)/g, 'at $1'))).toEqual(['- unknown', '- unknown', '- unknown']);
  });
});

test('a skew of which there may be several is none', () => {
  // Two functions: four calls of the other, two bytes each, at 0x18; `unreachable`. Between two of the calls, three
  // numbers of bytes lead to calls.
  const hex = '0061736d01000000' + '01040160000' + '0' + '0303020000' + '0a10020a0010011001100110010b0300000b';
  const finder = new ModuleFinder([
    { path: 'x.wasm', open: () => Uint8Array.from(Buffer.from(hex, 'hex')), chosen: true },
  ]);
  const quality = (first: string, second: string): (string | undefined)[] => {
    const text = [first, second].map((offset) => `    at wasm://wasm/x:wasm-function[0]:${offset}`).join('\n');
    const [thread] = symbolizeCrash(parseCrash(text), (reference) => finder.find(reference)).threads;
    return thread!.frames.map(({ resolution }) => resolution?.quality);
  };
  expect(quality('0x1a', '0x1c')).toEqual(['exact', 'exact']);
  expect(quality('0x1b', '0x1d')).toEqual(['unknown', 'unknown']);
  // The first and the last can only be where they are.
  expect(quality('0x19', '0x1f')).toEqual(['skewed', 'skewed']);
});

describe('damaged modules', () => {
  const whole = new Uint8Array(readFileSync(`${engine}recorder.wasm`));
  const text = stack();

  test('give frames or none, and never an error', () => {
    const damage = fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(damage, fc.option(fc.nat(whole.length)), (changes, cut) => {
        const bytes = whole.slice(0, cut ?? whole.length);
        for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
        const finder = new ModuleFinder([{ path: 'recorder.wasm', open: () => bytes, chosen: true }]);
        const crash = symbolizeCrash(parseCrash(text), (reference) => finder.find(reference));
        expect(crash.threads[0]!.frames).toHaveLength(3);
      }),
      { numRuns: 500 },
    );
  });

  test('cannot make a dump that is an error of another kind', () => {
    const dump = Buffer.from(
      '0061736d01000000' +
        '000d04636f7265000861626364656667' +
        '68' +
        '001609636f7265737461636b00046d61696e010000010201007f07',
      'hex',
    );
    const damage = fc.array(fc.record({ at: fc.nat(dump.length - 1), byte: fc.nat(255) }), { maxLength: 6 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Uint8Array.from(dump);
        for (const { at, byte } of changes) bytes[at] = byte;
        try {
          crashOfCoreDump(readCoreDump(bytes));
        } catch (error) {
          expect(isFormatError(error)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('several modules in one stack', () => {
  const mixed = () =>
    [
      '    at other (http://h/other.wasm:wasm-function[1]:0x999999)',
      stack(),
      '    at run (http://h/busy.wasm:wasm-function[2]:0x1ff)',
    ].join('\n');

  test('each frame is answered by its own, or not at all', () => {
    const both = answers(mixed(), ['recorder.wasm', 'busy.wasm']);
    expect(both[0]).toBe('- unknown');
    expect(both.slice(1, 4)).toEqual(EXACT);
    expect(both[4]).toMatch(/^run /);
    expect(answers(mixed())).toEqual(['- unknown', ...EXACT, '- unknown']);
  });
});
