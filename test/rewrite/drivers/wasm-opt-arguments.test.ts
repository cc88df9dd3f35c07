import { describe, expect, test } from 'vitest';
import { planOptimization } from '../../../src/rewrite/drivers/wasm-opt-arguments.ts';

const NO_INLINING = '--skip-pass=inlining-optimizing';

describe('stages', () => {
  test.each([
    {
      words: 'in.wasm -O3 -o out.wasm',
      optimize: `-O3 ${NO_INLINING} --no-stack-ir -g`,
      inline: '-ol 3 -s 0 --inlining --no-stack-ir -g',
      finish: `-O3 ${NO_INLINING}`,
    },
    {
      words:
        '--strip-target-features --post-emscripten -Os --low-memory-unused --zero-filled-memory in.wasm -o out.wasm',
      optimize: `--strip-target-features --post-emscripten -Os --low-memory-unused --zero-filled-memory ${NO_INLINING} --no-stack-ir -g`,
      inline: '--low-memory-unused --zero-filled-memory -ol 2 -s 1 --inlining --no-stack-ir -g',
      finish: `-Os --low-memory-unused --zero-filled-memory ${NO_INLINING}`,
    },
    {
      // What stands after the last level runs once, at the end. An argument of a pass goes with it, others everywhere.
      words: '--asyncify -pa asyncify@a -pa b@c -O2 --metrics -g in.wasm -o out.wasm',
      optimize: `--asyncify -pa asyncify@a -pa b@c -O2 ${NO_INLINING} --no-stack-ir -g`,
      inline: '-pa b@c -ol 2 -s 0 --inlining --no-stack-ir -g',
      finish: `-pa b@c -O2 --metrics ${NO_INLINING} -g`,
    },
    {
      // Of several levels the last one finishes, the others go before. Similar functions are merged behind inlining.
      words: '-O3 --vacuum -Oz in.wasm -o out.wasm',
      optimize: `-O3 --vacuum ${NO_INLINING} --no-stack-ir -g --skip-pass=merge-similar-functions`,
      inline: '-ol 3 -s 0 --inlining --no-stack-ir -g',
      finish: `-Oz ${NO_INLINING}`,
    },
    {
      words: '--no-inline=*keep* -O3 --converge -aimfs 40 --enable-simd in.wasm -o out.wasm',
      optimize: `--no-inline=*keep* -O3 --converge -aimfs 40 --enable-simd ${NO_INLINING} --no-stack-ir -g`,
      inline: '--no-inline=*keep* -aimfs 40 -ol 3 -s 0 --inlining --no-stack-ir -g',
      finish: `-O3 --converge -aimfs 40 ${NO_INLINING}`,
    },
  ])('$words', ({ words, optimize, inline, finish }) => {
    const plan = planOptimization(words.split(' '));
    expect(plan.kind).toBe('staged');
    expect(plan.optimize.join(' ')).toBe(optimize);
    expect(plan.inline.join(' ')).toBe(inline);
    expect(plan.finish.join(' ')).toBe(finish);
    expect(plan.input).toBe('in.wasm');
    expect(plan.output).toBe('out.wasm');
  });
});

test.each([
  ['-O1 in -o out', 'single'],
  ['-O0 in -o out', 'single'],
  ['--vacuum --dce in -o out', 'single'],
  ['-O3 --skip-pass=inlining-optimizing in -o out', 'single'],
  ['--inlining-optimizing in -o out', 'inferred'],
  ['-O3 -pii 2 in -o out', 'inferred'],
  ['--version', 'foreign'],
  ['--help', 'foreign'],
  ['-O3 -S in -o out', 'foreign'],
  ['-O3 in -ism in.map -osm out.map -o out', 'foreign'],
  ['-O3 -Q in -o out', 'foreign'],
  ['-O3 in -o', 'foreign'],
  ['-O3 in other -o out', 'foreign'],
])('%s is %s', (words, kind) => {
  expect(planOptimization(words.split(' ')).kind).toBe(kind);
});

test.each([
  ['-O3 -g in -o out', { names: true, dwarf: true }],
  ['-O3 in -o out', { names: false, dwarf: true }],
  ['-O3 -g --strip-debug in -o out', { names: false, dwarf: false }],
  ['-O3 -g --strip-dwarf in -o out', { names: true, dwarf: false }],
])('%s keeps %o', (words, kept) => {
  const plan = planOptimization(words.split(' '));
  expect({ names: plan.names, dwarf: plan.dwarf }).toEqual(kept);
  expect(plan.plain.some((word) => word.startsWith('--strip'))).toBe(false);
});
