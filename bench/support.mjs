/** What the benchmarks share: CPU time of whole processes, medians of alternating runs, the large module. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** A file of the project. */
export const own = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What a command prints, and its CPU time (user and system, in seconds), or undefined where it does not run. */
export function run([command, ...args], input = '') {
  // A certificate bundle that Node parses at every start has nothing to do with us.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const shell = spawnSync('sh', ['-c', '"$@" && times >&2', 'sh', command, ...args], {
    input,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (shell.status !== 0) return undefined;
  const [user, system] = shell.stderr.trim().split('\n').at(-1).split(' ').map(secondsOf);
  return { text: shell.stdout, seconds: user + system };
}

/** `0m1.250s` as `times` prints it. */
function secondsOf(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return 60 * Number(minutes) + Number(seconds);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Runs two commands in turns and prints their medians and the ratio. */
export function compare(what, ours, theirs, runs, [oursInput = '', theirsInput = ''] = []) {
  const times = { ours: [], theirs: [] };
  for (let turn = 0; turn < runs; turn++) {
    times.ours.push(run(ours, oursInput).seconds);
    times.theirs.push(run(theirs, theirsInput).seconds);
  }
  const [a, b] = [median(times.ours), median(times.theirs)];
  console.log(`${what}: ours ${a.toFixed(3)} s, ${theirs[0]} ${b.toFixed(3)} s CPU, ratio ${(a / b).toFixed(2)}`);
}

/** Calls `use` with a large real module in a temporary folder; says so where there is none. */
export async function withCorpusModule(name, use) {
  const packed = fileURLToPath(new URL(`../../shared/corpus/${name}.wasm.gz`, import.meta.url));
  if (!existsSync(packed)) {
    console.log(`skipped: no ../shared/corpus/${name}.wasm.gz`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-bench-'));
  try {
    const file = join(folder, `${name}.wasm`);
    writeFileSync(file, gunzipSync(readFileSync(packed)));
    await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
