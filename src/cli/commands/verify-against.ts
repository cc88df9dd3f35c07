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
import { type CodeListing, listCode } from '../../rewrite/code-listing.ts';
import { composeFrames } from '../../rewrite/compose.ts';
import { walkCode } from '../../rewrite/drivers/code-walk.ts';
import { chainOf, findSpan, type Provenance } from '../../rewrite/provenance.ts';
import { type ProvenanceSubject, readAnyProvenance } from '../../rewrite/read-provenance.ts';
import {
  addCounts,
  type ComparedFunction,
  compareFrames,
  type ExpectedFrames,
  emptyCounts,
  nameOf,
} from '../../verify/compare-frames.ts';
import { compareStructure } from '../../verify/compare-structure.ts';
import { FileError, type Io } from '../io.ts';
import { compareRuns } from '../verify/compare-runs.ts';
import { type Comparison, formatComparison, type MatchedFunction } from '../verify/comparison-text.ts';
import { pairedFunctions } from '../verify/paired-functions.ts';

/** Options of `wasm-frames verify --against`. */
export interface AgainstOptions {
  /** Files that say where code comes from, in the order of the tools that made them. */
  readonly provenance: readonly string[];
  /** Run both modules too. */
  readonly run: boolean;
  /** How long each module may run. */
  readonly runSeconds: number;
  readonly json: boolean;
  /** Functions, calls and lines that the text shows. */
  readonly places: number;
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
      if (run !== undefined && run.stacks === 0 && run.stopped.length + run.leftOut > 0) {
        io.stderr(`${io.argv0}: ${path}: no stack within ${options.runSeconds} seconds: nothing to compare\n`);
        status = 2;
      }
      if (!options.json) io.stdout(formatComparison(comparison, options.places));
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
  const [tableBefore, tableAfter] = [frameTable(before), frameTable(after)];
  const subject = { ...code, frames: () => tableBefore };
  const { provenance, unmatched } = readProvenances(options.provenance, subject, io);
  const expected = expectedFrames(tableBefore, code, provenance);
  const isGiven = options.provenance.length > 0;
  const sides = { before: { module: before, listing: code.before }, after: { module: after, listing: code.after } };
  const functions: MatchedFunction[] = [];
  for (const each of compareFrames(expected, tableAfter, comparedFunctions(after, code.after))) {
    functions.push({ ...each, matchedBy: isGiven ? 'provenance' : 'body' });
  }
  const compared = new Set(functions.map(({ index }) => index));
  // Functions whose bodies changed, by their names or constants, and the calls and constants in them.
  const pairs = isGiven ? [] : [...pairedFunctions(sides.before, sides.after, compared)];
  let at = 0;
  for (const each of compareStructure(tableBefore, tableAfter, pairs)) {
    functions.push({ ...each, matchedBy: pairs[at++]!.matchedBy });
  }
  const byName = pairs.filter(({ matchedBy }) => matchedBy === 'name').length;
  const counts = emptyCounts();
  for (const each of functions) addCounts(counts, each.counts);
  const run = options.run
    ? await compareRuns(
        { bytes: beforeBytes, module: before.module, frames: framesOf(before) },
        { bytes: afterBytes, module: after.module, frames: framesOf(after) },
        options.runSeconds,
      )
    : undefined;
  return {
    module: path,
    before: beforePath,
    basis: isGiven ? 'provenance' : 'inferred',
    unmatched: Math.max(0, unmatched - pairs.length),
    byName,
    byConstants: pairs.length - byName,
    counts,
    functions,
    run,
  };
}

/**
 * The frames of the old instruction, then those of the calls that it was inlined through; of code that several functions
 * were folded into those that the rewriter gives it, which the stack as a whole may tell apart.
 */
function expectedFrames(
  frames: FrameTable,
  code: { readonly before: CodeListing; readonly after: CodeListing },
  provenance: Provenance,
): (address: number) => ExpectedFrames | undefined {
  const { chains, qualities, starts } = provenance;
  let composed: FrameTable | undefined;
  return (address) => {
    const span = findSpan(provenance, codeOffset(address));
    // What stands further on in a span is filler, like the end of a block: no stack is ever there.
    if (span < 0 || chains[span]! < 0 || starts[span] !== address) return undefined;
    if (qualities[span] === QUALITY.merged) {
      composed ??= composeFrames({ frames, ...code, provenance });
      return { frames: framesAt(composed, address), isInferred: true };
    }
    const expected = chainOf(provenance, chains[span]!).flatMap((old) => framesAt(frames, old));
    return { frames: expected, isInferred: qualities[span] !== QUALITY.exact };
  };
}

function readProvenances(
  files: readonly string[],
  code: ProvenanceSubject,
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

/** Frames in JSON are what a stack trace shows of them. */
function jsonOf(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'inlined' in value && 'quality' in value) {
    const frame = value as Frame;
    return { function: nameOf(frame), file: frame.file?.path, line: frame.line, column: frame.column };
  }
  return value;
}
