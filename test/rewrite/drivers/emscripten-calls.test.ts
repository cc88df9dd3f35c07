// The calls of wasm-opt that Emscripten makes, as they were recorded; the features at their end are shortened.
import { expect, test } from 'vitest';
import { planOptimization } from '../../../src/rewrite/drivers/wasm-opt-arguments.ts';

const TAIL = 'app.wasm -o app.wasm -g --mvp-features --enable-bulk-memory --enable-sign-ext';
const LINKED =
  '--strip-target-features --post-emscripten -O3 --low-memory-unused --zero-filled-memory --pass-arg=directize-initial-contents-immutable --no-stack-ir';

test.each([
  ['6.0.5, -O3 -g', `${LINKED} ${TAIL}`],
  ['6.0.5, -O3', `${LINKED} ${TAIL.replace(' -g', '')}`],
  ['6.0.5, -O3 -g -sSAFE_HEAP', `--safe-heap ${LINKED} ${TAIL}`],
  ['6.0.5, -Oz -g -g1', `${LINKED.replace('-O3', '-Oz')} ${TAIL}`],
  [
    '3.1.6, -O2 -g',
    '--post-emscripten -O2 --low-memory-unused --zero-filled-memory --strip-producers app.wasm -o app.wasm -g --mvp-features',
  ],
])('%s: in three stages, what must run once in the first', (_, words) => {
  const plan = planOptimization(words.split(' '));
  expect(plan).toMatchObject({ kind: 'staged', input: 'app.wasm', output: 'app.wasm', dwarf: true });
  expect(plan.names).toBe(words.includes(' -g'));
  for (const once of ['--post-emscripten', '--strip-target-features', '--safe-heap']) {
    expect(plan.optimize.includes(once), once).toBe(words.includes(once));
    expect([...plan.inline, ...plan.finish]).not.toContain(once);
  }
});

test('6.0.5, -O3 -g -sASYNCIFY: asyncify and its arguments run once, at the end', () => {
  const asyncify = [
    '--asyncify',
    '--pass-arg=asyncify-propagate-addlist',
    '--pass-arg=asyncify-imports@env.invoke_*,*.fd_sync',
  ];
  const words = `--strip-target-features --post-emscripten -O3 --low-memory-unused ${asyncify.join(' ')} --zero-filled-memory --no-stack-ir ${TAIL}`;
  const plan = planOptimization(words.split(' '));
  expect(plan.kind).toBe('staged');
  expect(plan.finish).toContain('--asyncify');
  expect([...plan.optimize, ...plan.inline]).not.toContain('--asyncify');
  for (const each of asyncify) expect(plan.finish).toContain(each);
});

test.each([
  [
    '6.0.5, the last call',
    `--minify-imports-and-exports-and-modules --optimize-level=3 --shrink-level=0 --optimize-stack-ir ${TAIL}`,
  ],
  [
    '3.1.6, the last call',
    '--strip-dwarf --minify-imports-and-exports-and-modules app.wasm -o app.wasm -g --mvp-features',
  ],
])('%s inlines nothing: one run', (_, words) => {
  expect(planOptimization(words.split(' '))).toMatchObject({ kind: 'single', dwarf: !words.includes('--strip-dwarf') });
});

test('with a source map of their own the call is left as it is', () => {
  const words = `${LINKED} ${TAIL} --input-source-map=app.wasm.map --output-source-map=app.wasm.map`;
  expect(planOptimization(words.split(' ')).kind).toBe('foreign');
});
