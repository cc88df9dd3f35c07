// Damage that wasm-opt makes: what llvm-dwarfdump finds of it is found, stale debug information is told for what it is,
// and the engine's own stacks say the same.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moduleOffset } from '../../src/addresses.ts';
import { compareRuns } from '../../src/cli/verify/compare-runs.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import { DwarfFrames } from '../../src/frames/dwarf-frames.ts';
import { writeDwarf } from '../../src/frames/write-dwarf.ts';
import { verify } from '../../src/verify/verify.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { writeModule } from '../../src/wasm/module-writer.ts';
import { onlySections } from '../support/dwarf.ts';
import { fixture } from '../support/fixtures.ts';
import { corpusModules } from '../support/modules.ts';
import { hasTool } from '../support/tools.ts';

const NPM = 'node_modules/binaryen/bin/wasm-opt';
/** The native one: under npm, the one of npm stands before it on the path. */
const NATIVE = nativeTool('wasm-opt');

function nativeTool(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(':').filter((each) => !each.includes('node_modules'));
  return folders.map((each) => join(each, name)).find((each) => existsSync(each)) ?? name;
}

/** Enough for all calls but one, which counts deep. */
const SECONDS = 10;

const LEVELS = ['-O1', '-O2', '-O3', '-Os', '-Oz'];
/** C and C++ in DWARF 4, the only one that Binaryen rewrites. */
const INPUTS = ['words-o2-v4', 'shapes-o2-v4', 'nested-v4', 'calculator-o3-v4', 'coroutine-o2-v4', 'game-v4'];

const corpus = corpusModules();

const inputs = [
  ...INPUTS.map((name) => ({ name, bytes: () => fixture(name).module })),
  ...corpus.filter(({ name }) => /^(zlib-O2|sqlite-O0)-g4/.test(name)),
  // Its debug information is DWARF 5, which Binaryen 108 does not read.
  ...corpus
    .filter(({ name }) => name === 'lua-O2-g5.wasm.gz')
    .map(({ bytes }) => ({ name: 'lua-O2 in DWARF 4', bytes: () => asDwarf4(bytes()) })),
];

/** A module with the same frames as DWARF 4. */
function asDwarf4(bytes: Uint8Array): Uint8Array {
  const before = openModule(bytes);
  const sections = writeDwarf(frameTable(before), { version: 4 });
  return writeModule(before.module, {
    section: ({ name }) => (name.startsWith('.debug_') ? 'remove' : 'keep'),
    append: Array.from(sections, ([name, contents]) => ({ name, contents })),
  });
}

