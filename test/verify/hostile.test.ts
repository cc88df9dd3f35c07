// Damaged modules: verifying ends, and throws nothing but what says that there is no module.
import { expect, test } from 'vitest';
import { isFormatError } from '../../src/errors.ts';
import { verify } from '../../src/verify/verify.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { assembleDescribed, described } from '../support/described-module.ts';
import { fixture } from '../support/fixtures.ts';

/** Numbers from a seed: the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Ends, and answers how many findings there are; more than this are not waited for. */
function count(bytes: Uint8Array): number {
  let findings = 0;
  try {
    for (const { rule, message, path } of verify(bytes, { addressesOfStale: true, coverage: () => {} })) {
      expect(rule).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z0-9-]+$/);
      expect(message).not.toMatch(/undefined|NaN|\[object/);
      expect(path.join()).not.toMatch(/undefined|NaN/);
      if (++findings === 20_000) break;
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    let isModule = true;
    try {
      WasmModule.read(bytes);
    } catch {
      isModule = false;
    }
    if (isModule) throw error;
  }
  return findings;
}

const inputs = [
  { name: 'described, DWARF 4', bytes: () => assembleDescribed(described(4)).module, rounds: 400 },
  { name: 'described, DWARF 5', bytes: () => assembleDescribed(described(5)).module, rounds: 400 },
  ...['inline', 'words-o2-v4', 'shapes-o2', 'elf-names', 'elf-aranges', 'elf-gcc-shapes', 'split-dwp'].map((name) => ({
    name,
    bytes: () => fixture(name).module,
    rounds: 40,
  })),
];

test.each(inputs)('$name with bytes changed', { timeout: 60_000 }, ({ bytes, rounds }) => {
  const original = bytes();
  const next = randomNumbers(original.length);
  const debug = WasmModule.read(original).sections.filter(({ name }) => name.startsWith('.debug'));
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const changed = original.slice();
    for (let times = 1 + next(4); times > 0; times--) {
      const { payloadOffset, end } = debug[next(debug.length)]!;
      changed[payloadOffset + next(end - payloadOffset)] = [0, 0xff, 0x7f, 0x80, next(256)][next(5)]!;
    }
    found += count(changed) > 0 ? 1 : 0;
  }
  expect(found).toBeGreaterThan(rounds / 4);
});

test.each(inputs)('$name cut off', { timeout: 60_000 }, ({ bytes }) => {
  const original = bytes();
  const step = Math.max(1, Math.floor(original.length / 60));
  for (let size = 0; size < original.length; size += step) count(original.slice(0, size));
});
