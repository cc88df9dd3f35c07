/** Gives WebAssembly stack traces their real frames back, inlined ones included. */
export { type CodeOffset, codeOffset, type ModuleOffset, moduleOffset } from './addresses.ts';
export { ByteReader } from './bytes/byte-reader.ts';
export { type ByteSource, FileImage } from './bytes/byte-source.ts';
export { ByteWriter } from './bytes/byte-writer.ts';
export { Window } from './bytes/window.ts';
export { type DebugModule, type OpenOptions, openModule, wasmSections } from './debug-module/debug-module.ts';
export type { Diagnostic, Report, Severity } from './diagnostics.ts';
export { FormatError, type FormatErrorCode, isFormatError } from './errors.ts';
export { frameTable } from './frames/dwarf-frame-table.ts';
export { DwarfFrames } from './frames/dwarf-frames.ts';
export type { Frame, Quality, SourceFile, SourceFunction } from './frames/frame.ts';
export { type FrameTable, framesAt } from './frames/frame-table.ts';
export { FrameTableBuilder } from './frames/frame-table-builder.ts';
export { demangle } from './symbolize/demangle.ts';
export { type FunctionName, FunctionNames } from './symbolize/function-names.ts';
export { Symbolizer } from './symbolize/symbolizer.ts';
export { WasmModule, type WasmSection } from './wasm/module.ts';
