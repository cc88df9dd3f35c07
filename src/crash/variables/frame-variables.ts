import type { CodeOffset } from '../../addresses.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import type { DwarfFrames } from '../../frames/dwarf-frames.ts';
import { referredType } from '../../symbolize/variables/type-size.ts';
import { type Place, placeOf } from './evaluate.ts';
import { formatValue } from './format-value.ts';
import type { FrameState } from './frame-state.ts';
import { typeName } from './type-name.ts';

/** A variable with its value. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly kind: 'parameter' | 'local' | 'global';
  /** As a debugger prints it; in angle brackets the reason where there is none. */
  readonly value: string;
}

/** Blocks nested deeper than this are damage. */
const DEEPEST_BLOCK = 256;
const MOST_GLOBALS = 1000;

/** The parameters and locals of every logical frame at an address, innermost first, as `Symbolizer.frames` orders them. */
export function variablesAt(dwarf: DwarfFrames, address: CodeOffset, state: FrameState): Variable[][] {
  const frames = dwarf.unitAt(address);
  if (frames === undefined) return [];
  const unit = frames.entriesUnit;
  const { offsets, parents, inlined } = frames.subroutines;
  const chain: Entry[] = [];
  for (let node = frames.nodeAt(address); node >= 0; node = inlined[node] === 1 ? parents[node]! : -1) {
    const entry = attempt(unit, () => unit.entryAt(offsets[node]!));
    if (entry === undefined) break;
    chain.push(entry);
  }
  const owner = chain.at(-1);
  if (owner === undefined) return [];
  return chain.map((entry) => {
    const found: Variable[] = [];
    attempt(unit, () => collect(entry, { owner, address, state, found }, 0));
    return found;
  });
}

interface Collection {
  readonly owner: Entry;
  readonly address: number;
  readonly state: FrameState;
  readonly found: Variable[];
}

/** The variables of a function or block, and of the blocks in it that the address is in. */
function collect(scope: Entry, collection: Collection, depth: number): void {
  if (depth > DEEPEST_BLOCK) return;
  for (const child of scope.children()) {
    switch (child.tag) {
      case DW_TAG.formal_parameter:
        collection.found.push(variable(child, 'parameter', collection));
        break;
      case DW_TAG.variable:
        collection.found.push(variable(child, 'local', collection));
        break;
      case DW_TAG.lexical_block:
      case DW_TAG.try_block:
      case DW_TAG.catch_block:
        if (holds(child, collection.address)) collect(child, collection, depth + 1);
        break;
      default:
    }
  }
}

function holds(block: Entry, address: number): boolean {
  const ranges = block.ranges();
  for (let at = 0; at < ranges.length; at += 2) if (address >= ranges[at]! && address < ranges[at + 1]!) return true;
  return ranges.length === 0;
}

function variable(entry: Entry, kind: Variable['kind'], { owner, address, state }: Collection): Variable {
  const { name, type } = declarationOf(entry);
  const place = placeOf(entry, owner, address, state);
  return { name: name ?? '(unnamed)', type: nameOf(entry.unit, type), kind, value: formatValue(type, place, state) };
}

/** The name and type, which stand in the abstract instance of an inlined call's variables. */
function declarationOf(entry: Entry): { name: string | undefined; type: Entry | undefined } {
  let name: string | undefined;
  let type: Entry | undefined;
  attempt(entry.unit, () => {
    for (const each of entry.chain()) {
      name ??= each.string(DW_AT.name);
      type ??= referredType(each);
    }
  });
  return { name, type };
}

function nameOf(unit: Unit, type: Entry | undefined): string {
  return type === undefined ? '?' : (attempt(unit, () => typeName(type)) ?? '?');
}

/** The variables of static storage in the unit of an address, by name. */
export function globalsAt(dwarf: DwarfFrames, address: CodeOffset, state: FrameState): Variable[] {
  const unit = dwarf.unitAt(address)?.entriesUnit;
  const found: Variable[] = [];
  if (unit === undefined) return found;
  attempt(unit, () => {
    for (const { entry } of unit.entries()) {
      if (entry.tag !== DW_TAG.variable || !entry.has(DW_AT.location)) continue;
      const place: Place = placeOf(entry, entry, -1, NO_FRAME(state));
      if (place.kind !== 'memory' || found.length >= MOST_GLOBALS) continue;
      const { name, type } = declarationOf(entry);
      if (name === undefined) continue;
      found.push({ name, type: nameOf(unit, type), kind: 'global', value: formatValue(type, place, state) });
    }
  });
  return found;
}

/** Without a frame, only places in memory are places. */
const NO_FRAME = (state: FrameState): FrameState => ({
  locals: [],
  stack: [],
  global: () => undefined,
  memory: state.memory,
});

/** What can be read, else nothing: damage is reported, and takes away no other variable. */
function attempt<T>(unit: Unit, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    unit.dwarf.damage('entries/variables', error);
    return undefined;
  }
}
