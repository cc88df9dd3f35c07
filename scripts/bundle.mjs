// Puts each executable into few files with what it needs at its start, so that Node opens those instead of a hundred;
// what only some commands need stays in files of its own. tsc does not keep the executable bit: npm sets it on install,
// a checkout needs it too.
//
// They are CommonJS: Node loads such files a third faster than modules, which it reads through promises. esbuild splits
// modules only, so each file is converted after that; not by esbuild, whose conversion makes every use of another file's
// constant a call of a getter, in the innermost loops too.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
for (const { path, text } of outputFiles) writeFileSync(join(outdir, basename(path)), toCommonJs(text));
for (const path of Object.values(bin)) chmodSync(new URL(path, root), 0o755);

/** Imports as constants, and exports when all is defined: right for what esbuild writes, where nothing changes later. */
function toCommonJs(text) {
  const exported = [];
  const code = text
    .replace(/^import "([^"]+)";$/gm, 'require("$1");')
    .replace(/^import (\w+) from "([^"]+)";$/gm, 'const $1 = require("$2");')
    .replace(/^import \* as (\w+) from "([^"]+)";$/gm, 'const $1 = require("$2");')
    .replace(/^import \{([^}]*)\} from "([^"]+)";$/gm, (_, names, from) => {
      return `const {${names.replace(/(\w+) as (\w+)/g, '$1: $2')}} = require("${from}");`;
    })
    .replace(/^export \{([^}]*)\};$/gm, (_, names) => {
      exported.push(names.replace(/(\w+) as (\w+)/g, '$2: $1').trim());
      return '';
    })
    .replace(/\bimport\(("\.\/[^"]+")\)/g, 'Promise.resolve().then(() => require($1))')
    .replaceAll('import.meta.url', 'require("node:url").pathToFileURL(__filename).href');
  const left = /^(?:import|export)\b.*/m.exec(code);
  if (left) throw new Error(`not converted to CommonJS: ${left[0]}`);
  const strict = '"use strict";\n';
  const body = code.startsWith('#!') ? code.replace('\n', `\n${strict}`) : strict + code;
  return exported.length === 0 ? body : `${body}module.exports = {\n${exported.join(',\n')}\n};\n`;
}
