/** Events as Datadog's public schema of RUM events has them (`error.wasm_modules`). */
import { expect, test } from 'vitest';
import { parseCrash } from '../../../src/crash/parse-crash.ts';

const STACK =
  'RuntimeError: unreachable\n    at f (https://h/a.wasm:wasm-function[1]:0x11f)\n    at g (https://h/b.wasm?v=2:wasm-function[2]:0x30)\n    at h (https://h/c.wasm:wasm-function[3]:0x40)';

const EVENT = {
  type: 'error',
  error: {
    stack: STACK,
    source_type: 'browser+wasm',
    wasm_modules: [
      { url: 'https://h/b.wasm?v=2', build_id: '8c38c2d5' },
      { url: 'https://h/a.wasm', build_id: '0102abcd' },
    ],
  },
};

const buildIds = (text: string): (string | undefined)[] =>
  parseCrash(text).threads.flatMap(({ frames }) => frames.map(({ module }) => module.buildId));

test('frames have the build ids of their modules', () => {
  const line = `${JSON.stringify(EVENT)}\n`;
  expect(buildIds(line)).toEqual(['0102abcd', '8c38c2d5', undefined]);
  // Within a log's own JSON, and with the list in front.
  expect(buildIds(`${JSON.stringify({ message: JSON.stringify(EVENT) })}\n`)).toEqual([
    '0102abcd',
    '8c38c2d5',
    undefined,
  ]);
  const { stack, ...rest } = EVENT.error;
  expect(buildIds(`${JSON.stringify({ error: { ...rest, stack } })}\n`)).toEqual(['0102abcd', '8c38c2d5', undefined]);
});

test('an event says nothing of the next one', () => {
  const { wasm_modules: _, ...error } = EVENT.error;
  const lines = [EVENT, { error }].map((each) => JSON.stringify(each)).join('\n');
  expect(buildIds(`${lines}\n`)).toEqual(['0102abcd', '8c38c2d5', undefined, undefined, undefined, undefined]);
});

test('a list that is none', () => {
  for (const modules of [[], {}, 'x', [{ url: 'https://h/a.wasm' }], [{ build_id: '01' }], null]) {
    const error = { ...EVENT.error, wasm_modules: modules };
    expect(buildIds(`${JSON.stringify({ error })}\n`)).toEqual([undefined, undefined, undefined]);
  }
});
