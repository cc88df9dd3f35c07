import { FileImage } from '../../bytes/byte-source.ts';
import { Window } from '../../bytes/window.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { WasmModule as Module } from '../../wasm/module.ts';
import type { Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { findDebugLink } from './debug-link.ts';

/** A module whose debug information is looked for. */
export interface Searched {
  readonly module: WasmModule;
  /** Its file, as it was named. */
  readonly path: string;
  readonly settings: LlvmSettings;
  readonly version: LlvmVersion;
}

/** The file with a module's debug information, where that is another one. */
export function findDebugFile({ module, path, settings }: Searched, io: Io): WasmModule | undefined {
  const link = findDebugLink(module, path, settings.fallbackDebugPath, io);
  return link === undefined ? undefined : openFile(link, io);
}

function openFile(path: string, io: Io): WasmModule {
  return Module.read(Window.of(new FileImage(io.openFile(path)), 'module'));
}
