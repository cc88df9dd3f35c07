import { expect, test } from 'vitest';
import { loadBinaryen } from '../../../src/node/load-binaryen.ts';
import { listCode } from '../../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../../src/rewrite/debug-sections.ts';
import { calibrate } from '../../../src/rewrite/drivers/in-process/calibrate.ts';
import { optimizeInProcess } from '../../../src/rewrite/drivers/in-process/driver.ts';
import { Binaryen } from '../../../src/rewrite/drivers/in-process/host.ts';
import { WasmModule } from '../../../src/wasm/module.ts';
import { rewriteFixture } from '../../support/rewrite-fixtures.ts';
import { wasmOpt } from '../../support/wasm-opt.ts';

const module = withoutDebugInfo(WasmModule.read(rewriteFixture('walk-o2')));
const before = { module, listing: listCode(module) };

test.each(['118.0.0', '123.0.0', '126.0.0', '132.0.0-nightly.20260801', '133.0.0', 'latest'])(
  'version %s is refused, with a way out',
  async (version) => {
    const host = { ...(await loadBinaryen()), version };
    expect(() => new Binaryen(host)).toThrow(/not known .*--driver=staged/);
  },
);

test.each(['--pass-arg=a@b', '--enable-nothing-known', '--disable-custom-descriptors', '-pii=2', '--no-inline=a'])(
  '%s is refused',
  async (word) => {
    const host = await loadBinaryen();
    expect(() => optimizeInProcess(host, before, ['-O2', word])).toThrow(/in process.*--driver=staged/);
  },
);

test('what is not where it must be is refused', async () => {
  const host = await loadBinaryen();
  // Setting the level does not reach the options: as if they were kept elsewhere.
  const api = { ...host.api, _BinaryenSetOptimizeLevel: () => 0 };
  expect(() => calibrate(new Binaryen({ ...host, api }))).toThrow(/pass options/);
  const blind = { ...host.api, _BinaryenFunctionSetDebugLocation: () => 0 };
  expect(() => calibrate(new Binaryen({ ...host, api: blind }))).toThrow(/locations are not kept/);
});

test('two runs in one process do not know of each other', async () => {
  const host = await loadBinaryen();
  const first = optimizeInProcess(host, before, ['-O3', '-aimfs', '60']);
  optimizeInProcess(host, before, ['-Oz', '--skip-pass=vacuum', '-tnh']);
  expect(optimizeInProcess(host, before, ['-O3', '-aimfs', '60'])).toEqual(first);
});

test('an instruction whose parts Binaryen does not give is refused', async () => {
  const wat = `(module (type $f (func)) (type $c (cont $f)) (import "env" "mark" (func $mark))
    (func $inner (call $mark) (call $mark))
    (func (export "run") (param (ref $c)) (call $inner) (resume $c (local.get 0)) (call $inner)))`;
  const made = await wasmOpt().run([{ input: Buffer.from(wat) }, '-all', '-o', { output: 'out' }]);
  const module = made.outputs.get('out')!;
  const host = await loadBinaryen();
  const run = () => optimizeInProcess(host, { module, listing: listCode(module) }, ['-O3', '-all', '-aimfs', '50']);
  expect(run).toThrow(/cannot be walked.*--driver=staged/);
});
