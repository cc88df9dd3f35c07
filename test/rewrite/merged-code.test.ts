// Code that an optimizer folds stands for several origins: all must be kept.
import { expect, test } from 'vitest';
import { QUALITY } from '../../src/frames/quality.ts';
import { loadBinaryen } from '../../src/node/load-binaryen.ts';
import { entryAt, functionOfEntry, listCode } from '../../src/rewrite/code-listing.ts';
import { planOptimization } from '../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { type DriverName, optimize } from '../../src/rewrite/optimize.ts';
import { candidatesOf, chainOf, findSpan, MADE, type Provenance } from '../../src/rewrite/provenance.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

async function optimized(wat: string, words: string, driver: DriverName = 'staged') {
  const assembled = await wasmOpt().run([{ input: Buffer.from(wat) }, '--metrics', '-g', '-o', { output: 'out' }]);
  const module = assembled.outputs.get('out')!;
  const listing = listCode(module);
  const plan = planOptimization(`in ${words} -o out`.split(' '));
  const optimizers = { tool: wasmOpt(), loadBinaryen };
  return { before: listing, ...(await optimize({ module, listing }, plan, { driver, optimizers })) };
}

/** All origins of merged spans: the one given first, then the others. */
function mergedOrigins(provenance: Provenance): number[][] {
  const found: number[][] = [];
  for (let span = 0; span < provenance.starts.length; span++) {
    if (provenance.chains[span]! < 0 || provenance.qualities[span] !== QUALITY.merged) continue;
    const chains = [provenance.chains[span]!, ...candidatesOf(provenance, span)];
    found.push(chains.map((chain) => chainOf(provenance, chain).at(-1)!));
  }
  return found;
}

const EQUAL = `(func $NAME (export "NAME") (param i32) (result i32)
  (call $report (i32.mul (local.get 0) (i32.const 77)))
  (call $report (i32.xor (local.get 0) (i32.const 99)))
  (i32.div_u (i32.const 1000) (local.get 0)))`;

test('equal functions: each instruction has the one of the other as candidate', async () => {
  const wat = `(module (import "env" "report" (func $report (param i32)))
    ${EQUAL.replaceAll('NAME', 'one')} ${EQUAL.replaceAll('NAME', 'two')})`;
  const { before, provenance, listing } = await optimized(wat, '-O2');
  expect(listing.functionCount).toBe(1);
  const merged = mergedOrigins(provenance);
  expect(merged.length).toBeGreaterThan(5);
  for (const [kept, other] of merged) {
    const [a, b] = [entryAt(before, kept!), entryAt(before, other!)];
    expect([functionOfEntry(before, a), functionOfEntry(before, b)].sort()).toEqual([0, 1]);
    expect(before.opcodes[a]).toBe(before.opcodes[b]);
  }
});

test('equal functions that were inlined: the call says which was meant', async () => {
  const inner = EQUAL.replace(/\(export "NAME"\) /, '');
  const wat = `(module (import "env" "report" (func $report (param i32)))
    ${inner.replaceAll('NAME', 'one')} ${inner.replaceAll('NAME', 'two')}
    (func (export "run") (param i32) (result i32)
      (call $report (i32.const 1))
      (i32.add (call $one (local.get 0)) (call $two (i32.add (local.get 0) (i32.const 3))))))`;
  const { before, provenance } = await optimized(wat, '-O3 --always-inline-max-function-size=100');
  const inlined = new Set<string>();
  for (let span = 0; span < provenance.starts.length; span++) {
    if (provenance.chains[span]! < 0 || provenance.qualities[span] === QUALITY.neighbour) continue;
    const [instruction, call] = chainOf(provenance, provenance.chains[span]!);
    if (call === undefined) continue;
    const owner = functionOfEntry(before, entryAt(before, instruction!));
    const meant = before.targets[entryAt(before, call)];
    expect(owner).toBe(meant);
    inlined.add(`${owner} ${provenance.qualities[span]}`);
  }
  // One of them is the copy that was kept, the other is told by its call.
  expect([...inlined].sort().map((text) => text.split(' ')[1])).toEqual([`${QUALITY.exact}`, `${QUALITY.repaired}`]);
});

