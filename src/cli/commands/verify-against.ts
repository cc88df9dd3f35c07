import { codeOffset, moduleOffset } from '../../addresses.ts';
import { type DebugModule, openModule } from '../../debug-module/debug-module.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { frameTable } from '../../frames/dwarf-frame-table.ts';
import { DwarfFrames } from '../../frames/dwarf-frames.ts';
import type { Frame } from '../../frames/frame.ts';
import { type FrameTable, framesAt } from '../../frames/frame-table.ts';
import { QUALITY } from '../../frames/quality.ts';
import { chainProvenances } from '../../rewrite/chain-provenances.ts';
import { sameCode } from '../../rewrite/code-identity.ts';
import { type CodeListing, listCode, NO_TARGET } from '../../rewrite/code-listing.ts';
import { walkCode } from '../../rewrite/drivers/code-walk.ts';
import { chainOf, findSpan, type Provenance } from '../../rewrite/provenance.ts';
import { readAnyProvenance } from '../../rewrite/read-provenance.ts';
import {
  addCounts,
  type ComparedFunction,
  compareFrames,
  compareStructure,
  type Difference,
  type ExpectedFrames,
  emptyCounts,
  type FrameCounts,
  type FunctionComparison,
  nameOf,
  placeOf,
  type StructuredFunction,
} from '../../verify/compare-frames.ts';
import { FileError, type Io } from '../io.ts';
import { compareRuns, type RunComparison } from '../verify/compare-runs.ts';

/** Options of `wasm-frames verify --against`. */
export interface AgainstOptions {
  /** Files that say where code comes from, in the order of the tools that made them. */
  readonly provenance: readonly string[];
  /** Run both modules too. */
  readonly run: boolean;
  readonly json: boolean;
  /** Functions, calls and lines that the text shows. */
  readonly places: number;
}

/** What became of the frames of one module. */
interface Comparison {
  readonly module: string;
  readonly before: string;
  /** Whether where code comes from is given, or inferred from the bodies of functions. */
  readonly basis: 'provenance' | 'inferred';
  /** Functions that are in no comparison: where their code comes from is not known. */
  readonly unmatched: number;
  /** Functions whose bodies changed: matched by name, and compared at the calls that both have. */
  readonly byName: number;
  readonly counts: FrameCounts;
  readonly functions: readonly FunctionComparison[];
  readonly run: RunComparison | undefined;
}

/** Says what frames modules have lost since the module that they were made of: 0 none, 1 some, 2 unreadable. */
export async function verifyAgainst(
  paths: readonly string[],
  before: string,
  options: AgainstOptions,
  io: Io,
): Promise<number> {
  let status = 0;
  const comparisons: Comparison[] = [];
  for (const path of paths) {
    try {
      const comparison = await compare(path, before, options, io);
      comparisons.push(comparison);
      const { counts, functions, run } = comparison;
      const isLost = functions.some(({ lostCalls, lostLines }) => lostCalls.length + lostLines.length > 0);
      if (isLost || counts.right < counts.instructions || (run !== undefined && run.right < run.stacks)) {
        status = Math.max(status, 1);
      }
      if (!options.json) io.stdout(format(comparison, options.places));
    } catch (error) {
      if (!(error instanceof FileError) && !isFormatError(error)) throw error;
      io.stderr(`${io.argv0}: ${path}: ${error.message}\n`);
      status = 2;
    }
  }
  if (options.json) io.stdout(`${JSON.stringify(comparisons, jsonOf, 2)}\n`);
  return status;
}

