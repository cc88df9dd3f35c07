// Code that an optimizer folds stands for several origins: all must be kept.
import { expect, test } from 'vitest';
import { QUALITY } from '../../src/frames/quality.ts';
import { entryAt, functionOfEntry, listCode } from '../../src/rewrite/code-listing.ts';
import { optimizeStaged } from '../../src/rewrite/drivers/staged.ts';
import { planOptimization } from '../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { candidatesOf, chainOf, type Provenance } from '../../src/rewrite/provenance.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

async function optimized(wat: string, words: string) {
  const assembled = await wasmOpt().run([{ input: Buffer.from(wat) }, '--metrics', '-g', '-o', { output: 'out' }]);
  const module = assembled.outputs.get('out')!;
  const listing = listCode(module);
  const plan = planOptimization(`in ${words} -o out`.split(' '));
  return { before: listing, ...(await optimizeStaged(wasmOpt(), { module, listing }, plan)) };
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
