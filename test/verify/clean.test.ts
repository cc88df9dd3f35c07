// Modules that compilers and wasm-ld made, untouched: no errors, and of unoptimized ones no warnings.
import { expect, test } from 'vitest';
import type { Finding } from '../../src/verify/finding.ts';
import { verify } from '../../src/verify/verify.ts';
import { fixtures } from '../support/fixtures.ts';
import { corpusModules } from '../support/modules.ts';

/** DWARF of other machines has no wasm code to be held against. */
const modules = fixtures().filter(({ kind }) => !['elf', 'archive', 'component'].includes(kind));

function worse(findings: Iterable<Finding>, severities: readonly string[]): string[] {
  return [...findings]
    .filter(({ severity }) => severities.includes(severity))
    .map(({ rule, section, offset, message }) => `${rule} at ${section}+0x${offset.toString(16)}: ${message}`);
}

test.each(modules)('fixture $name has no errors', ({ module }) => {
  expect(worse(verify(module), ['error'])).toEqual([]);
});

test.each(modules.filter(({ optimization }) => optimization === 'O0'))(
  'fixture $name, not optimized, has no warnings',
  ({ module }) => {
    expect(worse(verify(module), ['error', 'warning'])).toEqual([]);
  },
);

test.each(corpusModules().filter(({ name }) => !name.includes('.dwp')))(
  '$name has no errors',
  { timeout: 120_000 },
  ({ bytes }) => {
    expect(worse(verify(bytes()), ['error'])).toEqual([]);
  },
);