/** All levels of a large C program and of a C++ one, one level of the others. */
function atLevels(): { name: string; bytes: () => Uint8Array; level: string }[] {
  return inputs.flatMap((input) => {
    const levels = /^(zlib|shapes)/.test(input.name) ? LEVELS : ['-O2'];
    return levels.map((level) => ({ ...input, level }));
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function optimize(tool: readonly string[], bytes: Uint8Array, level: string): Uint8Array {
  const [input, output] = [join(folder, 'in.wasm'), join(folder, 'out.wasm')];
  writeFileSync(input, bytes);
  execFileSync(tool[0]!, [...tool.slice(1), level, '-g', '-all', input, '-o', output], { stdio: 'pipe' });
  return new Uint8Array(readFileSync(output));
}

/** Whether some text has ranges, and all of them are Binaryen's mark of one that is gone: from 0 to 1. */
function isMarks(text: string): boolean {
  const ranges = [...text.matchAll(/\[0x([0-9a-f]+), 0x([0-9a-f]+)\)/g)];
  return ranges.length > 0 && ranges.every(([, start, end]) => Number(`0x${start}`) === 0 && Number(`0x${end}`) === 1);
}

/** Offsets of the entries that llvm-dwarfdump --verify finds ranges of wrong, each as a choice of two. */
function flaggedByLlvm(bytes: Uint8Array): number[][] {
  const names = WasmModule.read(bytes).sections.map(({ name }) => name);
  const file = join(folder, 'flagged.wasm');
  writeFileSync(
    file,
    onlySections(
      bytes,
      names.filter((name) => name.startsWith('.debug')),
    ),
  );
  const run = spawnSync('llvm-dwarfdump-19', ['--verify', file], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const flagged: number[][] = [];
  for (const part of run.stdout
    .concat(run.stderr)
    .split(/^error: /m)
    .slice(1)) {
    const entries = [...part.matchAll(/^0x([0-9a-f]+): +DW_TAG/gm)];
    const offsets = entries.map(([, digits]) => Number.parseInt(digits!, 16));
    // Marks of ranges that are gone overlap each other, and are within nothing.
    if (/^DIE has overlapping/.test(part)) {
      if (!isMarks(part.slice(0, part.indexOf('\n')))) flagged.push(offsets);
    } else if (/^DIE address ranges are not contained/.test(part)) {
      if (!isMarks(part.slice(entries.at(-1)?.index ?? part.length))) flagged.push(offsets.slice(1));
    } else if (/^(DIEs have overlapping|Invalid address range)/.test(part)) {
      flagged.push(offsets);
    }
  }
  return flagged.filter((each) => each.length > 0);
}

describe.skipIf(!hasTool(NATIVE) || !hasTool('llvm-dwarfdump-19'))('the native wasm-opt -g', () => {
  const cases = atLevels();
  test.each(cases)(
    '$name $level: what LLVM finds of ranges is found',
    { timeout: 180_000 },
    ({ name, bytes, level }) => {
      const optimized = optimize([NATIVE], bytes(), level);
      const findings = [...verify(optimized)];
      const ours = new Set(findings.filter(({ section }) => section === '.debug_info').map(({ offset }) => offset));
      const flagged = flaggedByLlvm(optimized);
      expect(flagged.filter((choice) => !choice.some((offset) => ours.has(offset)))).toEqual([]);
      if (/^(zlib|sqlite|lua)/.test(name)) expect(flagged.length).toBeGreaterThan(50);
      // It rewrites the addresses, badly: they are of this code all the same.
      expect(findings.map(({ rule }) => rule)).not.toContain('code/stale');
    },
  );
});

describe('the wasm-opt of npm, which does not rewrite DWARF', () => {
  // It takes minutes for the largest.
  const cases = atLevels().filter(({ name }) => !name.startsWith('sqlite'));
  test.each(cases)('$name $level is stale', { timeout: 180_000 }, ({ bytes, level }) => {
    const before = bytes();
    const optimized = optimize([process.execPath, NPM], before, level);
    const isSame = Buffer.from(WasmModule.read(before).code!.toBytes()).equals(
      WasmModule.read(optimized).code!.toBytes(),
    );
    const errors = [...verify(optimized)].filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
    expect(isSame).toBe(false);
    expect(errors[0]).toBe('code/stale');
    // The input says nothing of the kind.
    expect([...verify(before)].filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each(['nested-v4', 'exceptions-o2-v4'])(
    '$0: the engine has no stack of %s with the right frames',
    async (name) => {
      const before = fixture(name).module;
      const after = optimize([process.execPath, NPM], before, '-O3');
      const same = await compareRuns(runOf(before), runOf(before), SECONDS);
      expect(same.right).toBe(same.stacks);
      expect(same.stacks).toBeGreaterThan(2);
      const stale = await compareRuns(runOf(before), runOf(after), SECONDS);
      expect(stale.stacks).toBeGreaterThan(2);
      expect(stale.right).toBe(0);
    },
  );
});

function runOf(bytes: Uint8Array): Parameters<typeof compareRuns>[0] {
  const module = openModule(bytes);
  const frames = new DwarfFrames(module.dwarf);
  return {
    bytes,
    module: module.module,
    frames: (offset) => {
      const address = module.toCode(moduleOffset(offset));
      return address === undefined ? [] : frames.frames(address);
    },
  };
}
