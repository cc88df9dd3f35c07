/** Gives WebAssembly stack traces their real frames back, inlined ones included. */
export { type CodeOffset, codeOffset, type ModuleOffset, moduleOffset } from './addresses.ts';
export { ByteReader } from './bytes/byte-reader.ts';
export { type ByteSource, FileImage } from './bytes/byte-source.ts';
export { ByteWriter } from './bytes/byte-writer.ts';
export { Window } from './bytes/window.ts';
export type { CoreDump, CoreDumpFrame, CoreDumpThread } from './crash/core-dump/core-dump.ts';
export { crashOfCoreDump } from './crash/core-dump/core-dump-crash.ts';
export { readCoreDump } from './crash/core-dump/read-core-dump.ts';
export type {
  Crash,
  CrashFrame,
  CrashThread,
  FrameOffset,
  FrameQuality,
  LogicalFrame,
  ModuleReference,
  OffsetSpace,
  Producer,
  Resolution,
  WasmValue,
} from './crash/crash.ts';
export { CrashModule } from './crash/crash-module.ts';
export { type ModuleFile, ModuleFinder } from './crash/module-finder.ts';
export { type Coverage, checkPair, type PairFinding } from './crash/pair-check.ts';
export { parseCrash } from './crash/parse-crash.ts';
export { symbolizeProfile } from './crash/profile/symbolize-profile.ts';
export { crashOfSentry, symbolizeSentry } from './crash/sentry.ts';
export { type FindModules, symbolizeCrash } from './crash/symbolize-crash.ts';
export { type SymbolizeTrace, TraceFilter, type TraceFilterOptions } from './crash/trace-filter.ts';
export type { FrameState } from './crash/variables/frame-state.ts';
export { type Variable, variablesAt } from './crash/variables/frame-variables.ts';
export { type DebugModule, type OpenOptions, openModule, wasmSections } from './debug-module/debug-module.ts';
export type { Diagnostic, Report, Severity } from './diagnostics.ts';
export type { DebugSections } from './dwarf/write/dwarf.ts';
export { FormatError, type FormatErrorCode, isFormatError } from './errors.ts';
export { frameTable } from './frames/dwarf-frame-table.ts';
export { DwarfFrames } from './frames/dwarf-frames.ts';
export type { Frame, Quality, SourceFile, SourceFunction } from './frames/frame.ts';
export { type FrameTable, framesAt } from './frames/frame-table.ts';
export { FrameTableBuilder } from './frames/frame-table-builder.ts';
export { type WriteDwarfOptions, writeDwarf } from './frames/write-dwarf.ts';
export { chainProvenances } from './rewrite/chain-provenances.ts';
export type { CodeIdentity } from './rewrite/code-identity.ts';
export { type CodeListing, listCode } from './rewrite/code-listing.ts';
export { type Composition, composeFrames } from './rewrite/compose.ts';
export { walkCode } from './rewrite/drivers/code-walk.ts';
export { candidatesOf, chainOf, type Provenance, ProvenanceBuilder } from './rewrite/provenance.ts';
export { readProvenance, writeProvenance } from './rewrite/provenance-file.ts';
export { readProvenanceLines, writeProvenanceLines } from './rewrite/provenance-lines.ts';
export { type ProvenanceSubject, readAnyProvenance } from './rewrite/read-provenance.ts';
export { type RewriteOptions, rewriteDebugInfo } from './rewrite/rewrite-debug-info.ts';
export { type SeparatedModule, separateDebugInfo, stripDebugInfo } from './rewrite/separate-debug-info.ts';
export type { Segments } from './source-map/segments.ts';
export { SourceMap } from './source-map/source-map.ts';
export { demangle } from './symbolize/demangle.ts';
export { type FunctionName, FunctionNames } from './symbolize/function-names.ts';
export { Symbolizer } from './symbolize/symbolizer.ts';
export { compareFrames, type FrameCounts, type FunctionComparison } from './verify/compare-frames.ts';
export type { VerifiedCoverage } from './verify/coverage.ts';
export type { Finding } from './verify/finding.ts';
export type { Rule } from './verify/rule.ts';
export { RULES } from './verify/rules/index.ts';
export { type VerifyOptions, verify } from './verify/verify.ts';
export { WasmModule, type WasmSection } from './wasm/module.ts';
