/**
 * One address and 100,000 random addresses of a large module against llvm-symbolizer 19: CPU time of whole processes, in
 * turns, medians; answers compared. Then the decoders by themselves, in MB/s.
 *
 *   npm run build && node bench/symbolize.mjs
 */
import { compare, own, run, withCorpusModule } from './support.mjs';

const RUNS = 9;
const ORACLE = 'llvm-symbolizer-19';

await withCorpusModule('binaryen-O2g5', async (file) => {
  const { openModule, openFileSource, codeStart, codeSize } = await open(file);
  const addresses = randomAddresses(100_000, codeSize);
  const inCode = addresses.map((address) => `0x${address.toString(16)}\n`);
  const inFile = addresses.map((address) => `0x${(address + codeStart).toString(16)}\n`);
  const tool = [process.execPath, own('dist/bin/wasm-symbolizer.js')];
  if (run([ORACLE, '--version']) === undefined) {
    console.log(`skipped: ${ORACLE} is not installed`);
  } else {
    for (const names of ['--no-demangle', '--demangle']) {
      const [first] = addresses;
      const one = (space) => `0x${(first + space).toString(16)}`;
      const ours = [...tool, names, '-e', file];
      const theirs = [ORACLE, names, '-e', file];
      compare(`1 address, ${names}`, [...ours, one(codeStart)], [...theirs, one(0)], RUNS);
      compare(`100,000 addresses, ${names}`, ours, theirs, RUNS, [inFile.join(''), inCode.join('')]);
    }
    // Versions 18 to 22 name outermost frames wrongly on linked modules: short names are right.
    const shown = ['--functions=short', '--no-demangle', '-e', file];
    const same = run([...tool, ...shown], inFile.join('')).text === run([ORACLE, ...shown], inCode.join('')).text;
    console.log(same ? 'all answers are the same' : 'NOT all answers are the same');
  }
  await decoders(openModule(openFileSource(file)));
});

async function open(file) {
  const { openModule } = await import('../dist/index.js');
  const { openFileSource } = await import('../dist/node/index.js');
  const { module } = openModule(openFileSource(file));
  return { openModule, openFileSource, codeStart: module.codeStart, codeSize: module.code.size };
}

/** The same ones at every run. */
function randomAddresses(count, size) {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * (size - 16)) + 16;
  });
}

/** Each decoder over the whole module, cold and then warm. */
async function decoders(module) {
  const { readSubroutines } = await import('../dist/dwarf/read/subroutines.js');
  const { EntryCursor } = await import('../dist/dwarf/read/entry-cursor.js');
  const { readLineRows } = await import('../dist/dwarf/read/line-program.js');
  const { dwarf } = module;
  const size = (name) => dwarf.sections.section(name).size;
  for (const name of ['.debug_info', '.debug_line']) dwarf.sections.section(name).load();
  const measure = (what, bytes, once) => {
    const rates = [0, 0].map(() => {
      const start = process.cpuUsage();
      for (const unit of dwarf.units) once(unit);
      const { user, system } = process.cpuUsage(start);
      return bytes / (user + system);
    });
    console.log(`${what}: ${rates.map((rate) => rate.toFixed(0)).join(' MB/s cold, ')} MB/s warm`);
  };
  measure('entries walked', size('.debug_info'), (unit) => {
    const cursor = new EntryCursor(unit);
    while (cursor.next());
  });
  measure('functions and inlined calls', size('.debug_info'), (unit) => readSubroutines(unit));
  measure('line programs', size('.debug_line'), (unit) => {
    const { lineTable } = unit;
    if (lineTable) readLineRows(dwarf.sections.section('.debug_line'), lineTable.header);
  });
}
