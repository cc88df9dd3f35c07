import { type DebugModule, openModule, wasmSections } from '../../src/debug-module/debug-module.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import type { Fixture } from './fixtures.ts';

/** The file of a fixture that llvm-symbolizer was asked about, its split files at hand. */
export function openFixture(fixture: Fixture): DebugModule {
  const split = (name: string) => {
    try {
      return wasmSections(WasmModule.read(fixture.file(name)));
    } catch {
      return undefined;
    }
  };
  const packageFile = split('module.wasm.dwp');
  return openModule(fixture.file(fixture.oracle || fixture.main), {
    splitFile: ({ name }) => packageFile ?? split(name?.replace(/.*\//, '') ?? ''),
  });
}
