import { type DebugModule, openModule } from '../debug-module/debug-module.ts';
import type { Report } from '../diagnostics.ts';
import { FormatError } from '../errors.ts';
import { frameTable } from '../frames/dwarf-frame-table.ts';
import type { FrameTable } from '../frames/frame-table.ts';
import type { PlacedVariables } from '../frames/placed-variables.ts';
import { writeDwarf } from '../frames/write-dwarf.ts';
import type { ModuleSource, WasmModule } from '../wasm/module.ts';
import { type CustomSection, writeModule } from '../wasm/module-writer.ts';
import { type CodeListing, listCode } from './code-listing.ts';
import { composeFrames } from './compose.ts';
import { isDebugSection } from './debug-sections.ts';
import type { Provenance } from './provenance.ts';
import { provenVariables } from './variables/proven-variables.ts';

/** How debug information is rewritten. */
export interface RewriteOptions {
  readonly report?: Report | undefined;
  /** Of DWARF; without it the version of the old debug information, 4 at the least. */
  readonly version?: 4 | 5 | undefined;
  /** What is written besides frames; without it types. */
  readonly keep?: KeptEntries | undefined;
}

/**
 * What is kept of debug information: functions, inlined calls and lines; types, namespaces, globals and declarations
 * too; or variables as well, with their places where these are proven to be what they were.
 */
export type KeptEntries = 'frames' | 'types' | 'all';

/**
 * An optimized module with debug information of its own, made from that of the module before and from what became of
 * its code.
 *
 * @throws FormatError `bad-value` where the provenance is not of these modules' code, `missing` where `before` has no
 * DWARF.
 */
export function rewriteDebugInfo(
  before: DebugModule | ModuleSource,
  optimized: ModuleSource,
  provenance: Provenance,
  options: RewriteOptions = {},
): Uint8Array {
  const opened = isDebugModule(before) ? before : openModule(before, { report: options.report });
  const listing = listCode(optimized);
  const code = { before: listCode(opened.module.window), after: listing, provenance };
  return withDwarf(listing.module, rewrittenSections(opened, code, options));
}

/** The debug information of optimized code, as custom sections. */
export function rewrittenSections(before: DebugModule, code: RewrittenCode, options: RewriteOptions): CustomSection[] {
  const variables = options.keep === 'all' ? provenVariables(before, code) : undefined;
  return dwarfSections(before, rewrittenFrames(before, code), options, variables);
}

/** Code before and after, and how one became the other. */
export interface RewrittenCode {
  readonly before: CodeListing;
  readonly after: CodeListing;
  readonly provenance: Provenance;
}

/** The frames of optimized code. */
function rewrittenFrames(before: DebugModule, code: RewrittenCode): FrameTable {
  if (before.dwarf.units.length === 0) {
    throw new FormatError('missing', 'module', 0, 'no debug information in the module before');
  }
  return composeFrames({ frames: frameTable(before), ...code });
}

/** A table as the custom sections of a module, with what is kept of the debug information it was made from. */
function dwarfSections(
  before: DebugModule,
  table: FrameTable,
  options: RewriteOptions,
  variables: PlacedVariables | undefined,
): CustomSection[] {
  const { keep = 'types' } = options;
  const carry = keep === 'frames' ? undefined : { from: before.dwarf, kind: keep, variables };
  const sections = writeDwarf(table, { version: dwarfVersion(before, options), carry });
  return [...sections].map(([name, contents]) => ({ name, contents }));
}

/** The version of DWARF to write: that of the old units. */
function dwarfVersion({ dwarf }: DebugModule, { version }: RewriteOptions): 4 | 5 {
  return version ?? (dwarf.units.some((unit) => unit.header.version >= 5) ? 5 : 4);
}

/** The module with these sections in place of any debug information it has. */
export function withDwarf(module: WasmModule, sections: readonly CustomSection[]): Uint8Array {
  return writeModule(module, {
    section: (section) => (isDebugSection(section) ? 'remove' : 'keep'),
    append: sections,
  });
}

function isDebugModule(module: DebugModule | ModuleSource): module is DebugModule {
  return 'dwarf' in module;
}
