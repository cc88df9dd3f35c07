// Puts each executable into one file with what it needs at its start, so that Node opens one file instead of a hundred;
// what only some commands need stays in files of its own. tsc does not keep the executable bit: npm sets it on install,
// a checkout needs it too.
import { chmodSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const names = Object.keys(bin);

await build({
  entryPoints: names.map((name) => fileURLToPath(new URL(`dist/cli/${name}.js`, root))),
  outdir: fileURLToPath(new URL('dist/bin', root)),
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
});
for (const path of Object.values(bin)) chmodSync(new URL(path, root), 0o755);