async function compare(path: string, beforePath: string, options: AgainstOptions, io: Io): Promise<Comparison> {
  const beforeBytes = io.readFile(beforePath);
  const afterBytes = io.readFile(path);
  const before = openModule(beforeBytes);
  const after = openModule(afterBytes);
  const code = { before: listCode(before.module.window), after: listCode(after.module.window) };
  const { provenance, unmatched } = readProvenances(options.provenance, code, io);
  const [tableBefore, tableAfter] = [frameTable(before), frameTable(after)];
  const expected = expectedFrames(tableBefore, provenance);
  const functions = [...compareFrames(expected, tableAfter, comparedFunctions(after, code.after))];
  const compared = new Set(functions.map(({ index }) => index));
  // Functions whose bodies changed, by their names and the calls in them.
  const pairs =
    options.provenance.length > 0
      ? []
      : pairedFunctions({ module: before, listing: code.before }, { module: after, listing: code.after }, compared);
  const structure = [...compareStructure(tableBefore, tableAfter, pairs)];
  const counts = emptyCounts();
  for (const each of [...functions, ...structure]) addCounts(counts, each.counts);
  functions.push(...structure);
  const run = options.run
    ? await compareRuns(
        { bytes: beforeBytes, module: before.module, frames: framesOf(before) },
        { bytes: afterBytes, module: after.module, frames: framesOf(after) },
      )
    : undefined;
  return {
    module: path,
    before: beforePath,
    basis: options.provenance.length > 0 ? 'provenance' : 'inferred',
    unmatched: Math.max(0, unmatched - structure.length),
    byName: structure.length,
    counts,
    functions,
    run,
  };
}

/** The frames of the old instruction, then those of the calls that it was inlined through. */
function expectedFrames(before: FrameTable, provenance: Provenance): (address: number) => ExpectedFrames | undefined {
  const { chains, qualities, starts } = provenance;
  return (address) => {
    const span = findSpan(provenance, codeOffset(address));
    // What stands further on in a span is filler, like the end of a block: no stack is ever there.
    if (span < 0 || chains[span]! < 0 || starts[span] !== address) return undefined;
    const frames = chainOf(provenance, chains[span]!).flatMap((old) => framesAt(before, old));
    return { frames, isInferred: qualities[span] !== QUALITY.exact };
  };
}

/** A module and its code. */
interface Side {
  readonly module: DebugModule;
  readonly listing: CodeListing;
}

/** Functions of the same name in both modules that are in no comparison yet. */
function* pairedFunctions(
  before: Side,
  after: Side,
  compared: ReadonlySet<number>,
): Generator<{ before: StructuredFunction; after: StructuredFunction }> {
  const byName = new Map<string, number>();
  for (let n = 0; n < before.listing.functionCount; n++) {
    const name = nameOfFunction(before, n);
    if (name !== undefined) byName.set(name, n);
  }
  for (let n = 0; n < after.listing.functionCount; n++) {
    const name = nameOfFunction(after, n);
    const old = name === undefined ? undefined : byName.get(name);
    if (old === undefined || compared.has(n + after.listing.importCount)) continue;
    yield { before: structuredFunction(before, old), after: structuredFunction(after, n) };
  }
}

function nameOfFunction({ module, listing }: Side, n: number): string | undefined {
  return module.names.functions.name(n + listing.importCount);
}

function structuredFunction(side: Side, n: number): StructuredFunction {
  const { listing } = side;
  const [first, end] = [listing.first[n]! + 1, listing.first[n + 1]!];
  const calls: { address: number; target: string }[] = [];
  for (let entry = first; entry < end; entry++) {
    const target = listing.targets[entry]!;
    const name = target === NO_TARGET ? undefined : nameOfFunction(side, target);
    if (name !== undefined) calls.push({ address: listing.offsets[entry]!, target: name });
  }
  return {
    index: n + listing.importCount,
    name: nameOfFunction(side, n),
    addresses: listing.offsets.subarray(first, end),
    calls,
  };
}

function readProvenances(
  files: readonly string[],
  code: { before: CodeListing; after: CodeListing },
  io: Io,
): { provenance: Provenance; unmatched: number } {
  const [first, ...more] = files;
  if (first === undefined) {
    const { provenance, counts } = walkCode(code.before, code.after);
    return { provenance, unmatched: counts.unmatched };
  }
  let provenance = readAnyProvenance(io.readFile(first), code);
  for (const file of more) provenance = chainProvenances(provenance, readAnyProvenance(io.readFile(file), code));
  if (!sameCode(provenance.before, code.before.identity) || !sameCode(provenance.after, code.after.identity)) {
    throw new FormatError('bad-value', 'provenance', 0, 'provenance of other code');
  }
  return { provenance, unmatched: 0 };
}

