/** What llvm-dwarfdump prints about the sections of many modules: starting it takes longer than most answers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlySections } from './dwarf.ts';
import type { NamedModule } from './modules.ts';

const TOOL = 'llvm-dwarfdump-19';
const BATCH = 64;

/**
 * Answers by module: `dumps(option, sections, modules)(module)` is what the tool prints of a module that has nothing but
 * those sections. Small modules are asked about many at a time.
 */
export function dumps(
  option: string,
  sections: readonly string[],
  modules: readonly NamedModule[],
): (module: NamedModule) => string {
  const answers = new Map<NamedModule, string>();
  return (module) => {
    const first = modules.indexOf(module);
    if (!answers.has(module)) {
      const batch = module.isLarge ? [module] : modules.slice(first, first + BATCH).filter((each) => !each.isLarge);
      const texts = dumpAll(
        option,
        batch.map((each) => onlySections(each.bytes(), sections)),
      );
      for (const [index, text] of texts.entries()) answers.set(batch[index]!, text);
    }
    const answer = answers.get(module)!;
    answers.delete(module);
    return answer;
  };
}

function dumpAll(option: string, inputs: readonly Uint8Array[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-test-'));
  try {
    const files = inputs.map((input, index) => {
      const file = join(folder, `${index}.wasm`);
      writeFileSync(file, input);
      return file;
    });
    // What is damaged is said on stderr, and makes the status another one; the rest is printed all the same.
    const run = spawnSync(TOOL, [option, ...files], { encoding: 'utf8', maxBuffer: 2 ** 31 - 1 });
    if (run.error !== undefined) throw run.error;
    if (run.signal !== null) throw new Error(`${TOOL} ended by ${run.signal}: ${run.stderr.slice(0, 1000)}`);
    const parts = run.stdout.split(/^.*\/(\d+)\.wasm:\tfile format WASM$/m);
    const texts = inputs.map(() => '');
    for (let index = 1; index < parts.length; index += 2) texts[Number(parts[index])] = parts[index + 1]!;
    return texts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
