// `wasm-frames verify` as it is called: reports, baselines, exit status.
import { describe, expect, test } from 'vitest';
import { runFrames } from '../../src/cli/frames-program.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { QUALITY } from '../../src/frames/quality.ts';
import { loadBinaryen } from '../../src/node/load-binaryen.ts';
import { listCode } from '../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../src/rewrite/debug-sections.ts';
import { walkCode } from '../../src/rewrite/drivers/code-walk.ts';
import { planOptimization } from '../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { optimize } from '../../src/rewrite/optimize.ts';
import { writeProvenance } from '../../src/rewrite/provenance-file.ts';
import { rewriteDebugInfo } from '../../src/rewrite/rewrite-debug-info.ts';
import { RULES } from '../../src/verify/rules/index.ts';
import { assembleDescribed, bodies, described, entryOf } from '../support/described-module.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';
import { rewriteFixture } from '../support/rewrite-fixtures.ts';
import { uleb } from '../support/wasm-builder.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

const [outer] = bodies;
const good = assembleDescribed(described(5)).module;

/** One error, one warning and one note. */
function bad(): Uint8Array {
  const program = described(5);
  program.rows[2]!.address = outer.instructions[2]! + 1;
  program.names[1] = [1, 'another'];
  delete entryOf(program, 'inlined').attributes['call_column'];
  return assembleDescribed(program).module;
}

async function run(
  args: readonly string[],
  files: Record<string, Uint8Array> = {},
): Promise<{ status: number; io: MemoryIo }> {
  const replaced = Object.fromEntries(
    Object.entries({ 'good.wasm': good, 'bad.wasm': bad(), ...files }).map(([name, bytes]) => [`/dir/${name}`, bytes]),
  );
  const io = new MemoryIo({ argv0: 'wasm-frames', directory: '/dir', replaced });
  return { status: await runFrames(['verify', ...args], io), io };
}

test('a clean module: status 0', async () => {
  const { status, io } = await run(['good.wasm']);
  expect([status, io.output, io.errors]).toEqual([0, 'good.wasm: 0 errors, 0 warnings\n', '']);
});

test('findings: status 1, worst first, notes left out', async () => {
  const { status, io } = await run(['bad.wasm']);
  expect(status).toBe(1);
  const titles = io.output.split('\n').filter((line) => /^(error|warning|note):/.test(line));
  expect(titles).toEqual(['error: lines/not-instruction (1 time)', 'warning: functions/name (1 time)']);
  expect(io.output).toContain('bad.wasm: 1 error, 1 warning\n');
});

test('a file that cannot be read: status 2, and the others are verified', async () => {
  const { status, io } = await run(['none.wasm', 'good.wasm', 'text.wasm'], {
    'text.wasm': new TextEncoder().encode('no wasm'),
  });
  expect(status).toBe(2);
  expect(io.errors).toContain('none.wasm: No such file or directory');
  expect(io.errors).toContain('text.wasm: no magic number of a wasm module');
  expect(io.output).toContain('good.wasm: 0 errors');
});

test('no module: status 2', async () => {
  expect((await run([])).status).toBe(2);
});

describe('what counts', () => {
  test.each([
    { args: ['--only', 'functions/*'], status: 0 },
    { args: ['--only', 'functions/*', '--fail-on', 'warning'], status: 1 },
    { args: ['--only=-lines/not-instruction'], status: 0 },
    { args: ['--only', 'inlined/call-column', '--fail-on', 'note'], status: 1 },
    { args: ['--severity', 'note'], status: 1 },
  ])('$args: $status', async ({ args, status }) => {
    expect((await run(['bad.wasm', ...args])).status).toBe(status);
  });

  test('--max-errors stops', async () => {
    const { io } = await run(['bad.wasm', '--max-errors', '1']);
    expect(io.output).toContain('stopped at --max-errors 1');
  });
});

test('JSON has every finding with its place in the file', async () => {
  const { io, status } = await run(['bad.wasm', '--json', '--severity', 'note', '--coverage']);
  expect(status).toBe(1);
  const [module] = JSON.parse(io.output) as [
    { errors: number; findings: { rule: string; fileOffset: number }[]; coverage: { functions: number } },
  ];
  expect(module.errors).toBe(1);
  expect(module.findings.map(({ rule }) => rule).sort()).toEqual([
    'functions/name',
    'inlined/call-column',
    'lines/not-instruction',
  ]);
  // The opcode that makes the row is a copy.
  const row = module.findings.find(({ rule }) => rule === 'lines/not-instruction')!;
  expect(bad()[row.fileOffset]).toBe(1);
  expect(module.coverage.functions).toBe(2);
});

