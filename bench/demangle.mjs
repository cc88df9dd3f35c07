/**
 * Demangling a program's names as a whole process, Node's start included, against llvm-cxxfilt-19: CPU time (user +
 * system), the two in turns, medians.
 *
 *   npm run build && node bench/demangle.mjs [names.txt]
 *
 * One name a line; without a file, the names of ../shared/cases/demangle/real.tsv.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RUNS = 11;
const ORACLE = 'llvm-cxxfilt-19';

if (process.argv[2] === '--child') {
  const { demangle } = await import('../dist/symbolize/demangle.js');
  const lines = readFileSync(0, 'utf8').split('\n');
  let rest = Buffer.from(lines.map(demangle).join('\n'));
  while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
} else compare();

function compare() {
  const file = process.argv[2] ?? fileURLToPath(new URL('../../shared/cases/demangle/real.tsv', import.meta.url));
  if (!existsSync(file)) {
    console.log(`skipped: no ${file}`);
    return;
  }
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[0]);
  const input = names.join('\n');
  const own = [process.execPath, fileURLToPath(import.meta.url), '--child'];
  const expected = run([ORACLE], input);
  const answers = run(own, input);
  if (expected === undefined || answers === undefined) {
    console.log(`skipped: ${expected === undefined ? ORACLE : 'the built package'} does not run`);
    return;
  }
  console.log(`${names.length} names, ${answers.text === expected.text ? 'all' : 'NOT all'} as ${ORACLE} has them`);
  const ours = [];
  const theirs = [];
  for (let turn = 0; turn < RUNS; turn++) {
    ours.push(run(own, input).seconds);
    theirs.push(run([ORACLE], input).seconds);
  }
  console.log(`ours ${median(ours).toFixed(3)} s, ${ORACLE} ${median(theirs).toFixed(3)} s CPU`);
  console.log(`ratio ${(median(ours) / median(theirs)).toFixed(2)}`);
}

/** What a command prints, and the CPU time it took, by the shell's `times`. */
function run(command, input) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const script = '"$@" && times >&2';
  const shell = spawnSync('sh', ['-c', script, 'sh', ...command], { input, env, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (shell.status !== 0) return undefined;
  // The second line is the children's: 0m0.050s 0m0.010s.
  const [user, system] = shell.stderr.trim().split('\n').at(-1).split(' ').map(secondsOf);
  return { text: shell.stdout, seconds: user + system };
}

function secondsOf(text) {
  const [minutes, seconds] = text.split('m');
  return Number(minutes) * 60 + Number.parseFloat(seconds);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
