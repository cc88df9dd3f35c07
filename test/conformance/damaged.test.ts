// Damaged modules under --llvm=19 against llvm-symbolizer 19: output, complaints and exit status, byte for byte.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { damage, questions } from '../support/damage.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

const installed = spawnSync('llvm-symbolizer-19', ['--version']).status === 0;
if (!installed) console.log('skipped: damaged modules against llvm-symbolizer 19, which is not there');

const NAMES = [
  'inline',
  'inline-v4',
  'words-o2',
  'words-o2-v4',
  'words-o0',
  'line-tables',
  'line-tables-v4',
  'split-dwp',
  'split-dwp-v4',
  'memory64',
  'elf-gcc-v2',
  'elf-gcc-v3',
  'elf-gcc-v5',
  'elf-dwz-v5',
  'elf-split-types',
  'object',
  'exceptions-o0',
  'embed-source',
  'clang14-words-v4',
  'game-gc',
  'names-only',
  'calculator-o3',
];

/** Where ours differs on purpose, or what LLVM says depends on memory that is not its own. */
const KNOWN: readonly { readonly cause: string; readonly is: (theirs: string, ours: string) => boolean }[] = [
  {
    cause: 'names that are not UTF-8 are demangled byte by byte by LLVM',
    is: (theirs) => theirs.includes('\ufffd'),
  },
  {
    cause: 'a relocation of a symbol that is not there: LLVM takes its name from behind the list',
    is: (theirs) => /invalid \w+ relocation: $/m.test(theirs),
  },
  {
    cause: 'where the walk through entries ends behind the end of the section',
    is: (theirs) => /tries to read DIEs at offset/.test(theirs),
  },
  {
    cause: 'codes of abbreviations that are given twice are listed twice by LLVM',
    is: (theirs) => /contains invalid abbreviation/.test(theirs),
  },
];

const COUNT = Number(process.env['DAMAGED_MODULES'] ?? 330);
const FIRST = Number(process.env['DAMAGED_FROM'] ?? 1);

test.skipIf(!installed)('damaged modules', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-'));
  const path = join(folder, 'damaged.wasm');
  const counts = { same: 0, known: 0, died: 0 };
  const different: string[] = [];
  try {
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const from = fixture(NAMES[seed % NAMES.length]!);
      const { module, what } = damage(from.module, seed);
      writeFileSync(path, module);
      const args = ['-e', path, ...questions(from, seed)];
      const theirs = spawnSync('llvm-symbolizer-19', args, { encoding: 'utf8', cwd: from.folder, timeout: 10_000 });
      const io = new MemoryIo({ argv0: 'llvm-symbolizer-19', directory: from.folder });
      const status = await runLlvmTool(['--llvm=19', ...args], io);
      // By a signal, or after 10 seconds.
      if (theirs.status === null || theirs.status > 1) counts.died++;
      else if (io.output === theirs.stdout && io.errors === theirs.stderr && status === theirs.status) counts.same++;
      else if (KNOWN.some(({ is }) => is(theirs.stdout + theirs.stderr, io.output + io.errors))) counts.known++;
      else different.push(`${seed} ${from.name} ${what}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`damaged modules: ${JSON.stringify({ ...counts, different: different.length })}`);
  // What remains is rare; the seeds say which.
  expect(different.length / (counts.same + counts.known + different.length), different.join('\n')).toBeLessThan(0.02);
  expect(counts.known / counts.same).toBeLessThan(0.03);
});
