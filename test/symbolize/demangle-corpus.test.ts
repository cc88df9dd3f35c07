/** Lists of real and of hard names, with what LLVM 19.1.7's llvm-cxxfilt makes of each. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
    const ours = demangle(mangled);
    if (ours !== expected && !mangled.includes(TORN_APART)) differences.push({ mangled, ours, expected });
  }
  expect(lines.length).toBeGreaterThan(10_000);
  expect(differences.slice(0, 20)).toEqual([]);
});
