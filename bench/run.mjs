/** All benchmarks, one after the other, on the built package: ratios against a peer in the same run. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
for (const name of readdirSync(folder).sort()) {
  if (!name.endsWith('.mjs') || name === 'run.mjs' || name === 'support.mjs') continue;
  console.log(`\n${name}`);
  spawnSync(process.execPath, [folder + name], { stdio: 'inherit' });
}
