/** Lists of real and of hard names, with what LLVM 19.1.7's llvm-cxxfilt makes of each. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { demangleCommon } from '../../src/symbolize/demangle/itanium-common.ts';
import { demangle } from '../../src/symbolize/demangle.ts';
import { recordedCases } from '../support/cases.ts';

const folder = recordedCases('demangle');

/**
 * The recorded answers come from llvm-cxxfilt reading its standard input, where it takes every character that C++
 * names have not for the end of a name. This one, of an Objective-C method, it reads well as an argument.
 */
const TORN_APART = 'Z53-[DeploymentSetupController handleManualServerEntry:]';

test.skipIf(folder === undefined).each(['suite.tsv', 'real.tsv'])('%s', (file) => {
  const lines = readFileSync(folder + file, 'utf8')
    .trimEnd()
    .split('\n');
  const differences: { mangled: string; ours: string; expected: string }[] = [];
  for (const line of lines) {
    const [mangled = '', expected = ''] = line.split('\t');
    if (mangled.includes(TORN_APART)) continue;
    // With a dot in front, which stays, names are read by the whole grammar, the common ones too.
    for (const dot of ['', '.']) {
      if (dot !== '' && mangled.startsWith(dot)) continue;
      const ours = demangle(dot + mangled);
      if (ours !== dot + expected) differences.push({ mangled: dot + mangled, ours, expected: dot + expected });
    }
  }
  expect(lines.length).toBeGreaterThan(10_000);
  expect(differences.slice(0, 20)).toEqual([]);
});

test.skipIf(folder === undefined)('nearly all names of a real program are common', () => {
  const names = readFileSync(folder + 'real.tsv', 'utf8')
    .trimEnd()
    .split('\n');
  const rare = names.map((line) => line.split('\t')[0]!).filter((name) => demangleCommon(name) === undefined);
  expect(rare.length).toBeLessThan(names.length / 500);
});