test('SARIF names the rules and the places', async () => {
  const { io } = await run(['bad.wasm', '--format', 'sarif']);
  const { version, runs } = JSON.parse(io.output) as {
    version: string;
    runs: [
      {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; locations: object[] }[];
      },
    ];
  };
  expect(version).toBe('2.1.0');
  const [{ tool, results }] = runs;
  expect(results.map(({ level }) => level).sort()).toEqual(['error', 'warning']);
  for (const { ruleId, ruleIndex, locations } of results) {
    expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    expect(locations).toHaveLength(1);
  }
});

describe('a component', () => {
  /** A component around core modules (component model, binary format). */
  const component = (...modules: readonly Uint8Array[]): Uint8Array =>
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0],
      ...modules.flatMap((each) => [1, ...uleb(each.length), ...each]),
    ]);

  test('each core module is verified, at its place in the file', async () => {
    const bytes = component(good, bad());
    const { status, io } = await run(['c.wasm', '--json', '--severity', 'note'], { 'c.wasm': bytes });
    expect(status).toBe(1);
    const parts = JSON.parse(io.output) as {
      errors: number;
      coreModule?: { index: number; offset: number };
      findings: { rule: string; fileOffset: number }[];
    }[];
    const start = bytes.length - bad().length;
    expect(parts.map(({ coreModule, errors }) => [coreModule?.index, coreModule?.offset, errors])).toEqual([
      [undefined, undefined, 0],
      [0, bytes.length - bad().length - good.length - 1 - uleb(bad().length).length, 0],
      [1, start, 1],
    ]);
    const alone = await run(['bad.wasm', '--json', '--severity', 'note']);
    const [one] = JSON.parse(alone.io.output) as typeof parts;
    expect(parts[2]!.findings).toEqual(one!.findings.map((each) => ({ ...each, fileOffset: each.fileOffset + start })));
  });

  test('one that clang and wasm-ld made: nothing is found', async () => {
    const { status, io } = await run(['c.wasm'], { 'c.wasm': fixture('component').module });
    expect(status).toBe(0);
    expect(io.output.match(/core module \d/g)).toEqual(['core module 0', 'core module 1', 'core module 0']);
    expect(io.output).not.toMatch(/[1-9]\d* (error|warning)/);
  });

  test('a core module that cannot be read, and odd sections around them', async () => {
    const bytes = Uint8Array.from([...component(good, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), 11, 9, 0]);
    const { status, io } = await run(['c.wasm'], { 'c.wasm': bytes });
    expect(status).toBe(1);
    expect(io.output).toMatch(/error: module\/section-past-end \(1 time\)/);
    expect(io.output).toMatch(/warning: component\/unreadable \(1 time\)/);
    expect(io.output).toContain('c.wasm: 1 error, 1 warning\n');
    expect(io.output).toMatch(/c\.wasm \(core module 0 at 0x[0-9a-f]+\): 0 errors, 0 warnings/);
  });

  test('with a debug file, which is of one module: status 2', async () => {
    const args = ['c.wasm', '--debug-file', 'good.wasm'];
    expect((await run(args, { 'c.wasm': component(good, bad()) })).status).toBe(2);
    expect((await run(args, { 'c.wasm': component(good) })).status).toBe(0);
  });
});

test('what the container is found to be wrong with is told', async () => {
  const odd = Uint8Array.from([...good, 1, 1, 0]);
  const { io } = await run(['odd.wasm'], { 'odd.wasm': odd });
  expect(io.output).toContain('warning: module/duplicate-section');
});

test('annotations are escaped', async () => {
  const { io } = await run(['a,b.wasm', '--format', 'github'], { 'a,b.wasm': bad() });
  expect(io.output).toMatch(/^::(error|warning) file=a%2Cb\.wasm,title=[a-z]+\/[a-z-]+::/);
  expect(io.output.trim().split('\n')).toHaveLength(2);
});

test('a baseline leaves out what is known, and tells what is new', async () => {
  const first = await run(['bad.wasm', '--write-baseline', 'known.json']);
  const known = first.io.written.get('/dir/known.json')!;
  const second = await run(['bad.wasm', '--baseline', 'known.json'], { 'known.json': known });
  expect(second.status).toBe(0);
  expect(second.io.output).toContain('3 known');
  const third = await run(['bad.wasm', '--baseline', 'none.json'], { 'none.json': new TextEncoder().encode('{}') });
  expect(third.status).toBe(1);
  const broken = await run(['bad.wasm', '--baseline', 'x.json'], { 'x.json': new TextEncoder().encode('{') });
  expect(broken.status).toBe(2);
});

