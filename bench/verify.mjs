/**
 * Verifying a large module as a whole process, Node's start included, against llvm-dwarfdump-19 --verify: CPU time
 * (user + system) and peak memory, the two in turns, medians.
 *
 *   npm run build && node bench/verify.mjs [module.wasm]
 *
 * Without a file, the module of ../shared/corpus that is 127 MB large. Memory is what the process had at most; both
 * have the module's file in it, which is told apart.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const RUNS = 5;
const ORACLE = 'llvm-dwarfdump-19';
const CORPUS = fileURLToPath(new URL('../../shared/corpus/binaryen-O2g5.wasm.gz', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-bench-'));
try {
  compare(process.argv[2] ?? unpacked());
} finally {
  rmSync(folder, { recursive: true });
}

function unpacked() {
  if (!existsSync(CORPUS)) return undefined;
  const file = join(folder, 'module.wasm');
  writeFileSync(file, gunzipSync(readFileSync(CORPUS)));
  return file;
}

function compare(file) {
  if (file === undefined) {
    console.log(`skipped: no ${CORPUS}`);
    return;
  }
  const cli = fileURLToPath(new URL('../dist/bin/wasm-frames.js', import.meta.url));
  const own = [process.execPath, cli, 'verify', file];
  const other = [ORACLE, '--verify', '--error-display=summary', file];
  const ours = [];
  const theirs = [];
  for (let turn = 0; turn < RUNS; turn++) {
    ours.push(run(own));
    theirs.push(run(other));
  }
  if ([...ours, ...theirs].includes(undefined)) {
    console.log(`skipped: ${ours.includes(undefined) ? 'the built package' : ORACLE} does not run`);
    return;
  }
  const size = statSync(file).size / 1e6;
  for (const [name, runs] of [
    ['ours', ours],
    [`${ORACLE} --verify`, theirs],
  ]) {
    const seconds = median(runs.map((each) => each.seconds));
    const peak = median(runs.map((each) => each.peak));
    console.log(
      `${name}: ${seconds.toFixed(2)} s CPU, ${peak.toFixed(0)} MB at most, ${size.toFixed(0)} of them the file`,
    );
  }
  const ratio = median(ours.map((each) => each.seconds)) / median(theirs.map((each) => each.seconds));
  console.log(`ratio ${ratio.toFixed(2)}`);
}

/** The CPU time and the peak of a command's memory, by the kernel's account of it. */
function run(command) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const script =
    'import os, resource, subprocess, sys\n' +
    'status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode\n' +
    'usage = resource.getrusage(resource.RUSAGE_CHILDREN)\n' +
    'print(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)';
  const python = spawnSync('python3', ['-c', script, ...command], { env, encoding: 'utf8' });
  if (python.status !== 0) return undefined;
  const [status, seconds, peak] = python.stdout.trim().split(' ').map(Number);
  // Both say 1 where there are findings.
  return status > 1 || status < 0 ? undefined : { seconds, peak };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
