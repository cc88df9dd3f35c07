import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
// @ts-expect-error: the scripts are plain JavaScript.
import { frameFields, frames, instructionAddresses } from '../scripts/fixtures/oracle.mjs';
import { type ExpectedAddress, type ExpectedFrame, type Fixture, fixture, fixtures } from './support/fixtures.ts';

const llvm = llvmVersion();
if (!llvm) console.log('skipped: the stored answers of llvm-symbolizer are not asked for again, it is not installed');

/** Node's own engine; no library in use here declares it. */
const engine = (globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } }).WebAssembly;

/** The first of each kind, language and DWARF version: the oracle is slow to ask. */
const sampled = fixtures().filter((each, i) => {
  const like = (other: Fixture): boolean =>
    other.kind === each.kind && other.language === each.language && other.dwarf === each.dwarf;
  return each.oracle !== false && fixtures().findIndex(like) === i;
});

describe('modules', () => {
  test.each(fixtures())('$name: name no path of the machine they were built on', ({ folder }) => {
    for (const file of readdirSync(folder)) {
      if (file === 'expected') continue;
      const text = readFileSync(`${folder}${file}`, 'latin1');
      expect(text.match(/\/(tmp|home|root|work)\b[^\0]{0,40}/)?.[0], file).toBeUndefined();
    }
  });

  test.each(fixtures().filter(({ kind }) => kind === 'elf'))('$name: is valid', ({ module }) => {
    expect(engine.validate(module)).toBe(true);
  });

  test.each(fixtures().filter(({ twin }) => twin))('$name: has a twin that differs in the version only', (each) => {
    const twin = fixture(each.twin!);
    expect(twin.twin).toBe(each.name);
    expect([each.dwarf, twin.dwarf].sort()).toEqual([4, 5]);
    for (const key of ['kind', 'language', 'compiler', 'optimization'] as const) expect(twin[key]).toBe(each[key]);
  });

  test('of a component are those of the fixtures it holds', () => {
    const component = fixture('component');
    const text = Buffer.from(component.module).toString('latin1');
    expect(component.holds).toHaveLength(3);
    for (const name of component.holds!) expect(text).toContain(Buffer.from(fixture(name).module).toString('latin1'));
  });
});

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
    const [a, b] = [older.expected().addresses, each.expected().addresses];
    expect(a.map((chain, i) => asFarAsIn(chain, b[i]))).toEqual(b.map((chain, i) => asFarAsIn(chain, a[i])));
  });

  test.each(fixtures().filter(({ kind, name }) => kind === 'elf' && !/ghosts|dwz-(alt|sup)/.test(name)))(
    '$name: tell at the start of each body the function it was made from',
    (each) => {
      const { addresses, symbols } = each.expected();
      const told = new Map(addresses.map(({ address, frames }) => [address, frames.at(-1)!.linkage]));
      for (const [address, symbol] of symbols) {
        if (symbol === 'filler') continue;
        const linkage = told.get(address);
        expect(linkage).toBeTruthy();
        // gcc gives functions of one file no linkage name; symbols may end in .cold, .part.0 …
        expect(symbol).toContain(linkage);
      }
    },
  );

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
