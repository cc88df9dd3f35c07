import { codeOffset } from '../addresses.ts';
import type { DebugModule } from '../debug-module/debug-module.ts';
import { findMismatch } from '../debug-module/pair-check.ts';
import { Symbolizer } from '../symbolize/symbolizer.ts';
import { readBuildId, readExternalDebugInfo } from '../wasm/links.ts';
import type { WasmModule } from '../wasm/module.ts';
import { countGhosts } from './ghosts.ts';
import { ModuleCode } from './module-code.ts';

/** Something that a check of a pair found, or counted. */
export interface PairFinding {
  readonly severity: 'error' | 'warning' | 'note';
  /** Stable: `pair/code-differs`. */
  readonly rule: string;
  /** One sentence without a full stop. */
  readonly message: string;
}

/** What a stack trace of a module would get. */
export interface Coverage {
  readonly functions: number;
  /** Functions at whose calls and traps there are frames with lines. */
  readonly withLines: number;
  /** Places where a frame can stand: calls, and instructions that can trap. */
  readonly places: number;
  /** Those with a file and line. */
  readonly placesWithLines: number;
  /** Those where the innermost frame was inlined. */
  readonly placesInlined: number;
  /** Those where debug information names a function that the name section calls otherwise. */
  readonly contradictions: number;
}

/** Of very large modules a part of the functions stands for all. */
const MOST_FUNCTIONS = 5000;

/** What keeps a module and its debug file from giving frames, and what frames they give. */
export function checkPair(pair: DebugModule): { findings: PairFinding[]; coverage: Coverage } {
  const findings: PairFinding[] = [];
  const { module, debugFile } = pair;
  checkIds(module, debugFile, findings);
  checkCode(module, debugFile, findings);
  if (debugFile.custom('.debug_info') === undefined) {
    const external = readExternalDebugInfo(module);
    const hint = external === undefined ? '' : `; the module says that it is in ${external}`;
    findings.push({ severity: 'error', rule: 'pair/no-debug-information', message: `no .debug_info section${hint}` });
  } else if (debugFile.custom('.debug_line') === undefined) {
    findings.push({ severity: 'error', rule: 'pair/no-lines', message: 'no .debug_line section: no files and lines' });
  }
  if (module.custom('name') === undefined && debugFile.custom('name') === undefined) {
    findings.push({
      severity: 'note',
      rule: 'pair/no-names',
      message: 'no name section: functions without debug information have no name',
    });
  }
  checkGhosts(pair, findings);
  const coverage = coverageOf(pair);
  judge(coverage, findings);
  return { findings, coverage };
}

function checkIds(module: WasmModule, debugFile: WasmModule, findings: PairFinding[]): void {
  const id = readBuildId(module);
  if (id === undefined) {
    const message = 'the module has no build id: a trace cannot say which build it is of (link with --build-id)';
    findings.push({ severity: 'note', rule: 'pair/no-build-id', message });
    return;
  }
  const other = module === debugFile ? id : readBuildId(debugFile);
  if (other === undefined) {
    const message = 'the debug file has no build id; it can only be found by name';
    findings.push({ severity: 'note', rule: 'pair/debug-file-without-build-id', message });
  } else if (hex(id.bytes) !== hex(other.bytes)) {
    const message = `build ids differ: ${hex(id.bytes)} and ${hex(other.bytes)}`;
    findings.push({ severity: 'warning', rule: 'pair/build-ids-differ', message });
  }
}

function checkCode(module: WasmModule, debugFile: WasmModule, findings: PairFinding[]): void {
  if (module === debugFile) return;
  if (module.code === undefined) {
    findings.push({ severity: 'error', rule: 'pair/no-code', message: 'the module has no code section' });
    return;
  }
  if (debugFile.code === undefined) return;
  const mismatch = findMismatch(module, debugFile);
  if (mismatch !== undefined) {
    const message = `code differs, every address would be wrong: ${mismatch}`;
    findings.push({ severity: 'error', rule: 'pair/code-differs', message });
  } else if (module.codeStart !== debugFile.codeStart) {
    const message = `the code starts at ${module.codeStart} in the module and at ${debugFile.codeStart} in the debug file; traces have to be read with the module`;
    findings.push({ severity: 'note', rule: 'pair/code-moved', message });
  }
}

function checkGhosts(pair: DebugModule, findings: PairFinding[]): void {
  const { count, overlapping } = countGhosts(pair);
  if (count === 0) return;
  const message = `${count} functions that are gone stand in front of the code, ${overlapping} of them reach into it; they are passed over here, but llvm-symbolizer answers with those`;
  findings.push({ severity: 'note', rule: 'pair/ghosts', message });
}

/** Asks at every place where a frame can stand. */
function coverageOf(pair: DebugModule): Coverage {
  const symbolizer = new Symbolizer(pair);
  const code = new ModuleCode(pair);
  const { functions } = pair;
  const step = Math.max(1, Math.ceil(functions.bodyCount / MOST_FUNCTIONS));
  const counted = { functions: 0, withLines: 0, places: 0, placesWithLines: 0, placesInlined: 0, contradictions: 0 };
  for (let n = 0; n < functions.bodyCount; n += step) {
    const body = functions.body(functions.importCount + n)!;
    const { offsets, roles } = code.instructions(body);
    counted.functions++;
    const before = counted.placesWithLines;
    const places = counted.places;
    for (let at = 0; at < roles.length; at++) {
      if (roles[at] === 'other') continue;
      counted.places++;
      const frames = symbolizer.frames(codeOffset(offsets[at]!));
      const outermost = frames.at(-1);
      if (frames[0]?.file === undefined) continue;
      counted.placesWithLines++;
      if (frames[0].inlined) counted.placesInlined++;
      if (outermost?.start !== undefined && (outermost.start < body.start || outermost.start >= body.end))
        counted.contradictions++;
    }
    if (counted.placesWithLines > before || counted.places === places) counted.withLines++;
  }
  return counted;
}

function judge({ functions, places, placesWithLines, contradictions }: Coverage, findings: PairFinding[]): void {
  if (functions === 0)
    findings.push({ severity: 'error', rule: 'pair/no-functions', message: 'the module has no functions' });
  else if (places > 0 && placesWithLines === 0) {
    findings.push({ severity: 'error', rule: 'pair/nothing-covered', message: 'no place of the code has a line' });
  } else if (placesWithLines * 4 < places) {
    const percent = Math.round((100 * placesWithLines) / places);
    const message = `lines for ${percent} % of the places where a frame can stand; libraries without debug information, or an optimizer that lost it`;
    findings.push({ severity: 'warning', rule: 'pair/little-covered', message });
  }
  if (contradictions > 0) {
    const message = `${contradictions} of ${places} places are in a function that starts outside of the body they are in: debug information of other code`;
    findings.push({ severity: 'error', rule: 'pair/stale-debug-information', message });
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
