import type { DebugModule } from '../../debug-module/debug-module.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { type SimpleLocation, simpleLocation } from '../../dwarf/read/expressions.ts';
import { isFormatError } from '../../errors.ts';

/** A variable at a distance from its function's frame base. */
export interface FrameVariable {
  /** `DW_TAG`. */
  readonly tag: number;
  /** Where the entry that declares it stands in `.debug_info`. */
  readonly entry: number;
  /** From the frame base, in bytes. */
  readonly offset: number;
}

/** A function's frame, as its debugging information entry says. */
export interface OldFrame {
  /** Where its code begins (`CodeOffset`). */
  readonly start: number;
  /** What holds the frame base: a local of the code, or a global. */
  readonly base: { readonly kind: 'wasm-local' | 'wasm-global'; readonly index: number } | undefined;
  /** Not those of inlined calls, nor those that move. */
  readonly variables: readonly FrameVariable[];
}

/** The frames of all functions, and how many variables have places that code decides. */
export interface OldFrames {
  readonly frames: readonly OldFrame[];
  /** Variables whose places are neither fixed nor unknown. */
  readonly placedVariables: number;
}

/** Blocks nested deeper than this are damage. */
const DEEPEST_BLOCK = 64;

/** Reads the frames of the functions of a module. Damage takes away the frames of its unit. */
export function readOldFrames({ dwarf }: DebugModule): OldFrames {
  const frames: OldFrame[] = [];
  let placedVariables = 0;
  for (const unit of dwarf.units) {
    try {
      for (const { entry } of unit.entries()) {
        if (entry.tag !== DW_TAG.subprogram) continue;
        const start = entry.address(DW_AT.low_pc);
        if (start === undefined || start < 0) continue;
        const variables: FrameVariable[] = [];
        placedVariables += collect(entry, variables, 0);
        frames.push({ start, base: baseOf(entry), variables });
      }
    } catch (error) {
      if (!isFormatError(error)) throw error;
      dwarf.damage('entries/variables', error);
    }
  }
  return { frames, placedVariables };
}

/** Adds the variables of a function or block; answers how many have a place that code decides. */
function collect(scope: Entry, found: FrameVariable[] | undefined, depth: number): number {
  let count = 0;
  if (depth > DEEPEST_BLOCK) return count;
  for (const child of scope.children()) {
    switch (child.tag) {
      case DW_TAG.formal_parameter:
      case DW_TAG.variable: {
        const location = child.value(DW_AT.location);
        if (location === undefined) break;
        const simple = location.class === 'expression' ? locationOf(child, DW_AT.location) : undefined;
        if (simple?.kind === 'address' || simple?.kind === 'address-index') break;
        count++;
        if (simple?.kind !== 'frame-base' || found === undefined) break;
        const declared = child.reference(DW_AT.abstract_origin) ?? child;
        if (declared.unit.section.section !== '.debug_info') break;
        found.push({ tag: child.tag, entry: declared.offset, offset: simple.offset });
        break;
      }
      case DW_TAG.lexical_block:
        count += collect(child, found, depth + 1);
        break;
      case DW_TAG.inlined_subroutine:
        count += collect(child, undefined, depth + 1);
        break;
      default:
    }
  }
  return count;
}

function baseOf(entry: Entry): OldFrame['base'] {
  const base = locationOf(entry, DW_AT.frame_base);
  if (base?.kind !== 'wasm-local' && base?.kind !== 'wasm-global') return undefined;
  return base.isValue ? { kind: base.kind, index: base.index } : undefined;
}

function locationOf(entry: Entry, attribute: number): SimpleLocation | undefined {
  const value = entry.value(attribute);
  if (value?.class !== 'expression' && value?.class !== 'block') return undefined;
  return simpleLocation(value.bytes, entry.unit.header);
}
