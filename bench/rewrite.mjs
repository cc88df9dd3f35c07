/**
 * What full optimization with exact frames costs, on modules of ../shared/corpus.
 *
 *   npm run build && node bench/rewrite.mjs
 *
 * 1. sqlite at -O3, staged: CPU time (user + system) of all that is ours (reading, maps, replay, composing, writing)
 *    against that of the three runs of npm's wasm-opt.
 * 2. A module of 10 MB of code: CPU time and peak memory of reading its frames, composing and writing them anew.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { own, withCorpusModule } from './support.mjs';

const load = (path) => import(own(`dist/${path}.js`));
const [{ openModule }, { listCode }, { withoutDebugInfo }, { rewriteDebugInfo }] = await Promise.all(
  ['debug-module/debug-module', 'rewrite/code-listing', 'rewrite/debug-sections', 'rewrite/rewrite-debug-info'].map(
    load,
  ),
);

const [mode, argument] = process.argv.slice(2);
if (mode === '--compose') {
  await compose(argument);
} else {
  await withCorpusModule('sqlite-O2-g5', optimizeStaged);
  await withCorpusModule('binaryen-O2g5', composeApart);
}

async function optimizeStaged(file) {
  const [{ optimize }, { planOptimization }, { processTool }] = await Promise.all(
    ['rewrite/optimize', 'rewrite/drivers/wasm-opt-arguments', 'node/process-tool'].map(load),
  );
  // The shell adds two lines to a file, its own times and those of what it ran.
  const log = join(dirname(file), 'times');
  const script = '"$@" && times >> "$LOG"';
  const command = ['sh', '-c', script, 'sh', process.execPath, own('node_modules/binaryen/bin/wasm-opt')];
  const tool = processTool(command, { env: { ...process.env, LOG: log } });
  const start = process.cpuUsage();
  const before = openModule(readFileSync(file));
  const module = withoutDebugInfo(before.module);
  const plan = planOptimization(['in.wasm', '-O3', '-o', 'out.wasm']);
  const optimized = await optimize({ module, listing: listCode(module) }, plan, {
    driver: 'staged',
    optimizers: { tool },
  });
  const written = rewriteDebugInfo(before, optimized.module, optimized.provenance);
  const ours = secondsOf(process.cpuUsage(start));
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  // The first run asks for the version.
  const runs = lines.filter((_, n) => n % 2 === 1 && n > 2).map(shellSeconds);
  const theirs = runs.reduce((sum, each) => sum + each, 0);
  console.log(
    `sqlite -O3 staged: ours ${ours.toFixed(1)} s, ${runs.length} runs of wasm-opt ${theirs.toFixed(1)} s CPU, ` +
      `ratio ${(ours / theirs).toFixed(2)}; ${optimized.listing.identity.size} bytes of code, ${written.length} in all`,
  );
}

/** In a process of its own, whose memory is counted. */
function composeApart(file) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--compose', file], { encoding: 'utf8' });
  console.log(child.status === 0 ? child.stdout.trim() : child.stderr);
}

async function compose(file) {
  const { walkCode } = await load('rewrite/drivers/code-walk');
  const before = openModule(readFileSync(file));
  const module = withoutDebugInfo(before.module);
  const listing = listCode(module);
  const { provenance } = walkCode(listing, listing);
  const written = rewriteDebugInfo(before, module, provenance);
  const { maxRSS } = process.resourceUsage();
  console.log(
    `${(listing.identity.size / 1e6).toFixed(1)} MB of code, ${listing.offsets.length} instructions: composed and written ` +
      `in ${secondsOf(process.cpuUsage()).toFixed(1)} s CPU, ${(maxRSS / 1e6).toFixed(2)} GB at most, ` +
      `${(readFileSync(file).length / 1e6).toFixed(0)} MB in, ${(written.length / 1e6).toFixed(0)} MB out`,
  );
}

function secondsOf({ user, system }) {
  return (user + system) / 1e6;
}

/** `0m1.250s 0m0.100s`, user and system, as `times` prints them of what ran. */
function shellSeconds(line) {
  return line
    .split(' ')
    .map((each) => /^(\d+)m([\d.]+)s$/.exec(each))
    .reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}
