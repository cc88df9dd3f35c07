import { hasDylink } from './dylink.ts';
import type { WasmModule } from './module.ts';

/**
 * What LLVM tells apart, because its tools count addresses differently in them (see docs/architecture.md):
 *
 * - `linked`: a module to run; addresses are offsets in the file
 * - `object`: with a `linking` section, so an object file, the output of `wasm-ld -r`, or a module linked with
 *   `--emit-relocs`; addresses are offsets in the code section
 * - `shared`: with a `dylink` or `dylink.0` section; addresses are offsets in the code section
 */
export type ModuleKind = 'linked' | 'object' | 'shared';

/** Tells by the presence of two sections; a module with both counts as shared. */
export function moduleKind(module: WasmModule): ModuleKind {
  if (hasDylink(module)) return 'shared';
  return module.custom('linking') === undefined ? 'linked' : 'object';
}
