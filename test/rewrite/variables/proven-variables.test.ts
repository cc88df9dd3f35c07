// Programs report the addresses of their variables while they run. Each has to be where the debug information of the
// optimized module says: at its distance from a frame base in a local of the code. What is in that local Binaryen's
// `instrument-locals` says, and the debug information is read by llvm-dwarfdump.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { listCode } from '../../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../../src/rewrite/debug-sections.ts';
import { planOptimization } from '../../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { optimize } from '../../../src/rewrite/optimize.ts';
import { rewriteDebugInfo } from '../../../src/rewrite/rewrite-debug-info.ts';
import { WasmModule } from '../../../src/wasm/module.ts';
import { ask, hasTool } from '../../support/tools.ts';
import { wasmOpt } from '../../support/wasm-opt.ts';

const CLANG = 'clang-19';
const LINKER = 'wasm-ld-19';

const SOURCE = `
__attribute__((import_name("report"))) void report(int id, void *address);
__attribute__((import_name("seed"))) int seed(void);
struct pair { int one, other; };
static void fill(int *list, int count) { for (int i = 0; i < count; i++) list[i] = seed() + i; }
__attribute__((noinline)) static int leaf(int alpha) {
  int beta[4];
  report(0, &alpha);
  report(1, beta);
  fill(beta, 4);
  return beta[alpha & 3];
}
__attribute__((noinline)) static int middle(struct pair gamma, int delta) {
  int epsilon = gamma.one * delta;
  report(2, &epsilon);
  for (int zeta = 0; zeta < 3; zeta++) {
    int eta[2] = { zeta, epsilon };
    report(3, eta);
    epsilon += leaf(eta[zeta & 1]);
  }
  report(4, &gamma);
  return epsilon;
}
__attribute__((noinline)) static int once(int nu) {
  int xi[2];
  report(9, xi);
  fill(xi, 2);
  return xi[nu & 1];
}
static int theta;
static int small(int iota) { int kappa = iota; report(5, &kappa); return kappa + 1; }
__attribute__((export_name("run"))) int run(void) {
  struct pair lambda = { seed(), seed() };
  report(6, &lambda);
  report(7, &theta);
  int sum = middle(lambda, 3) + small(lambda.one);
  if (sum > 3) { int mu[3]; report(8, mu); fill(mu, 3); sum += mu[1] + leaf(mu[2]); }
  return sum + middle(lambda, sum) + small(sum) + once(sum);
}
`;
/** By number of the report. */
const NAMES = ['alpha', 'beta', 'epsilon', 'eta', 'gamma', 'kappa', 'lambda', 'theta', 'mu', 'xi'];

interface Instance {
  readonly name: string;
  readonly start: number;
  /** The local that holds the frame base, -1 for the stack pointer. */
  readonly local: number | undefined;
  readonly offsets: ReadonlyMap<string, number>;
}

/** Functions with code and the variables that are said to be in their frames, as llvm-dwarfdump prints them. */
function instancesOf(module: Uint8Array): Instance[] {
  const text = ask('llvm-dwarfdump-19', ['--debug-info'], module);
  const found: { name: string; start: number; local: number | undefined; offsets: Map<string, number> }[] = [];
  for (const entry of text.split(/\n(?=0x[0-9a-f]{8}: )/)) {
    const name = /DW_AT_(?:abstract_origin|name)\t\((?:0x[0-9a-f]+ )?"([^"]*)"/.exec(entry)?.[1] ?? '';
    const start = /DW_AT_low_pc\t\(0x([0-9a-f]+)\)/.exec(entry)?.[1];
    if (entry.includes('DW_TAG_subprogram') && start !== undefined) {
      const base = /DW_AT_frame_base\t\(DW_OP_WASM_location 0x([0-9a-f]+) 0x([0-9a-f]+), DW_OP_stack_value\)/.exec(
        entry,
      );
      const local = base === null ? undefined : base[1] === '0' ? Number.parseInt(base[2]!, 16) : -1;
      found.push({ name, start: Number.parseInt(start, 16), local, offsets: new Map() });
    }
    const offset = /DW_AT_location\t\(DW_OP_fbreg ([+-]\d+)\)/.exec(entry)?.[1];
    if (offset !== undefined) found.at(-1)!.offsets.set(name, Number(offset));
  }
  return found;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proven-variables-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(level: string): Uint8Array {
  const [source, object, module] = ['a.c', 'a.o', 'a.wasm'].map((name) => join(folder, name));
  writeFileSync(source!, SOURCE);
  execFileSync(CLANG, ['--target=wasm32', '-ffreestanding', level, '-g', '-c', source!, '-o', object!]);
  const options = ['--no-entry', '--allow-undefined', '--export=__stack_pointer', object!, '-o', module!];
  execFileSync(LINKER, options);
  return readFileSync(module!);
}

