/** Bytes as the windows that readers of DWARF take, and what they report. */
import { Window } from '../../src/bytes/window.ts';
import type { Diagnostic } from '../../src/diagnostics.ts';
import { WasmModule } from '../../src/wasm/module.ts';

/** Some bytes as a section. */
export function sectionOf(name: string, bytes: Uint8Array): Window {
  return Window.of(bytes, name).slice(name, 0, bytes.length);
}

/** The first custom section of a module that has this name. */
export function sectionIn(module: Uint8Array, name: string): Window | undefined {
  return WasmModule.read(module).custom(name)?.window;
}

/** A module of some custom sections of another one: what LLVM refuses in the rest of it is gone then. */
export function onlySections(module: Uint8Array, names: readonly string[]): Uint8Array {
  const sections = WasmModule.read(module).sections.filter(({ name }) => names.includes(name));
  const parts = [module.subarray(0, 8), ...sections.map(({ headerOffset, end }) => module.subarray(headerOffset, end))];
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Collects what is reported, as `rule at section+0xoffset`. */
export function collect(): { reports: string[]; report: (diagnostic: Diagnostic) => void } {
  const reports: string[] = [];
  const report = ({ rule, section, offset }: Diagnostic): void => {
    reports.push(`${rule} at ${section}+0x${offset.toString(16)}`);
  };
  return { reports, report };
}
