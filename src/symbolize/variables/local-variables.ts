import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_OP } from '../../dwarf/constants/operations.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { isFormatError } from '../../errors.ts';
import type { UnitFrames } from '../../frames/unit-frames.ts';
import type { LocalVariable } from '../answers.ts';
import { formatLocation } from './format-location.ts';
import { locationAt, locationsOf } from './location-expressions.ts';
import { referredType, typeSize } from './type-size.ts';

/**
 * The variables and parameters of the innermost function at an address, those of nested blocks and of calls inlined
 * into it included, in the order of the debug information (`DWARFContext::getLocalsForAddress`).
 */
export function localVariables(unit: UnitFrames, address: number): LocalVariable[] {
  const node = unit.nodeAt(address);
  if (node < 0) return [];
  const { entriesUnit } = unit;
  // LLVM does not look into split units here.
  if (entriesUnit !== unit.unit && entriesUnit.dwarf.likeLlvm) return [];
  const locals: LocalVariable[] = [];
  try {
    const subprogram = entriesUnit.entryAt(unit.subroutines.offsets[node]!);
    if (subprogram !== undefined) collect(subprogram, functionOf(subprogram), address, locals, 0);
  } catch (error) {
    if (!isFormatError(error)) throw error;
    entriesUnit.dwarf.damage('entries/locals', error);
  }
  return locals;
}

/** What the variables of a function share. */
interface Owner {
  readonly name: string | undefined;
  /** `DW_OP_breg` of the register that the frame base is, which offsets then may count from. */
  readonly baseOperation: number | undefined;
}

/** Blocks nested deeper than this are damage. */
const DEEPEST_BLOCK = 512;

function collect(entry: Entry, owner: Owner, address: number, locals: LocalVariable[], depth: number): void {
  if (entry.tag === DW_TAG.variable || entry.tag === DW_TAG.formal_parameter) {
    locals.push(describe(entry, owner, address));
    return;
  }
  if (depth > DEEPEST_BLOCK) return;
  let inner = owner;
  if (entry.tag === DW_TAG.inlined_subroutine) {
    const origin = attempt(entry, () => entry.reference(DW_AT.abstract_origin));
    if (origin !== undefined) inner = functionOf(origin);
  }
  for (const child of entry.children()) collect(child, inner, address, locals, depth + 1);
}

function functionOf(entry: Entry): Owner {
  let name: string | undefined;
  attempt(entry, () => {
    for (const each of entry.chain()) name ??= each.string(DW_AT.name);
  });
  const base = attempt(entry, () => entry.value(DW_AT.frame_base));
  let baseOperation: number | undefined;
  if (base?.class === 'expression' || base?.class === 'block') {
    const reader = new ByteReader(base.bytes);
    const operation = reader.done ? 0 : reader.u8();
    if (operation >= DW_OP.reg0 && operation < DW_OP.reg0 + 32) baseOperation = DW_OP.breg0 + (operation - DW_OP.reg0);
  }
  return { name, baseOperation };
}

function describe(entry: Entry, { name: functionName, baseOperation }: Owner, address: number): LocalVariable {
  const { unit } = entry;
  const locations = attempt(entry, () => locationsOf(entry)) ?? [];
  let frameOffset: number | undefined;
  for (const { expression } of locations) {
    frameOffset ??= attempt(entry, () => frameOffsetOf(expression, baseOperation));
  }
  const current = locationAt(locations, address);
  const tagOffset = attempt(entry, () => entry.constant(DW_AT.LLVM_tag_offset));
  // What is declared stands in the abstract instance; a place is an instance's own.
  const declaration = attempt(entry, () => entry.reference(DW_AT.abstract_origin)) ?? entry;
  const type = attempt(declaration, () => referredType(declaration));
  const fileIndex = attempt(declaration, () => declaration.constant(DW_AT.decl_file));
  return {
    functionName,
    name: attempt(declaration, () => declaration.string(DW_AT.name)),
    file: fileIndex === undefined ? undefined : unit.sourceFile(fileIndex)?.path,
    line: attempt(declaration, () => declaration.constant(DW_AT.decl_line)),
    frameOffset,
    size: type === undefined ? undefined : typeSize(type, unit.addressSize),
    tagOffset,
    location: current && attempt(entry, () => formatLocation(current.expression, unit)),
  };
}

/** The distance from the frame base, in an expression that is that and nothing more, or a pointer there. */
function frameOffsetOf(expression: Window, baseOperation: number | undefined): number | undefined {
  const reader = new ByteReader(expression);
  if (reader.done) return undefined;
  const operation = reader.u8();
  if (operation !== DW_OP.fbreg && operation !== baseOperation) return undefined;
  const offset = reader.sleb();
  if (reader.done || (reader.left === 1 && reader.u8() === DW_OP.deref)) return offset;
  return undefined;
}

/** What can be read, else nothing: a damaged attribute does not take the variable away. */
function attempt<T>(entry: Entry, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    entry.unit.dwarf.damage('entries/local', error);
    return undefined;
  }
}