interface Run {
  /** Variables whose places were said and looked at. */
  readonly placed: string[];
  readonly wrong: string[];
}

/** Runs a module with its locals watched, and looks where its variables are. */
async function watch(module: Uint8Array): Promise<Run> {
  const instances = instancesOf(module);
  const listing = listCode(module);
  const plain = withoutDebugInfo(listing.module);
  const args = [{ input: plain }, '--instrument-locals', '-g', '-o', { output: 'out' }];
  const watched = (await wasmOpt().run(args)).outputs.get('out')!;
  const added = listCode(watched).importCount - listing.importCount;
  /** Of each function that runs, outermost first: its number and its locals. */
  const frames: { index: number; locals: Map<number, number> }[] = [];
  const stack = (): number[] => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 100;
    const text = new Error('here').stack ?? '';
    Error.stackTraceLimit = limit;
    return [...text.matchAll(/wasm-function\[(\d+)\]/g)].map(([, index]) => Number(index) - added).reverse();
  };
  const top = (): { index: number; locals: Map<number, number> } => {
    const now = stack();
    while (frames.length > now.length) frames.pop();
    now.forEach((index, depth) => {
      if (frames[depth]?.index === index) return;
      frames.length = depth;
      frames.push({ index, locals: new Map() });
    });
    return frames.at(-1)!;
  };
  const placed: string[] = [];
  const wrong: string[] = [];
  let exports: Record<string, unknown> = {};
  const report = (id: number, address: number): void => {
    const { index, locals } = top();
    const start = listing.offsets[listing.first[index - listing.importCount]!]!;
    const instance = instances.find((each) => each.start === start);
    const name = NAMES[id]!;
    const offset = instance?.offsets.get(name);
    if (offset === undefined || instance?.local === undefined) return;
    const pointer = (exports['__stack_pointer'] as { value: number }).value;
    const base = instance.local < 0 ? pointer : locals.get(instance.local);
    placed.push(`${instance.name} ${name}`);
    if (base === undefined || base + offset !== address)
      wrong.push(`${instance.name} ${name}: ${base} + ${offset} is not ${address}`);
  };
  let seed = 0;
  const set = (_id: number, local: number, value: unknown): unknown => {
    if (typeof value === 'number') top().locals.set(local, value);
    return value;
  };
  const get = (_id: number, _local: number, value: unknown): unknown => value;
  const env = new Proxy({ report, seed: () => seed++ } as Record<string, unknown>, {
    get: (known, name: string) => known[name] ?? (name.startsWith('set_') ? set : get),
  });
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: {
      instantiate(bytes: Uint8Array, imports: unknown): Promise<{ instance: { exports: Record<string, unknown> } }>;
    };
  };
  ({ exports } = (await WebAssembly.instantiate(watched, { env })).instance);
  for (let round = 0; round < 3; round++) {
    frames.length = 0;
    (exports['run'] as () => number)();
  }
  return { placed: [...new Set(placed)].sort(), wrong };
}

const PLACED = ['leaf alpha', 'leaf beta', 'middle epsilon', 'middle eta', 'run lambda', 'run mu'];
const available = [CLANG, LINKER, 'llvm-dwarfdump-19'].every(hasTool);

describe.skipIf(!available)('variables are where they are said to be', () => {
  test.each([
    ['-O0', '-O1', [...PLACED, 'once xi', 'small kappa']],
    // What was inlined has a frame of its caller's making: nothing is said of it.
    ['-O0', '-O3', [...PLACED, 'small kappa']],
    ['-O0', '-Oz', [...PLACED, 'small kappa']],
    ['-O1', '-O1', [...PLACED, 'once xi']],
    ['-O1', '-O3', PLACED],
    ['-O2', '-O3', PLACED],
  ])('clang %s, wasm-opt %s', async (level, optimizer, expected) => {
    const bytes = compile(level);
    const stripped = withoutDebugInfo(WasmModule.read(bytes));
    const optimized = await optimize(
      { module: stripped, listing: listCode(stripped) },
      planOptimization([optimizer, '-o', 'x']),
      { driver: 'staged', optimizers: { tool: wasmOpt(), loadBinaryen: () => Promise.reject(new Error('unused')) } },
    );
    const notes: string[] = [];
    const rewritten = rewriteDebugInfo(
      openModule(bytes, { report: ({ rule, message }) => rule === 'write/locations' && notes.push(message) }),
      optimized.module,
      optimized.provenance,
      { keep: 'all' },
    );
    const { placed, wrong } = await watch(rewritten);
    expect(wrong).toEqual([]);
    expect(placed).toEqual([...expected].sort());
    expect(notes.join()).toMatch(/^locations of \d+ variables left out: .* \(\d+ are where they were\)$/);
    // Places in static memory are what they were.
    expect(ask('llvm-dwarfdump-19', ['--debug-info', '--name=theta'], rewritten)).toMatch(/DW_OP_addr 0x/);
  });
});
