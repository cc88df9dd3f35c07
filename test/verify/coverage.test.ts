// Coverage, held against what llvm-dwarfdump --statistics counts.
import { describe, expect, test } from 'vitest';
import type { VerifiedCoverage } from '../../src/verify/coverage.ts';
import { verify } from '../../src/verify/verify.ts';
import { onlySections } from '../support/dwarf.ts';
import { fixtures } from '../support/fixtures.ts';
import { corpusModules } from '../support/modules.ts';
import { ask, hasTool } from '../support/tools.ts';

const TOOL = 'llvm-dwarfdump-19';

// With every function compiled once: of copies LLVM counts all, and the code has one. Split units are in other files.
const modules = [
  ...fixtures()
    .filter(({ kind, name, dwarf }) => kind === 'linked' && dwarf > 0 && !/^(split|address|external)/.test(name))
    .map(({ name, module }) => ({ name, bytes: () => module })),
  ...corpusModules().filter(({ name }) => /^(zlib-O2-g4|sqlite-O2-g5|zstd-O2-g5|lua-O0-g5)\.wasm/.test(name)),
];

function coverageOf(bytes: Uint8Array): VerifiedCoverage {
  let found: VerifiedCoverage | undefined;
  const findings = verify(bytes, {
    coverage: (coverage) => {
      found = coverage;
    },
  });
  for (const _ of findings);
  return found!;
}

describe.skipIf(!hasTool(TOOL))('llvm-dwarfdump --statistics', () => {
  test.each(modules)('$name', ({ bytes }) => {
    const names = ['.debug_info', '.debug_abbrev', '.debug_str', '.debug_str_offsets', '.debug_addr', '.debug_line'];
    names.push('.debug_line_str', '.debug_rnglists', '.debug_ranges', '.debug_loc', '.debug_loclists');
    const said = JSON.parse(ask(TOOL, ['--statistics'], onlySections(bytes(), names))) as Record<string, number>;
    const coverage = coverageOf(bytes());
    expect({
      withRow: coverage.withRow,
      lineZero: coverage.withLineZero,
      inlined: coverage.inlined,
      calls: coverage.inlinedCalls,
      // LLVM does not count the rows that end sequences.
      rows: coverage.rows - coverage.sequences,
    }).toEqual({
      withRow: said['#bytes with line information'],
      lineZero: said['#bytes with line-0 locations'],
      inlined: said['#bytes within inlined functions'],
      calls: said['#inlined functions'],
      rows: said['#line entries'],
    });
  });
});

test('units have their parts of the whole', () => {
  const game = fixtures().find(({ name }) => name === 'game')!;
  const coverage = coverageOf(game.module);
  expect(coverage.units.map(({ name }) => name)).toEqual(['game/main.c', 'game/board.c', 'game/random.c']);
  const sum = (read: (each: { code: number; withRow: number; inlined: number }) => number): number =>
    coverage.units.reduce((total, each) => total + read(each), 0);
  expect(sum(({ withRow }) => withRow)).toBe(coverage.withRow);
  expect(sum(({ inlined }) => inlined)).toBe(coverage.inlined);
});
