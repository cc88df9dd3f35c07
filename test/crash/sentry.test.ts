/** Events of Sentry and requests to its symbolicator; the answer is that of symbolicator itself, recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModuleFinder } from '../../src/crash/module-finder.ts';
import { crashOfSentry, symbolizeSentry } from '../../src/crash/sentry.ts';
import { recordedCases } from '../support/cases.ts';

const cases = recordedCases('crash');

describe.skipIf(cases === undefined)("symbolicator's own example", () => {
  const finder = (): ModuleFinder =>
    new ModuleFinder([
      {
        // Not the image's name: found by its build id alone.
        path: 'archive/module.wasm',
        open: () => new Uint8Array(readFileSync(join(cases!, 'sentry/simple.wasm'))),
        chosen: false,
      },
    ]);
  const request = (): { modules: Record<string, unknown>[]; stacktraces: { frames: Record<string, unknown>[] }[] } =>
    JSON.parse(readFileSync(join(cases!, 'sentry/symbolicator-request.json'), 'utf8'));
  const snapshot = (): string => readFileSync(join(cases!, 'sentry/symbolicator-expected-response.snap'), 'utf8');
  const recorded = (key: string): string => new RegExp(`^ +${key}: (.*)$`, 'm').exec(snapshot())![1]!;

  test('a request is answered as symbolicator answers it', () => {
    const modules = finder();
    const answer = symbolizeSentry(request(), (reference) => modules.find(reference)) as ReturnType<typeof request>;
    const [frame] = answer.stacktraces[0]!.frames;
    expect(answer.stacktraces[0]!.frames).toHaveLength(1);
    expect(frame).toMatchObject({
      instruction_addr: recorded('instruction_addr').replaceAll('"', ''),
      addr_mode: 'rel:0',
      // With the namespace, which symbolicator leaves out.
      function: `simple::${recorded('function')}`,
      filename: recorded('filename'),
      abs_path: recorded('abs_path'),
      lineno: Number(recorded('lineno')),
      data: { symbolicator_status: 'symbolicated', quality: 'exact' },
    });
  });

  test('an event keeps the frames of JavaScript, the oldest first, and everything else', () => {
    const modules = finder();
    const { modules: images, stacktraces } = request();
    const js = { function: 'main', filename: 'app.js', lineno: 3 };
    const event = {
      event_id: 'x',
      exception: { values: [{ type: 'RuntimeError', stacktrace: { frames: [js, ...stacktraces[0]!.frames] } }] },
      debug_meta: { images },
    };
    const answer = symbolizeSentry(event, (reference) => modules.find(reference)) as typeof event;
    expect(answer.exception.values[0]!.stacktrace.frames[0]).toEqual(js);
    expect(answer.exception.values[0]!.stacktrace.frames.at(-1)).toMatchObject({
      function: 'simple::internal_func',
      lineno: 19,
    });
    expect({ ...answer, exception: 0 }).toEqual({ ...event, exception: 0 });
  });

  test('the length byte in front of a build id makes no difference', () => {
    const { modules: images, stacktraces } = request();
    const modules = finder();
    const prefixed = { modules: [{ ...images[0], code_id: `10${String(images[0]!['code_id'])}` }], stacktraces };
    const answer = symbolizeSentry(prefixed, (reference) => modules.find(reference)) as ReturnType<typeof request>;
    expect(answer.stacktraces[0]!.frames[0]).toMatchObject({ function: 'simple::internal_func' });
  });
});

test('other values have no stacks of wasm', () => {
  for (const value of [
    null,
    3,
    'x',
    [],
    {},
    { stacktraces: 3 },
    { stacktraces: [{ frames: [{ addr_mode: 'rel:0' }] }] },
  ]) {
    expect(symbolizeSentry(value, () => [])).toBeUndefined();
  }
  expect(
    crashOfSentry({ stacktraces: [{ frames: [{ addr_mode: 'rel:9', instruction_addr: '0x1' }] }] }).threads,
  ).toEqual([{ frames: [] }]);
});
