// Puts each executable into few files with what it needs at its start, so that Node opens those instead of a hundred;
// what only some commands need stays in files of its own. tsc does not keep the executable bit: npm sets it on install,
// a checkout needs it too.
//
// They are CommonJS: Node loads such files a third faster than modules, which it reads through promises. esbuild splits
// modules only, so each file is converted after that.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = new URL('../', import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const outdir = fileURLToPath(new URL('dist/bin', root));

const { outputFiles } = await build({
  entryPoints: Object.keys(bin).map((name) => fileURLToPath(new URL(`dist/cli/${name}.js`, root))),
  outdir,
  write: false,
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
});
mkdirSync(outdir, { recursive: true });
writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
for (const { path, text } of outputFiles) {
  const { code } = await transform(
    text.replace(/\bimport\(("\.\/[^"]+")\)/g, 'Promise.resolve().then(() => require($1))'),
    {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      banner: text.includes('import.meta.url')
        ? 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;'
        : '',
      define: { 'import.meta.url': 'moduleUrl' },
      logLevel: 'warning',
    },
  );
  writeFileSync(join(outdir, basename(path)), code);
}
for (const path of Object.values(bin)) chmodSync(new URL(path, root), 0o755);
