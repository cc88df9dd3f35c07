import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { isFormatError } from '../../../src/errors.ts';
import { frameTable } from '../../../src/frames/dwarf-frame-table.ts';
import type { Frame } from '../../../src/frames/frame.ts';
import { type FrameTable, framesAt } from '../../../src/frames/frame-table.ts';
import { loadBinaryen } from '../../../src/node/load-binaryen.ts';
import { type CodeListing, listCode } from '../../../src/rewrite/code-listing.ts';
import { composeFrames } from '../../../src/rewrite/compose.ts';
import { withoutDebugInfo } from '../../../src/rewrite/debug-sections.ts';
import { optimizeInProcess } from '../../../src/rewrite/drivers/in-process/driver.ts';
import { runWithMap } from '../../../src/rewrite/drivers/wasm-opt.ts';
import { readAnyProvenance } from '../../../src/rewrite/read-provenance.ts';
import { writeVlq } from '../../../src/source-map/mappings.ts';
import { plainSourceMap } from '../../support/plain-source-map.ts';
import { rewriteFixture } from '../../support/rewrite-fixtures.ts';
import { wasmOpt } from '../../support/wasm-opt.ts';

/** Offset, source, line, column, and whether these three are left out. */
type Segment = readonly [number, number, number, number, boolean];

function mappings(list: readonly Segment[]): string {
  const buffer = new Uint8Array(16);
  let last: readonly number[] = [0, 0, 0, 0];
  const sorted = [...list].sort(([a], [b]) => a - b);
  return sorted
    .map(([offset, source, line, column, isGap]) => {
      const segment = isGap ? [offset] : [offset, source, line, column];
      const text = segment.map((value, field) =>
        Buffer.from(buffer.subarray(0, writeVlq(buffer, 0, value - last[field]!))).toString(),
      );
      last = [...segment, ...last.slice(segment.length)];
      return text.join('');
    })
    .join(',');
}

interface Before {
  readonly stripped: Uint8Array;
  readonly before: CodeListing;
  readonly frames: FrameTable;
}

function open(name: string): Before {
  const module = openModule(rewriteFixture(name));
  const stripped = withoutDebugInfo(module.module);
  return { stripped, before: listCode(stripped), frames: frameTable(module) };
}

/** How often what a plain map says is what the optimizer did, by how well it is said to be known. */
async function judge({ stripped, before, frames }: Before, map: Uint8Array, args: readonly string[]) {
  const run = await runWithMap(wasmOpt(), { module: stripped, map }, args);
  // The same code, and each inlined call recorded while it was inlined.
  const truth = optimizeInProcess(await loadBinaryen(), { module: stripped, listing: before }, args);
  const after = listCode(run.module);
  expect(after.identity).toEqual(truth.listing.identity);
  const subject = { before, after, frames: () => frames };
  const recorded = composeFrames({ ...subject, frames, provenance: truth.provenance });
  const read = composeFrames({ ...subject, frames, provenance: readAnyProvenance(run.map, subject) });
  const counts = { instructions: 0, exact: 0, inferred: 0, inferredRight: 0, noLine: 0 };
  const wrong: string[] = [];
  for (const at of after.offsets) {
    const expected = framesAt(recorded, at);
    const found = framesAt(read, at);
    const [first] = expected;
    if (first === undefined || (first.quality !== 'exact' && first.quality !== 'repaired')) continue;
    counts.instructions++;
    const isLineless = first.line === undefined && text(expected, 1) === text(found, 1);
    const isRight = text(expected) === text(found) || isLineless;
    if (isLineless) counts.noLine++;
    if (found[0]?.quality === 'inferred') {
      counts.inferred++;
      if (isRight) counts.inferredRight++;
    }
    if (found[0]?.quality !== 'exact') continue;
    counts.exact++;
    if (!isRight) wrong.push(`${at}:\n${text(expected)}\n-\n${text(found)}`);
  }
  return { counts, wrong };
}

/** Frames, without the places of the first few. */
function text(frames: readonly Frame[], placeless = 0): string {
  return frames
    .map(({ function: named, file, line, column }, index) => {
      const place = index < placeless ? '' : ` ${file?.path}:${line}:${column}`;
      return `${named?.linkageName ?? named?.name}${place}`;
    })
    .join('\n');
}

