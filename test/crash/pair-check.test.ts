/** What `checkPair` counts, against llvm-dwarfdump's text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countGhosts } from '../../src/crash/ghosts.ts';
import { checkPair } from '../../src/crash/pair-check.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { recordedCases } from '../support/cases.ts';
import { ask, hasTool } from '../support/tools.ts';

const cases = recordedCases('crash');
const dwarfdump = hasTool('llvm-dwarfdump-19');

describe.skipIf(cases === undefined || !dwarfdump)('functions that are gone', () => {
  // All have fewer than 128 functions in a section, the first shorter than 128 bytes: its body is at 2.
  test.each(['emscripten/full.wasm', 'emscripten/glt.wasm', 'modules/mod.debug.wasm'])('%s', (file) => {
    const bytes = new Uint8Array(readFileSync(join(cases!, file)));
    const ends = ask('llvm-dwarfdump-19', ['--debug-info'], bytes)
      .split('\n\n')
      .filter((entry) => entry.includes('DW_TAG_subprogram'))
      .map((entry) => /DW_AT_low_pc\t\(0x0000000[01]\)\n\s+DW_AT_high_pc\t\(0x([0-9a-f]+)\)/.exec(entry)?.[1])
      .filter((end) => end !== undefined);
    const module = openModule(bytes);
    expect(countGhosts(module)).toEqual({
      count: ends.length,
      overlapping: ends.filter((end) => Number.parseInt(end, 16) > 2).length,
    });
    const said = checkPair(module).findings.filter(({ rule }) => rule === 'pair/ghosts');
    expect(said.map(({ severity }) => severity)).toEqual(ends.length > 0 ? ['note'] : []);
  });
});