function* comparedFunctions(module: DebugModule, listing: CodeListing): Generator<ComparedFunction> {
  for (let n = 0; n < listing.functionCount; n++) {
    const index = n + listing.importCount;
    // The first entry stands for the declarations of locals, which no frame is at.
    const addresses = listing.offsets.subarray(listing.first[n]! + 1, listing.first[n + 1]);
    yield { index, name: module.names.functions.name(index), addresses };
  }
}

/** The frames at a place in the file, innermost first. */
function framesOf(module: DebugModule): (offset: number) => readonly Frame[] {
  const frames = new DwarfFrames(module.dwarf);
  return (offset) => {
    const address = module.toCode(moduleOffset(offset));
    return address === undefined ? [] : frames.frames(codeOffset(address));
  };
}

function format(
  { module, before, basis, unmatched, byName, counts, functions, run }: Comparison,
  places: number,
): string {
  const share = (part: number): string =>
    `${String(part).padStart(9)}  ${counts.instructions === 0 ? '-' : ((100 * part) / counts.instructions).toFixed(1)} %`;
  const lines = [
    `${module} against ${before}`,
    basis === 'provenance'
      ? '  where code comes from is given'
      : `  inferred: by the bodies of functions, and for ${byName} by their names and calls; ${unmatched} are not matched`,
    `  instructions with known frames      ${share(counts.instructions)}`,
    `  all frames right                    ${share(counts.right)}`,
    `  innermost file and line right       ${share(counts.innermostRight)}`,
    `  no frames at all                    ${share(counts.none)}`,
    `  inlined calls missing               ${share(counts.lost)}`,
    `  inlined calls too many              ${share(counts.extra)}`,
    `  frames of other functions           ${share(counts.otherFunction)}`,
    `  frames at other lines               ${share(counts.otherLine)}`,
    `  of these, known by inference only   ${share(counts.inferred)}`,
  ];
  const worst = functions
    .map((each) => ({ ...each, wrong: each.counts.instructions - each.counts.right }))
    .filter(({ wrong, lostCalls, lostLines }) => wrong > 0 || lostCalls.length + lostLines.length > 0)
    .sort((a, b) => b.wrong - a.wrong);
  if (worst.length > 0) lines.push(`  ${worst.length} functions with wrong or lost frames, worst first:`);
  for (const each of worst.slice(0, places)) {
    lines.push(
      `    function ${each.index} ${each.name ?? ''}: ${each.wrong} of ${each.counts.instructions} instructions`,
    );
    for (const call of each.lostCalls.slice(0, places)) lines.push(`      lost call: ${call}`);
    if (each.lostCalls.length > places) lines.push(`      … ${each.lostCalls.length - places} more lost calls`);
    if (each.lostLines.length > 0) {
      const shown = each.lostLines.slice(0, places).join(', ');
      lines.push(`      lost lines: ${shown}${each.lostLines.length > places ? ', …' : ''}`);
    }
    if (each.first !== undefined) lines.push(...describeDifference(each.first));
  }
  if (run !== undefined) {
    const of = (part: number): string => `${part} of ${run.stacks}`;
    lines.push(
      `  run in this engine: ${run.stacks} stacks of both, ${of(run.right)} right, ${of(run.innermostRight)} with the right innermost line`,
    );
    if (run.diverged > 0) lines.push(`  ${run.diverged} stacks are not compared: the runs went different ways`);
    for (const { what, expected, actual } of run.differences.slice(0, places)) {
      lines.push(`    ${what}`, `      before: ${chain(expected)}`, `      after:  ${chain(actual)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function describeDifference({ address, expected, actual }: Difference): string[] {
  return [
    `      at 0x${address.toString(16)} before: ${chain(expected)}`,
    `      ${' '.repeat(3)}after:  ${chain(actual)}`,
  ];
}

function chain(frames: readonly Frame[]): string {
  return frames.map((frame) => `${nameOf(frame) ?? '?'} ${placeOf(frame)}`).join(' < ') || 'nothing';
}

/** Frames in JSON are what a stack trace shows of them. */
function jsonOf(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'inlined' in value && 'quality' in value) {
    const frame = value as Frame;
    return { function: nameOf(frame), file: frame.file?.path, line: frame.line, column: frame.column };
  }
  return value;
}