test('--rules lists every rule', async () => {
  const { status, io } = await run(['--rules']);
  expect(status).toBe(0);
  for (const name of Object.keys(RULES)) expect(io.output).toContain(name);
});

test('--statistics is the coverage alone', async () => {
  const { status, io } = await run(['bad.wasm', '--statistics']);
  expect(status).toBe(0);
  const [module] = JSON.parse(io.output) as [
    { findings: object[]; coverage: { code: number; withRow: number; units: object[] } },
  ];
  expect(module.findings).toEqual([]);
  expect(module.coverage.units).toHaveLength(1);
  expect(module.coverage.withRow).toBeGreaterThan(0);
});

describe('--against', () => {
  const module = fixture('nested-v4').module;

  test('a module and itself: nothing is lost', async () => {
    const { status, io } = await run(['a.wasm', '--against', 'b.wasm', '--run'], {
      'a.wasm': module,
      'b.wasm': module,
    });
    expect(status).toBe(0);
    expect(io.output).toMatch(/all frames right +\d+ {2}100\.0 %/);
    expect(io.output).toMatch(/run in this engine: (\d+) stacks of both, \1 of \1 right/);
  });

  test('a module whose lines are moved: status 1, and says where', async () => {
    const program = described(4);
    program.rows[3]!.line = 13;
    const after = assembleDescribed(program).module;
    const before = assembleDescribed(described(4)).module;
    const { status, io } = await run(['after.wasm', '--against', 'before.wasm', '--json'], {
      'after.wasm': after,
      'before.wasm': before,
    });
    expect(status).toBe(1);
    const [comparison] = JSON.parse(io.output) as [
      {
        basis: string;
        counts: { instructions: number; right: number; otherLine: number };
        functions: { lostLines: string[] }[];
      },
    ];
    expect(comparison.basis).toBe('inferred');
    expect(comparison.counts.otherLine).toBe(comparison.counts.instructions - comparison.counts.right);
    // The call; what follows it is filler.
    expect(comparison.counts.otherLine).toBe(1);
    expect(comparison.functions.flatMap(({ lostLines }) => lostLines)).toEqual([expect.stringMatching(/app\.c:12$/)]);
  });

  test('with a provenance file, which says where every instruction comes from', async () => {
    const listing = listCode(module);
    const { provenance } = walkCode(listing, listing);
    const files = { 'a.wasm': module, 'b.wasm': module, 'a.prov': writeProvenance(provenance) };
    const { status, io } = await run(['a.wasm', '--against', 'b.wasm', '--provenance', 'a.prov'], files);
    expect(status).toBe(0);
    expect(io.output).toContain('where code comes from is given');
    expect(io.output).toMatch(/all frames right +\d+ {2}100\.0 %/);
  });

  test('functions that were made one, of which the whole stack tells which it is: nothing is lost', async () => {
    const before = openModule(rewriteFixture('alike-oz'));
    const stripped = withoutDebugInfo(before.module);
    const plan = planOptimization(['in', '-Oz', '-o', 'out']);
    const options = { driver: 'staged', optimizers: { tool: wasmOpt(), loadBinaryen } } as const;
    const optimized = await optimize({ module: stripped, listing: listCode(stripped) }, plan, options);
    expect(optimized.provenance.qualities).toContain(QUALITY.merged);
    const after = rewriteDebugInfo(before, optimized.module, optimized.provenance);
    const provenance = writeProvenance(optimized.provenance);
    const files = { 'a.wasm': after, 'b.wasm': before.module.window.toBytes(), 'a.prov': provenance };
    const { status, io } = await run(['a.wasm', '--against', 'b.wasm', '--provenance', 'a.prov'], files);
    expect(io.output).toMatch(/all frames right +185 +100\.0 %/);
    expect(status).toBe(0);
  });

  test('provenance of other code: status 2', async () => {
    const listing = listCode(module);
    const other = listCode(good);
    const { provenance } = walkCode(other, other);
    const files = { 'a.wasm': module, 'b.wasm': module, 'a.prov': writeProvenance(provenance) };
    expect(listing.functionCount).not.toBe(other.functionCount);
    const { status, io } = await run(['a.wasm', '--against', 'b.wasm', '--provenance', 'a.prov'], files);
    expect(status).toBe(2);
    expect(io.errors).toMatch(/provenance of other code/);
  });
});
