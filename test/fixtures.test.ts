import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
// @ts-expect-error: the scripts are plain JavaScript.
import { frameFields, frames, instructionAddresses } from '../scripts/fixtures/oracle.mjs';
import { type ExpectedAddress, type ExpectedFrame, fixture, fixtures } from './support/fixtures.ts';

const llvm = llvmVersion();
if (!llvm) console.log('skipped: the stored answers of llvm-symbolizer are not asked for again, it is not installed');

/** Every kind of container and DWARF that the oracle is asked about differently. */
const sampled = fixtures().filter(({ oracle }, i) => oracle !== false && i % 5 === 0);

describe('stored answers', () => {
  test.each(fixtures().filter(({ oracle }) => oracle !== false))('$name: are there for every address', (each) => {
    const { tool, addresses } = each.expected();
    expect(tool).toContain('19.1.7');
    expect(addresses.length).toBeGreaterThan(20);
    expect(addresses.every(({ address }, i) => i === 0 || address > addresses[i - 1]!.address)).toBe(true);
    expect(addresses.every(({ frames }) => frames.length > 0)).toBe(true);
  });

  test('of the trap in inline are the chain that its source shows', () => {
    const { addresses } = fixture('inline').expected();
    const trap = addresses.find(({ frames }) => frames[0]!.short === 'require' && frames[0]!.line === 7 + 1);
    expect(trap?.frames.map(({ short, line }) => `${short}:${line}`)).toEqual([
      'require:8',
      'at:14',
      'sum:21',
      'average:51',
    ]);
  });

  test.each(fixtures().filter(({ dwarf, twin }) => dwarf === 5 && twin))('$name: equal those of its twin', (each) => {
    const older = fixture(each.twin!);
    expect(older.twin).toBe(each.name);
    const [a, b] = [older.expected().addresses, each.expected().addresses];
    expect(a.map((chain, i) => asFarAsIn(chain, b[i]))).toEqual(b.map((chain, i) => asFarAsIn(chain, a[i])));
  });

  test('name the functions of a module without DWARF by its symbols', () => {
    const symbols = (name: string): string[] =>
      fixture(name)
        .expected()
        .symbols.map(([, symbol]) => symbol);
    expect(symbols('names-only')).toContain('shapes::Polygon::area() const');
    expect(symbols('mangled')).toContain('_ZNK6shapes7Polygon4areaEv');
    expect(symbols('exports-only').filter((name) => name !== '')).toEqual(['area', 'perimeter', 'distance']);
  });

  test.skipIf(!llvm).each(sampled)('$name: are what llvm-symbolizer says now', ({ folder, oracle, file, expected }) => {
    const bytes = Buffer.from(file(oracle as string));
    const addresses: number[] = instructionAddresses(bytes);
    const answers: (string | number)[][][] = frames(folder, oracle, bytes, addresses);
    const told = answers.map((chain, i) => ({ address: addresses[i]!, frames: chain.map(named) }));
    expect(told).toEqual(expected().addresses);
  });
});

/**
 * `chain` with what LLVM does not know of where a frame's function starts in
 * `other` left out. It knows no address of functions with DW_AT_ranges instead
 * of DW_AT_low_pc, as split DWARF 5 has them, and no file where the form of
 * DW_AT_decl_file is DW_FORM_implicit_const, as gcc's DWARF 5 has it.
 */
function asFarAsIn(chain: ExpectedAddress, other: ExpectedAddress | undefined): ExpectedAddress {
  const frames = chain.frames.map((frame, i) => ({
    ...frame,
    startAddress: other?.frames[i]?.startAddress === undefined ? undefined : frame.startAddress,
    startFile: other?.frames[i]?.startFile === '' ? '' : frame.startFile,
  }));
  return { ...chain, frames };
}

function named(fields: (string | number)[]): ExpectedFrame {
  const entries = (frameFields as string[]).map((field, i) => [field, fields[i] === -1 ? undefined : fields[i]]);
  return Object.fromEntries(entries) as ExpectedFrame;
}

/** The version of llvm-symbolizer-19, or undefined where it is not installed. */
function llvmVersion(): string | undefined {
  try {
    return execFileSync('llvm-symbolizer-19', ['--version'], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}