describe('what is called exact is what the optimizer did', () => {
  // The shares are what these maps were seen to give, and a little less.
  test.each([
    { name: 'walk-o0', level: '-O1', exact: 0.9, inferred: 0.9 },
    { name: 'walk-o0', level: '-O3', exact: 0.85, inferred: 0.9 },
    { name: 'walk-o1', level: '-O3', exact: 0.7, inferred: 0.7 },
    { name: 'walk-o2', level: '-O3', exact: 0.85, inferred: 0.7 },
    { name: 'layers-o0', level: '-O3', exact: 0.9, inferred: 0.9 },
    { name: 'layers-o2', level: '-O3', exact: 0.75, inferred: 0.8 },
    { name: 'layers-oz', level: '-Oz', exact: 0.8, inferred: 0.8 },
  ])('$name $level', async ({ name, level, exact, inferred }) => {
    const before = open(name);
    const { counts, wrong } = await judge(before, plainSourceMap(before.frames, before.before.codeStart), [level]);
    expect(wrong).toEqual([]);
    expect(counts.exact / counts.instructions).toBeGreaterThan(exact);
    expect(counts.inferredRight / Math.max(1, counts.inferred)).toBeGreaterThanOrEqual(inferred);
  });

  test.each(['walk-o0', 'walk-o2', 'layers-o1'])(
    '%s -O3, a map that knows nothing of code without a line',
    async (name) => {
      const before = open(name);
      const map = plainSourceMap(before.frames, before.before.codeStart, { gaps: true });
      const { counts, wrong } = await judge(before, map, ['-O3']);
      expect(wrong).toEqual([]);
      expect(counts.exact).toBeGreaterThan(0);
    },
  );

  test('names say which function is which', async () => {
    const before = open('walk-o1');
    const map = plainSourceMap(before.frames, before.before.codeStart);
    const { counts, wrong } = await judge(before, map, ['-O3', '-g']);
    expect(wrong).toEqual([]);
    expect(counts.exact / counts.instructions).toBeGreaterThan(0.8);
  });

  test("Emscripten's own map", async () => {
    const script = '/usr/share/emscripten/tools/wasm-sourcemap.py';
    const dwarfdump = '/usr/bin/llvm-dwarfdump-19';
    if (!existsSync(dwarfdump) || !existsSync(script)) return console.log(`skipped: no ${script}`);
    const folder = mkdtempSync(join(tmpdir(), 'wasm-sourcemap-'));
    try {
      const [module, map] = [join(folder, 'a.wasm'), join(folder, 'a.map')];
      writeFileSync(module, rewriteFixture('walk-o0'));
      execFileSync('python3', [script, module, '-o', map, `--dwarfdump=${dwarfdump}`, '--basepath', folder]);
      // Without texts, because wasm-opt refuses the nothing that stands for them.
      const json = { ...JSON.parse(readFileSync(map, 'utf8')), sourcesContent: undefined };
      const { counts, wrong } = await judge(open('walk-o0'), Buffer.from(JSON.stringify(json)), ['-O3']);
      expect(wrong).toEqual([]);
      expect(counts.exact / counts.instructions).toBeGreaterThan(0.85);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('sources', () => {
  const { stripped, before, frames } = open('walk-o0');
  const subject = { before, after: before, frames: () => frames };
  const read = (sources: readonly string[]) =>
    readAnyProvenance(plainSourceMap(frames, before.codeStart, { sources }), { ...subject });

  test('nothing optimized: code is itself, whatever folder the paths count from', () => {
    expect(stripped.length).toBeGreaterThan(0);
    const paths = frames.files.map(({ path }) => `../..${path}`);
    const { qualities } = read(paths);
    expect(qualities.filter((quality) => quality === 0).length / qualities.length).toBeGreaterThan(0.85);
  });

  test('of a path that only ends in the same name nothing is certain', () => {
    const { chains, qualities } = read(frames.files.map(({ path }) => `/else/${path.split('/').at(-1)}`));
    const known = chains.map((chain, span) => (chain < 0 ? -1 : qualities[span]!)).filter((quality) => quality === 0);
    // Functions that begin where no other does are still known.
    expect(known.length).toBeLessThanOrEqual(before.functionCount);
  });

  test('a map of other sources is refused', () => {
    expect(() => read(frames.files.map((_, index) => `${index}.x`))).toThrow(expect.toSatisfy(isFormatError));
  });

  test('whatever a map says, reading it ends', () => {
    const { length } = frames.files;
    const segment = fc.tuple(fc.nat(before.identity.size + 200), fc.nat(length), fc.nat(160), fc.nat(60), fc.boolean());
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 400 }), (list) => {
        const map = Buffer.from(
          JSON.stringify({ version: 3, sources: frames.files.map(({ path }) => path), mappings: mappings(list) }),
        );
        try {
          const { starts } = readAnyProvenance(map, subject);
          expect(starts.every((start, span) => span === 0 || starts[span - 1]! < start)).toBe(true);
        } catch (error) {
          if (!isFormatError(error)) throw error;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('without debug information there is nothing to match', () => {
    const map = plainSourceMap(frames, before.codeStart);
    expect(() => readAnyProvenance(map, { before, after: before })).toThrow(expect.toSatisfy(isFormatError));
  });
});
