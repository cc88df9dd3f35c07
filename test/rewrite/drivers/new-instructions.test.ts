// Exceptions, references to objects and bulk instructions on tables: both exact drivers, told by marks in the code.
import { describe, expect, test } from 'vitest';
import { loadBinaryen } from '../../../src/node/load-binaryen.ts';
import {
  type CodeListing,
  entryAt,
  functionOfEntry,
  listCode,
  NO_TARGET,
  OP,
} from '../../../src/rewrite/code-listing.ts';
import { planOptimization } from '../../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { type DriverName, optimize } from '../../../src/rewrite/optimize.ts';
import { chainOf, findSpan } from '../../../src/rewrite/provenance.ts';
import { InstructionCursor } from '../../../src/wasm/instructions.ts';
import { wasmOpt } from '../../support/wasm-opt.ts';

const MARK = '(import "env" "mark" (func $mark (param i32)))';

/** Functions that are inlined, each with calls of its own; each number that is reported as it stands is there once. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'try_table, throw_ref': `(module ${MARK} (tag $tag (param i32))
    (func $leaf (param i32) (call $mark (i32.const 1001))
      (if (i32.gt_u (local.get 0) (i32.const 4)) (then (throw $tag (i32.const 1002)))) (call $mark (i32.const 1003)))
    (func $middle (param i32) (result i32)
      (call $leaf (local.get 0))
      (block $caught (result i32)
        (try_table (catch $tag $caught) (call $mark (i32.const 1004)) (call $leaf (i32.add (local.get 0) (i32.const 1))))
        (i32.const 1005)))
    (func $again (param i32) (local exnref)
      (block $done
        (local.set 1 (block $caught (result exnref)
          (try_table (catch_all_ref $caught) (drop (call $middle (local.get 0))) (call $leaf (i32.const 3)))
          (br $done)))
        (call $mark (i32.const 1006))
        (if (i32.eqz (local.get 0)) (then (throw_ref (local.get 1))))))
    (func (export "run") (param i32)
      (call $again (local.get 0)) (call $mark (call $middle (i32.const 1007))) (call $again (i32.const 0))))`,

  'legacy exceptions': `(module ${MARK} (tag $tag (param i32))
    (func $leaf (param i32) (call $mark (i32.const 1001)) (if (local.get 0) (then (throw $tag (i32.const 1002)))))
    (func $middle (param i32) (result i32)
      (try (result i32)
        (do (call $leaf (local.get 0)) (i32.const 1003))
        (catch $tag (call $mark) (call $leaf (i32.const 0)) (i32.const 1004))
        (catch_all (call $mark (i32.const 1005)) (rethrow 0))))
    (func (export "run") (param i32)
      (call $mark (call $middle (local.get 0)))
      (try (do (call $leaf (call $middle (i32.const 1006)))) (catch_all (call $leaf (i32.const 1007))))))`,

  'structs, arrays, casts': `(module ${MARK}
    (type $point (sub (struct (field $x (mut i32)) (field $y (mut i32)))))
    (type $deep (sub $point (struct (field $x (mut i32)) (field $y (mut i32)) (field $z i32))))
    (type $row (array (mut i32)))
    (func $make (param i32) (result (ref $point))
      (call $mark (i32.const 1001))
      (struct.new $deep (local.get 0) (i32.const 1002) (i32.const 1003)))
    (func $sum (param $p (ref $point)) (result i32)
      (call $mark (i32.const 1004))
      (i32.add (struct.get $point $x (local.get $p))
        (block $no (result i32)
          (drop (block $not (result (ref $point))
            (br $no (struct.get $deep $z (br_on_cast_fail $not (ref $point) (ref $deep) (local.get $p))))))
          (call $mark (i32.const 1005)) (i32.const 1006))))
    (func $fill (param $row (ref $row)) (param i32) (result i32)
      (array.fill $row (local.get $row) (i32.const 0) (call $sum (call $make (i32.const 1007))) (local.get 1))
      (array.set $row (local.get $row) (i32.const 1) (i32.const 1008))
      (struct.set $point $y (call $make (local.get 1)) (i32.const 1009))
      (i32.add (array.get $row (local.get $row) (i32.const 2)) (array.len (local.get $row))))
    (func (export "run") (param i32)
      (call $mark (call $fill (array.new $row (i32.const 1010) (local.get 0)) (i32.const 1)))
      (call $mark (i31.get_s (ref.i31 (call $sum (call $make (i32.const 1011))))))
      (call $mark (ref.test (ref $deep) (call $make (i32.const 1012))))
      (call $mark (call $fill (array.new_fixed $row 3 (i32.const 1) (local.get 0) (i32.const 1013)) (i32.const 2)))))`,

  tables: `(module ${MARK} (table $t 10 funcref) (elem $e func $leaf) (export "t" (table $t))
    (func $leaf (call $mark (i32.const 1001)))
    (func $work (param i32)
      (call $leaf)
      (table.init $t $e (local.get 0) (i32.const 0) (i32.const 1))
      (table.copy $t $t (i32.const 3) (local.get 0) (i32.const 2))
      (call $mark (i32.const 1002))
      (table.fill $t (local.get 0) (ref.null func) (i32.const 4)) (elem.drop $e))
    (func (export "run") (param i32) (call $work (local.get 0)) (call $mark (i32.const 1003)) (call $work (i32.const 2))))`,
};

interface Mark {
  readonly offset: number;
  readonly value: number;
}

const CONST = 0x41;

const RUNS: readonly (readonly [words: string, driver: DriverName])[] = [
  ['-O3 -all -aimfs 100 --converge', 'in-process'],
  ['-Oz -all -aimfs 100', 'staged'],
];

describe.each(Object.entries(PROGRAMS))('%s', (_, wat) => {
  test.each(RUNS)('%s %s', async (words, driver) => {
    const tool = wasmOpt();
    const assembled = await tool.run([{ input: Buffer.from(wat) }, '-all', '--metrics', '-g', '-o', { output: 'out' }]);
    expect(assembled.stderr.replace(/^warning.*\n/, '')).toBe('');
    const module = assembled.outputs.get('out')!;
    const listing = listCode(module);
    const plan = planOptimization(`in ${words} -o out`.split(' '));
    const { notes, ...optimized } = await optimize({ module, listing }, plan, {
      driver,
      optimizers: { tool, loadBinaryen },
    });
    expect(notes).toEqual([]);
    expect(optimized.replay!.inlinings).toBeGreaterThan(1);
    if (driver === 'in-process') {
      const plain = await tool.run([{ input: module }, ...words.split(' '), '-o', { output: 'out' }]);
      expect(Buffer.compare(optimized.module, plain.outputs.get('out')!)).toBe(0);
    }
    const { provenance } = optimized;
    const marks = marksOf(optimized.listing);
    expect(marks.length).toBeGreaterThan(2);
    const before = new Map(marksOf(listing).map(({ offset, value }) => [value, offset]));
    let inlined = 0;
    for (const { offset, value } of marks) {
      const chain = chainOf(provenance, provenance.chains[findSpan(provenance, offset as never)]!);
      // Binaryen may move a constant to where it is reported.
      if (before.has(value)) expect(chain[0]).toBe(before.get(value));
      // Each call on the way called the function that the instruction before it is from.
      for (let n = 1; n < chain.length; n++) {
        const inner = functionOfEntry(listing, entryAt(listing, chain[n - 1]!));
        expect(listing.targets[entryAt(listing, chain[n]!)]).toBe(inner);
        inlined++;
      }
    }
    expect(inlined).toBeGreaterThan(1);
  });
});

/** Calls of an import right behind a constant, and that constant. */
function marksOf({ module, first, functionCount, offsets, ends, targets }: CodeListing): Mark[] {
  const marks: Mark[] = [];
  for (let n = 0; n < functionCount; n++) {
    const cursor = new InstructionCursor(module.code!, offsets[first[n]!]! as never, ends[n]! as never);
    let value = -1;
    for (let entry = first[n]! + 1; cursor.next(); entry++) {
      if (cursor.opcode === OP.call && targets[entry] === NO_TARGET && value > 1000) {
        marks.push({ offset: cursor.offset, value });
      }
      value = cursor.opcode === CONST ? cursor.index() : -1;
    }
  }
  return marks;
}
