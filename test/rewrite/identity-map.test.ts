import { describe, expect, test } from 'vitest';
import { type CodeListing, listCode, NO_TARGET, OP, ownersOf, PROLOGUE } from '../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../src/rewrite/debug-sections.ts';
import { type EntryOrigins, LABEL, readEntryOrigins, writeIdentityMap } from '../../src/rewrite/identity-map.ts';
import { isMark } from '../../src/rewrite/moves.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { rewriteFixture } from '../support/rewrite-fixtures.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

async function carried(name: string, ...args: string[]) {
  const module = withoutDebugInfo(WasmModule.read(rewriteFixture(name)));
  const before = listCode(module);
  const run = await wasmOpt().run([
    { input: module },
    ...args,
    '-ism',
    { input: writeIdentityMap(before) },
    '-osm',
    { output: 'map' },
    '-o',
    { output: 'out' },
  ]);
  const after = listCode(run.outputs.get('out')!);
  return { module, before, after, origins: readEntryOrigins(run.outputs.get('map')!, after, before.offsets.length) };
}

test.each([
  ['layers-o0', '-O3'],
  ['walk-o2', '-Oz'],
])('%s %s: code is the same with a map and without', async (name, level) => {
  const { module, after } = await carried(name, level);
  const plain = await wasmOpt().run([{ input: module }, level, '-o', { output: 'out' }]);
  expect(listCode(plain.outputs.get('out')!).identity).toEqual(after.identity);
});

test('nothing optimized: every instruction is itself, the first one too', async () => {
  const { before, after, origins } = await carried('walk-o1', '--metrics');
  expect(origins.origins[0]).toBe(0);
  // Reading and writing adds and drops blocks and `unreachable`s, nothing else.
  for (const { opcode, origin } of labelled(after, origins)) {
    if (opcode > OP.loop) expect(before.opcodes[origin]).toBe(opcode);
  }
});

describe('-O3', () => {
  test.each(['layers-o0', 'walk-o0', 'layers-o2'])('%s: what can stop or call keeps its origin', async (name) => {
    const { before, after, origins } = await carried(name, '-O3');
    const owners = ownersOf(before);
    const lost: number[] = [];
    for (let entry = 0; entry < after.offsets.length; entry++) {
      const opcode = after.opcodes[entry]!;
      const stops = (opcode >= 0x10 && opcode <= 0x13) || (opcode >= 0x28 && opcode <= 0x3e) || divides(opcode);
      if (stops && origins.labels[entry] === LABEL.none) lost.push(entry);
      // A direct call that stayed one calls what it called.
      const target = after.targets[entry]!;
      if (target === NO_TARGET || opcode !== OP.call || origins.labels[entry] !== LABEL.own) continue;
      const then = before.targets[origins.origins[entry]!]!;
      if (then !== NO_TARGET) expect(owners[origins.origins[after.first[target]!]!]).toBe(then);
    }
    expect(lost).toEqual([]);
  });
});

function* labelled(after: CodeListing, { origins, labels }: EntryOrigins) {
  for (let entry = 0; entry < after.offsets.length; entry++) {
    const opcode = after.opcodes[entry]!;
    if (labels[entry] === LABEL.own && opcode !== PROLOGUE && !isMark(opcode))
      yield { opcode, origin: origins[entry]! };
  }
}

function divides(opcode: number): boolean {
  return (opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82);
}