test('ends of one function that were folded: both calls are candidates', async () => {
  const wat = `(module (import "env" "report" (func $report (param i32))) (import "env" "other" (func $other (param i32)))
    (func (export "run") (param i32)
      (if (i32.eqz (local.get 0))
        (then (call $other (i32.const 5)) (call $report (i32.mul (local.get 0) (i32.const 3))) (call $report (i32.const 1234)))
        (else (call $other (i32.const 6)) (call $other (local.get 0))
          (call $report (i32.mul (local.get 0) (i32.const 3))) (call $report (i32.const 1234))))))`;
  const { before, listing, provenance } = await optimized(wat, '-Oz');
  const calls = (list: typeof before) => list.opcodes.filter((opcode) => opcode === 0x10).length;
  expect(calls(listing)).toBeLessThan(calls(before));
  const folded = mergedOrigins(provenance).filter(([kept]) => before.opcodes[entryAt(before, kept!)] === 0x10);
  expect(folded).toHaveLength(2);
  for (const [kept, other] of folded)
    expect(before.opcodes[entryAt(before, other!)]).toBe(before.opcodes[entryAt(before, kept!)]);
});

/** Alike but for two constants and what they call; `drop`s keep their calls apart. */
const SIMILAR = `(func $NAME (export "NAME") (param i32) (result i32) (local i32)
  (local.set 1 (i32.mul (local.get 0) (i32.const FIRST)))
  (call $report (i32.xor (local.get 1) (i32.const 99)))
  (call $report (i32.load (i32.add (local.get 1) (i32.const 64))))
  (i32.store (local.get 1) (i32.const SECOND))
  (call $report (CALLED (local.get 1)))
  (call $report (i32.shl (local.get 0) (i32.const FIRST)))
  (i32.div_u (i32.const 1000) (local.get 0)))`;

test.each([
  ['-Oz', 'staged'],
  ['-Oz', 'in-process'],
  ['-Oz -all', 'staged'],
  ['-Oz -all', 'in-process'],
  ['-Oz', 'single-pass'],
] as const)(
  'functions that differ in constants, %s %s: each instruction of all is a candidate',
  async (words, driver) => {
    const called = words.includes('all') ? ['call $one', 'call $two', 'call $three'] : Array(3).fill('i32.clz');
    const functions = ['a', 'b', 'c'].map((name, n) =>
      SIMILAR.replaceAll('NAME', name)
        .replaceAll('FIRST', `${n + 5}`)
        .replaceAll('SECOND', `${n + 70}`)
        .replaceAll('CALLED', called[n]),
    );
    const small = ['one', 'two', 'three'].map(
      (name, n) => `(func $${name} (export "${name}") (param i32) (result i32)
      (call $report (local.get 0)) (call $report (i32.const ${n + 300})) (i32.rotl (local.get 0) (i32.const ${n + 3})))`,
    );
    const wat = `(module (import "env" "report" (func $report (param i32))) (memory 1)
    ${functions.join('\n')} ${small.join('\n')})`;
    const { before, listing, provenance, notes } = await optimized(wat, words, driver);
    expect(notes).toEqual([]);
    const merged = mergedOrigins(provenance);
    const sets = new Set<string>();
    for (const origins of merged) {
      const entries = origins.map((origin) => entryAt(before, origin));
      sets.add(entries.map((entry) => functionOfEntry(before, entry)).join());
      expect(new Set(entries.map((entry) => before.opcodes[entry])).size).toBe(1);
      const numbers = entries.map((entry) => entry - before.first[functionOfEntry(before, entry)]!);
      expect(new Set(numbers).size).toBe(1);
    }
    // The first three are one now; so are the last three, where that pays.
    expect([...sets].sort()).toContain('0,1,2');
    const inFirst = merged.filter((origins) => functionOfEntry(before, entryAt(before, origins[0]!)) === 0);
    const calls = (opcode: number) => inFirst.filter(([first]) => before.opcodes[entryAt(before, first!)] === opcode);
    expect(calls(0x10).length).toBeGreaterThan(3);
    expect(calls(0x28)).toHaveLength(1);
    expect(calls(0x36)).toHaveLength(1);
    expect(calls(0x6e)).toHaveLength(1);
    // What is left of each is a call that no place of the source made.
    let thunks = 0;
    for (let n = 0; n < listing.functionCount; n++) {
      const entries = Array.from(
        { length: listing.first[n + 1]! - listing.first[n]! - 2 },
        (_, k) => listing.first[n]! + k + 1,
      );
      const spans = entries.map((entry) => findSpan(provenance, listing.offsets[entry]! as never));
      if (spans.length > 0 && spans.every((span) => provenance.chains[span] === MADE)) thunks++;
    }
    expect(thunks).toBeGreaterThanOrEqual(3);
  },
);
