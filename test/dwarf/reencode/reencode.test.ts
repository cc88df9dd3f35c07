// What is read and written again means the same: every fixture and every module of the corpus, entry by entry.
import { describe, expect, test } from 'vitest';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { reencodeDwarf } from '../../../src/dwarf/reencode/reencode.ts';
import { WasmModule } from '../../../src/wasm/module.ts';
import { writeModule } from '../../../src/wasm/module-writer.ts';
import { corpusModules, fixtureModules, type NamedModule } from '../../support/modules.ts';
import { differencesOf } from '../../support/same-entries.ts';

/** Debug information of more than this is left to those who have the time. */
const LARGEST = 16 * 2 ** 20;

function check(module: NamedModule): void {
  const before = openModule(module.bytes());
  const size = before.module.sections.reduce(
    (sum, { name, window }) => sum + (name.startsWith('.debug') ? window.size : 0),
    0,
  );
  if (size > LARGEST) return console.log(`skipped: ${module.name} has ${size} bytes of debug information`);
  const sections = reencodeDwarf(before.dwarf);
  const empty = WasmModule.read(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const append = Array.from(sections, ([name, contents]) => ({ name, contents }));
  const after = openModule(writeModule(empty, { append }));
  expect(differencesOf(before.dwarf, after.dwarf)).toEqual([]);
}

describe('the debug information is the same after it was written anew', () => {
  const modules = [...fixtureModules(), ...corpusModules()].filter(({ name }) => !/\.dw[op]/.test(name));
  test.each(modules.map((each) => [each.name, each] as const))('of %s', (_, module) => check(module), 120_000);
});
