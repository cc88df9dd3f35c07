import { readLinking } from '../../wasm/linking.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { readRelocations } from '../../wasm/relocations.ts';
import { LlvmDeath } from './llvm-death.ts';

/** Relocations whose index is a type's, not a symbol's (`R_WASM_TYPE_INDEX_LEB`). */
const TYPE_INDEX = 6;

/**
 * LLVM trusts the symbol indexes of relocations. `wasm-ld --emit-relocs` writes -1 where it removed the symbol.
 *
 * @throws LlvmDeath where an index has no symbol.
 */
export function checkRelocations(module: WasmModule): void {
  const symbols = readLinking(module)?.symbols.length;
  if (symbols === undefined) return;
  for (const { target, count, types, indexes } of readRelocations(module)) {
    for (let row = 0; row < count; row++) {
      if (types[row] === TYPE_INDEX || indexes[row]! < symbols) continue;
      throw new LlvmDeath(`relocation of ${target?.name ?? 'a section'} with symbol ${indexes[row]} of ${symbols}`);
    }
  }
}
