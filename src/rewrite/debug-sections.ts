import type { WasmModule, WasmSection } from '../wasm/module.ts';
import { writeModule } from '../wasm/module-writer.ts';
import { SECTION } from '../wasm/sections.ts';

/** Whether a section is debug information about the code, or says where that is. */
export function isDebugSection({ id, name }: WasmSection): boolean {
  return (
    id === SECTION.custom && (isDwarfSection(name) || name === 'external_debug_info' || name === 'sourceMappingURL')
  );
}

/** Sections of DWARF, and of its relocations. */
export function isDwarfSection(name: string): boolean {
  return name.startsWith('.debug_') || name.startsWith('reloc..debug_');
}

/** Whether a module has DWARF of its own. */
export function hasDwarf(module: WasmModule): boolean {
  return module.custom('.debug_info') !== undefined;
}

/** The module without debug information: wasm-opt spoils what it finds, and optimizes less. */
export function withoutDebugInfo(module: WasmModule): Uint8Array {
  return writeModule(module, { section: (section) => (isDebugSection(section) ? 'remove' : 'keep') });
}
