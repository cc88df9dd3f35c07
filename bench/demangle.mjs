/**
 * Demangling a program's names as a whole process, Node's start included, against llvm-cxxfilt-19: CPU time (user +
 * system), the two in turns, medians. Then where ours goes.
 *
 *   npm run build && node bench/demangle.mjs [names.txt]
 *
 * One name a line; without a file, the names of ../shared/cases/demangle/real.tsv.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { compare, median, own, run } from './support.mjs';

const RUNS = 11;
const WARM_PASSES = 10;
const PIECE = 1 << 16;
const ORACLE = 'llvm-cxxfilt-19';

const [mode, file] = process.argv.slice(2);
if (mode === '--answer') await answer(file);
else if (mode === '--split') await split(file);
else await compareAll(mode ?? own('../shared/cases/demangle/real.tsv'));

async function compareAll(list) {
  if (!existsSync(list)) {
    console.log(`skipped: no ${list}`);
    return;
  }
  const names = readFileSync(list, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0]);
  const input = names.join('\n');
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-bench-'));
  try {
    const ours = [process.execPath, fileURLToPath(import.meta.url), '--answer', await bundled(folder)];
    const theirs = [ORACLE];
    const expected = run(theirs, input);
    if (expected === undefined) console.log(`skipped: ${ORACLE} is not installed`);
    else {
      const same = run(ours, input).text.trimEnd() === expected.text.trimEnd();
      console.log(`${names.length} names, ${same ? 'all' : 'NOT all'} as ${ORACLE} has them`);
      compare('demangling', ours, theirs, RUNS, [input, input]);
      // Neither remembers names: what is left of the start, and of compiling, when there are ten times as many.
      const tenfold = Array.from({ length: 10 }, () => input).join('\n');
      compare('ten times over', ours, theirs, RUNS, [tenfold, tenfold]);
      const [once, ten] = [input, tenfold].map((text) =>
        median(Array.from({ length: RUNS }, () => run(theirs, text).seconds)),
      );
      console.log(`a pass more takes ${ORACLE} ${(((ten - once) / 9) * 1000).toFixed(0)} ms; ours:`);
    }
    printSplit(ours.with(2, '--split'), input);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The demangler in one file, as it is in the executables. */
async function bundled(folder) {
  const { build } = await import('esbuild');
  const outfile = join(folder, 'demangle.mjs');
  await build({
    entryPoints: [own('dist/symbolize/demangle.js')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return pathToFileURL(outfile).href;
}

/** Reads names, writes what they mean; `reached` is told where it has got to. */
async function answer(module, reached = () => {}) {
  // What the executables set for long lists.
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=100');
  reached('start of Node');
  const { demangle } = await import(module);
  reached('loading');
  const input = readFileSync(0, 'utf8');
  reached('reading names');
  // A piece after the other, as the executables answer lists of addresses: no more than that is held at a time.
  for (let at = 0; at < input.length; ) {
    const newline = input.indexOf('\n', at + PIECE);
    const end = newline < 0 ? input.length : newline + 1;
    const answers = input.slice(at, end).split('\n').map(demangle).join('\n');
    for (let rest = Buffer.from(answers); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
    at = end;
  }
  reached('first pass, written');
  return { demangle, names: input.split('\n') };
}

/** Answers, and tells on standard error how long each part took, in milliseconds. */
async function split(module) {
  const times = {};
  let before = 0;
  const reached = (part) => {
    const { user, system } = process.cpuUsage();
    times[part] = (user + system) / 1000 - before;
    before += times[part];
  };
  const { demangle, names } = await answer(module, reached);
  for (let pass = 0; pass < WARM_PASSES; pass++) names.map(demangle);
  reached('a warm pass');
  times['a warm pass'] /= WARM_PASSES;
  writeSync(2, JSON.stringify(times));
}

function printSplit([command, ...args], input) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const runs = Array.from({ length: RUNS }, () =>
    JSON.parse(spawnSync(command, args, { input, env, encoding: 'utf8', maxBuffer: 2 ** 30 }).stderr),
  );
  const parts = Object.keys(runs[0]).map((part) => `${part} ${median(runs.map((times) => times[part])).toFixed(0)} ms`);
  console.log(parts.join(', '));
}
