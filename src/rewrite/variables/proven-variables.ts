import type { CodeOffset } from '../../addresses.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { DebugModule } from '../../debug-module/debug-module.ts';
import { DW_OP } from '../../dwarf/constants/operations.ts';
import { WASM_LOCATION } from '../../dwarf/read/expressions.ts';
import type { InstanceVariables, PlacedVariables } from '../../frames/placed-variables.ts';
import { QUALITY } from '../../frames/quality.ts';
import { type CodeListing, entryAt, functionOfEntry, PROLOGUE } from '../code-listing.ts';
import { spansOfEntries } from '../merged-functions.ts';
import type { Provenance } from '../provenance.ts';
import { newGlobalIndexes } from './global-indexes.ts';
import { type OldFrame, readOldFrames } from './old-frames.ts';
import { readStackFrame, type StackFrame } from './stack-frame.ts';

/** What the code before and after is, and how one became the other. */
interface Rewritten {
  readonly before: CodeListing;
  readonly after: CodeListing;
  readonly provenance: Provenance;
}

/**
 * The variables of functions that are in memory and still are where they were.
 *
 * A compiler puts them at fixed distances from the frame base, and that at a fixed distance from the stack pointer's value
 * on entry. Optimizers leave memory alone: what was stored at a distance from that value still is. So a variable's place
 * is known where the new body, which has to be of that very function, has a local that is set once, to the frame base's
 * distance from the stack pointer on entry; or never moves the stack pointer, where the old one did not either and had
 * its frame base there. Copies that were inlined have frames of their own making, and are left out.
 */
export function provenVariables(debug: DebugModule, rewritten: Rewritten): PlacedVariables {
  const { frames, placedVariables } = readOldFrames(debug);
  const instances = new Map<number, InstanceVariables>();
  if (frames.every(({ variables }) => variables.length === 0)) return { instances, placedVariables };
  const { before, after } = rewritten;
  const globals = newGlobalIndexes(before, after, rewritten.provenance);
  const standing = standingFunctions(rewritten);
  for (const frame of frames) {
    if (frame.variables.length === 0 || frame.base === undefined) continue;
    const entry = entryAt(before, frame.start);
    if (entry < 0 || before.offsets[entry] !== frame.start || before.opcodes[entry] !== PROLOGUE) continue;
    const old = functionOfEntry(before, entry);
    const now = standing.get(old);
    if (now === undefined) continue;
    const frameBase = newFrameBase({ frame, old, now }, globals, rewritten);
    if (frameBase === undefined) continue;
    const variables = frame.variables.map(({ tag, entry: declared, offset }) => ({
      tag,
      entry: declared,
      location: new ByteWriter(8).u8(DW_OP.fbreg).sleb(offset).toBytes(),
    }));
    instances.set(after.offsets[after.first[now]!]!, { frameBase, variables });
  }
  return { instances, placedVariables };
}

/** By old function the new one that is it and no other; one that stands for several is none. */
function standingFunctions({ before, after, provenance }: Rewritten): Map<number, number> {
  const { chains, origins, parents, qualities } = provenance;
  const spans = spansOfEntries(after, provenance);
  const standing = new Map<number, number>();
  const several = new Set<number>();
  for (let n = 0; n < after.functionCount; n++) {
    const span = spans[after.first[n]!]!;
    const chain = span < 0 || provenance.starts[span] !== after.offsets[after.first[n]!] ? -1 : chains[span]!;
    if (chain < 0 || parents[chain]! >= 0 || qualities[span] !== QUALITY.exact) continue;
    const entry = entryAt(before, origins[chain]!);
    if (entry < 0 || before.opcodes[entry] !== PROLOGUE) continue;
    const old = functionOfEntry(before, entry);
    if (standing.has(old)) several.add(old);
    standing.set(old, n);
  }
  for (const old of several) standing.delete(old);
  return standing;
}

/** The expression of the frame base in the new body; undefined where nothing is proven to hold it. */
function newFrameBase(
  { frame, old, now }: { readonly frame: OldFrame; readonly old: number; readonly now: number },
  globals: ReadonlyMap<number, number>,
  { before, after }: Rewritten,
): Uint8Array | undefined {
  const { kind, index } = frame.base!;
  for (const [stackPointer, newStackPointer] of globals) {
    if (kind === 'wasm-global' && stackPointer !== index) continue;
    const then = frameOf(before, old, stackPointer);
    const distance = kind === 'wasm-local' ? then.locals.get(index) : then.keepsStackPointer ? 0 : undefined;
    if (distance === undefined) continue;
    const { keepsStackPointer, locals } = frameOf(after, now, newStackPointer);
    for (const [local, each] of locals) if (each === distance) return wasmLocation(WASM_LOCATION.local, local);
    if (distance === 0 && keepsStackPointer) return wasmLocation(WASM_LOCATION.global, newStackPointer);
    return undefined;
  }
  return undefined;
}

function frameOf({ ends, first, module, offsets }: CodeListing, n: number, stackPointer: number): StackFrame {
  return readStackFrame(module.code!, offsets[first[n]!]! as CodeOffset, ends[n]! as CodeOffset, stackPointer);
}

/** What is in a local or global is the value itself, not its place. */
function wasmLocation(kind: number, index: number): Uint8Array {
  return new ByteWriter(8).u8(DW_OP.WASM_location).u8(kind).uleb(index).u8(DW_OP.stack_value).toBytes();
}
