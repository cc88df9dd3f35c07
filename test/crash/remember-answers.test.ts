/** Traces with the same frames are asked about once. */
import { expect, test } from 'vitest';
import type { CrashFrame, Resolution } from '../../src/crash/crash.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { rememberAnswers } from '../../src/crash/remember-answers.ts';
import type { SymbolizeTrace } from '../../src/crash/trace-filter.ts';

const frames = (text: string): readonly CrashFrame[] => parseCrash(text).threads.flatMap((thread) => thread.frames);

/** Answers with the number of the question, and counts them. */
function asked(quality: Resolution['quality']): { readonly questions: number; readonly symbolize: SymbolizeTrace } {
  let questions = 0;
  const symbolize = rememberAnswers((found) => {
    const frame = { name: String(++questions), inlined: false };
    return found.map((each) => ({ ...each, resolution: { quality, module: 'a.wasm', frames: [frame], doubts: [] } }));
  });
  return {
    get questions() {
      return questions;
    },
    symbolize,
  };
}

test('whatever text the frames stand in, which they keep', () => {
  const state = asked('exact');
  const first = frames('    at f (a.wasm:wasm-function[1]:0x3)\n    at x.js:1:2\n');
  const later = frames('12:00:01 [worker]     at f (a.wasm:wasm-function[1]:0x3)\n12:00:01 [worker]     at y.js:3:4\n');
  expect(state.symbolize(first)[0]!.resolution!.frames[0]!.name).toBe('1');
  const [answer] = state.symbolize(later);
  expect(answer!.resolution!.frames[0]!.name).toBe('1');
  expect(answer!.text).toEqual(later[0]!.text);
  expect(state.questions).toBe(1);
});

test('what is not exact may be answered otherwise later', () => {
  for (const quality of ['skewed', 'function', 'unknown'] as const) {
    const state = asked(quality);
    for (let turn = 1; turn <= 2; turn++) state.symbolize(frames('f@a.wasm:wasm-function[1]:0x3\n'));
    expect(state.questions).toBe(2);
  }
});

test('frames that differ in anything are others', () => {
  const state = asked('exact');
  const others = [
    '    at f (a.wasm:wasm-function[1]:0x3)\n',
    '    at g (a.wasm:wasm-function[1]:0x3)\n',
    '    at f (b.wasm:wasm-function[1]:0x3)\n',
    '    at f (a.wasm:wasm-function[2]:0x3)\n',
    '    at f (a.wasm:wasm-function[1]:0x4)\n',
    '    at a.wasm:wasm-function[1]:0x3\n',
    'f@a.wasm:wasm-function[1]:0x3\n',
    '    at f (wasm://wasm/0001413e:wasm-function[1]:0x3)\n',
    '    at f (wasm://wasm/0001413f:wasm-function[1]:0x3)\n',
    '    at f (a.wasm:wasm-function[1]:0x3)\n    at f (a.wasm:wasm-function[1]:0x3)\n',
  ];
  for (const text of others) state.symbolize(frames(text));
  expect(state.questions).toBe(others.length);
  for (const text of others) state.symbolize(frames(text));
  expect(state.questions).toBe(others.length);
});
