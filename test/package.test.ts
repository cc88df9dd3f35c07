// What somebody gets who installs the package, and what the README promises.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runLlvmTool } from '../src/cli/llvm-tool.ts';
import { MemoryIo } from './support/memory-io.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly type: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const readme = readFileSync('README.md', 'utf8');

test('modules of Node 20 and later, under a free licence', () => {
  expect(manifest).toMatchObject({ type: 'module', license: 'Apache-2.0', engines: { node: '>=20.19' } });
  expect(readFileSync('LICENSE', 'utf8')).toContain('Apache License');
});

test('executables and entry points come from sources that are there', () => {
  expect(Object.keys(manifest.bin)).toEqual(['wasm-symbolizer', 'wasm-addr2line', 'wasm-frames']);
  for (const [name, path] of Object.entries(manifest.bin)) {
    expect(path).toBe(`dist/bin/${name}.js`);
    expect(readFileSync(`src/cli/${name}.ts`, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  }
  for (const entry of Object.values(manifest.exports)) {
    if (typeof entry === 'string') continue;
    // Types before anything else, or no resolver finds them.
    expect(Object.keys(entry)[0]).toBe('types');
    expect(existsSync(entry['default']!.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))).toBe(true);
  }
});

test('at run time there is commander and nothing else, and every version is exact', () => {
  expect(Object.keys(manifest.dependencies)).toEqual(['commander']);
  for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('the README’s commands are there', () => {
  const [, setUp, run] = /```sh\n(npm ci .*)\n```[\s\S]*?```sh\n(npm test)\n```/.exec(readme)!;
  expect(setUp).toMatch(
    /^npm ci && npm run build && node dist\/bin\/wasm-symbolizer\.js -e fixtures\/inline\/module\.wasm /,
  );
  expect(run).toBe('npm test');
  expect(manifest.scripts['test']).toBe('vitest run');
  expect(readFileSync('.ci/run', 'utf8')).toMatch(/^npm test$/m);
});

test('the README’s first command prints what the README shows', async () => {
  const [, argument] = /wasm-symbolizer\.js (-e fixtures\/inline\/module\.wasm 0x[0-9a-f]+)\n/.exec(readme)!;
  const [, shown] = /```\n(meter::[\s\S]*?)```/.exec(readme)!;
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: process.cwd() });
  expect(await runLlvmTool(argument!.split(' '), io)).toBe(0);
  expect(io.output).toBe(`${shown}\n`);
});

test('documents refer to documents that are there', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
  for (const document of documents.filter((each) => each.endsWith('.md'))) {
    const folder = document.includes('/') ? 'docs/' : '';
    for (const [, target] of readFileSync(document, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      expect(existsSync(folder + target!), `${document} refers to ${target}`).toBe(true);
    }
  }
});

test('every error code is documented', () => {
  const codes = readFileSync('src/errors.ts', 'utf8').matchAll(/^ {2}\| '([a-z-]+)'/gm);
  const documented = readFileSync('docs/errors.md', 'utf8');
  for (const [, code] of codes) expect(documented).toContain(`| \`${code}\` |`);
});
