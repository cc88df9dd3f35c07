/**
 * `wasm-frames trace` over 100 MB of log with a stack in every thousandth line, against `grep wasm-function` over the
 * same: CPU time (user + system) of whole processes in turns, medians, and without what a process takes that has next
 * to nothing to read. Once with the same stack every time, as a log of one crash has it, and once with frames of
 * JavaScript in it that are never the same, so that no text of a stack repeats.
 *
 *   npm run build && node bench/trace.mjs [megabytes]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = 9;
const SIZE = Number(process.argv[2] ?? 100) * 1e6;
const MODULE = fileURLToPath(new URL('../test/crash/engine/recorder.wasm', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/bin/wasm-frames.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-bench-'));
try {
  const log = join(folder, 'log.txt');
  const short = join(folder, 'short.txt');
  const different = join(folder, 'different.txt');
  const stacks = writeLog(log);
  writeLog(different, { repeat: false });
  writeFileSync(short, readFileSync(log, 'utf8').slice(0, 200_000));
  const trace = (file) => [
    'sh',
    '-c',
    `"$0" "$1" trace -e "$2" "$3" > /dev/null`,
    process.execPath,
    PROGRAM,
    MODULE,
    file,
  ];
  const written = spawnSync(process.execPath, [PROGRAM, 'trace', '-e', MODULE, log], {
    encoding: 'utf8',
    maxBuffer: 2 ** 31 - 1,
  });
  const found = written.stdout.match(/recorder\.cpp/g)?.length ?? 0;
  console.log(`${(SIZE / 1e6).toFixed(0)} MB, ${stacks} stacks, ${found} lines with a place in the source`);
  const times = { grep: [], trace: [], short: [], different: [] };
  for (let turn = 0; turn < RUNS; turn++) {
    times.grep.push(seconds(['sh', '-c', 'grep wasm-function "$0" > "$0.found"', log]));
    times.trace.push(seconds(trace(log)));
    times.short.push(seconds(trace(short)));
    times.different.push(seconds(trace(different)));
  }
  const [grep, whole, start, other] = [times.grep, times.trace, times.short, times.different].map(median);
  console.log(`grep ${grep.toFixed(3)} s, trace ${whole.toFixed(3)} s CPU, of it ${start.toFixed(3)} s to start`);
  console.log(`different stacks: ${other.toFixed(3)} s, ratio ${(other / grep).toFixed(1)}`);
  console.log(`ratio ${(whole / grep).toFixed(1)}, of the stream alone ${((whole - start) / grep).toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Lines as servers write them, every thousandth followed by a stack of this engine; answers how many of those. */
function writeLog(path, { repeat = true } = {}) {
  const stack = crash();
  const words =
    'request handled for user with session token in region ok latency database query cache miss worker exiting'.split(
      ' ',
    );
  const file = openSync(path, 'w');
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  let stacks = 0;
  let block = '';
  for (let size = 0, line = 1; size < SIZE; line++) {
    const text = Array.from(
      { length: 6 + Math.floor(random() * 10) },
      () => words[Math.floor(random() * words.length)],
    );
    block += `2026-11-22T15:00:${String(line % 60).padStart(2, '0')}Z INFO [${line % 16}] ${text.join(' ')} ${line.toString(16)}\n`;
    if (line % 1000 === 0) {
      block += repeat ? stack : stack.replace(/:(\d+)\)$/m, `:${line})`);
      stacks++;
    }
    if (block.length > 1 << 20) {
      size += writeSync(file, block);
      block = '';
    }
  }
  closeSync(file);
  return stacks;
}

/** What this engine says when the program traps. */
function crash() {
  const host = { call: () => 0 };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(MODULE)), { host });
  try {
    exports.trap(101);
    return '';
  } catch (error) {
    return `${error.stack}\n`;
  }
}

/** The CPU time that a command takes, by bash, whose `time` is exact to the millisecond. */
function seconds(command) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = { ...process.env, TIMEFORMAT: '%U %S' };
  const shell = spawnSync('bash', ['-c', 'time "$@"', 'bash', ...command], { env, encoding: 'utf8' });
  const [user, system] = shell.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return user + system;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
