// Functions that are one before and after an optimizer, where only their names, calls and constants say so.
import { describe, expect, test } from 'vitest';
import { anchorsOf } from '../../src/cli/verify/code-anchors.ts';
import { pairedFunctions } from '../../src/cli/verify/paired-functions.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import { listCode } from '../../src/rewrite/code-listing.ts';
import { compareStructure } from '../../src/verify/compare-structure.ts';
import { assembleDescribed, described } from '../support/described-module.ts';
import { counted, custom, name, type Piece, section, sleb, uleb, vector, wasm } from '../support/wasm-builder.ts';

const i32 = (value: number): Piece => [0x41, sleb(value)];
const DROP = 0x1a;
const END = 0x0b;

/** A module of functions with these bodies; those without a name have none. */
function side(functions: Readonly<Record<string, Piece>>, isNamed: (each: string) => boolean = () => true) {
  const names = Object.keys(functions);
  const bytes = wasm(
    section(1, vector([0x60, 0, 0])),
    section(2, vector([name('env'), name('tick'), 0, 0])),
    section(3, vector(...names.map(() => 0))),
    section(5, vector([0, 1])),
    section(10, vector(...names.map((each) => counted(0, functions[each]!, END)))),
    custom('name', [
      1,
      counted(
        vector(
          [uleb(0), name('tick')],
          ...names.flatMap((each, n) => (isNamed(each) ? [[uleb(n + 1), name(each)]] : [])),
        ),
      ),
    ]),
  );
  const module = openModule(bytes);
  return { module, listing: listCode(module.module.window) };
}

/** Loads from memory, a float, calls. */
const BODY: Piece = [
  [i32(4096), 0x28, 2, 40, DROP],
  [0x43, 0, 0, 0x80, 0x3f, DROP],
  [0x42, sleb(-77), DROP],
  [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, DROP],
  [0x10, 0],
];

test('anchors of a function', () => {
  const found = anchorsOf(side({ work: [BODY, i32(3), DROP] }), 0);
  expect(found.map(({ token, isRare }) => [token, isRare])).toEqual([
    ['i32 4096', true],
    ['offset 40', true],
    [`f32 ${0x3f80_0000}`, true],
    ['i64 -77', true],
    [`f64 ${0x3ff0_0000_0000_0000n}`, true],
    ['call tick', true],
    ['i32 3', false],
  ]);
  expect(found.map(({ address }) => address)).toEqual([...found.map(({ address }) => address)].sort((a, b) => a - b));
});

describe('which functions are one', () => {
  const before = side({ work: BODY, idle: [i32(1), DROP] });
  const pairsOf = (after: ReturnType<typeof side>): [number, number, string][] =>
    [...pairedFunctions(before, after, new Set())].map(({ before: one, after: other, matchedBy }) => [
      one.index,
      other.index,
      matchedBy,
    ]);

  test('by name', () => {
    expect(pairsOf(side({ idle: [], work: BODY }))).toEqual([
      [2, 1, 'name'],
      [1, 2, 'name'],
    ]);
  });

  test('by calls and constants where the name is gone', () => {
    expect(pairsOf(side({ idle: [], other: [i32(1), DROP, BODY] }))).toEqual([
      [2, 1, 'name'],
      [1, 2, 'constants'],
    ]);
    expect(pairsOf(side({ x: BODY, idle: [] }, (each) => each === 'idle'))).toEqual([
      [2, 2, 'name'],
      [1, 1, 'constants'],
    ]);
  });

  test('not where several have them, or one more', () => {
    expect(pairsOf(side({ x: BODY, y: BODY }))).toEqual([]);
    expect(pairsOf(side({ x: [BODY, i32(999), DROP] }))).toEqual([]);
    // Too little to know it by.
    expect(pairsOf(side({ x: [i32(1), DROP] }))).toEqual([]);
  });

  test('those that are compared already are left out', () => {
    expect([...pairedFunctions(before, side({ work: BODY }), new Set([1]))]).toEqual([]);
  });
});

test('instructions with the same constants are compared', () => {
  // i32.const 5; drop; i32.const 128; local.set 1; local.get 0; call 1; nop; end
  const table = (line: number) => {
    const program = described(4);
    program.rows[2]!.line = line;
    const module = openModule(assembleDescribed(program).module);
    return { table: frameTable(module), side: { module, listing: listCode(module.module.window) } };
  };
  const [before, same, moved] = [table(30), table(30), table(31)];
  const compare = (after: typeof before) => {
    const pairs = [...pairedFunctions(before.side, after.side, new Set())];
    return [...compareStructure(before.table, after.table, pairs)].find((each) => each.name === 'outer')!;
  };
  // Two constants and a call.
  expect(compare(same).counts).toMatchObject({ instructions: 3, inferred: 3, right: 3 });
  expect(compare(moved).counts).toMatchObject({ instructions: 3, inferred: 3, right: 2, otherLine: 1 });
  expect(compare(moved).first!.address).toBe(before.side.listing.offsets[before.side.listing.first[0]! + 3]);
});
