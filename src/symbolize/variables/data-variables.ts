import { ByteReader } from '../../bytes/byte-reader.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_OP } from '../../dwarf/constants/operations.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import { Entry } from '../../dwarf/read/entry.ts';
import { EntryCursor } from '../../dwarf/read/entry-cursor.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import type { DwarfFrames } from '../../frames/dwarf-frames.ts';
import { sourceOf } from './declarations.ts';
import { referredType, typeSize } from './type-size.ts';
import { isTypeTag } from './type-tags.ts';

/** A variable of static storage. */
export interface DataVariable {
  readonly name: string | undefined;
  readonly linkageName: string | undefined;
  readonly address: number;
  /** In bytes; 1 where its type has none. */
  readonly size: number;
  /** Absolute. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** The unit that describes it. */
  readonly unit: Unit;
}

/** The variables that debug information places at a memory address, read a unit at a time. */
export class DataVariables {
  readonly #dwarf: DwarfFrames;
  readonly #byUnit = new Map<Unit, readonly DataVariable[]>();

  constructor(dwarf: DwarfFrames) {
    this.#dwarf = dwarf;
  }

  /** The variable that holds an address. */
  at(address: number): DataVariable | undefined {
    const { likeLlvm } = this.#dwarf.dwarf;
    if (likeLlvm) {
      // LLVM takes a memory address that is also the address of some code for that code's unit.
      const unit = this.#dwarf.unitAt(address)?.unit;
      if (unit !== undefined) return this.#find(unit, address);
    }
    for (const unit of this.#dwarf.codeUnits) {
      const found = this.#find(likeLlvm ? unit : (unit.splitUnit ?? unit), address);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #find(unit: Unit, address: number): DataVariable | undefined {
    let variables = this.#byUnit.get(unit);
    if (variables === undefined) {
      variables = readVariables(unit);
      this.#byUnit.set(unit, variables);
    }
    let low = 0;
    let high = variables.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (variables[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    const variable = variables[low - 1];
    return variable !== undefined && address < variable.address + variable.size ? variable : undefined;
  }
}

/** The variables of a unit by their addresses; of several at one address the last one, children before parents. */
function readVariables(unit: Unit): DataVariable[] {
  const found = new Map<number, DataVariable>();
  try {
    // No object an entry: most are not variables.
    const cursor = new EntryCursor(unit);
    let typeDepth = Number.POSITIVE_INFINITY;
    while (cursor.next()) {
      const { abbreviation } = cursor.shape!;
      if (cursor.depth <= typeDepth) typeDepth = isTypeTag(abbreviation.tag) ? cursor.depth : Number.POSITIVE_INFINITY;
      // LLVM does not look for variables inside of types.
      if (cursor.depth >= typeDepth || abbreviation.tag !== DW_TAG.variable) continue;
      if (!abbreviation.attributes.some(({ name }) => name === DW_AT.location)) continue;
      const variable = readVariable(new Entry(unit, cursor.offset, abbreviation, cursor.valuesOffset));
      if (variable !== undefined) found.set(variable.address, variable);
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    unit.dwarf.damage('entries/variables', error);
  }
  return [...found.values()].sort((a, b) => a.address - b.address);
}

function readVariable(entry: Entry): DataVariable | undefined {
  try {
    const address = constantAddress(entry);
    if (address === undefined || (!entry.unit.dwarf.likeLlvm && isGone(address, entry.unit.addressSize)))
      return undefined;
    // An own type only: LLVM takes a variable whose type stands in its declaration to have one byte.
    const type = referredType(entry);
    const size = (type === undefined ? undefined : typeSize(type, entry.unit.addressSize)) ?? 1;
    const { name, linkageName, file, line } = sourceOf(entry, (error) =>
      entry.unit.dwarf.damage('entries/variable', error),
    );
    return { name, linkageName, address, size, file, line, unit: entry.unit };
  } catch (error) {
    if (!isFormatError(error)) throw error;
    entry.unit.dwarf.damage('entries/variable', error);
    return undefined;
  }
}

/** The address in `DW_OP_addr`, or `DW_OP_addrx`, with `DW_OP_plus_uconst` behind it or nothing. */
function constantAddress(entry: Entry): number | undefined {
  const value = entry.value(DW_AT.location);
  if (value?.class !== 'expression' && value?.class !== 'block') return undefined;
  const { unit } = entry;
  const reader = new ByteReader(value.bytes);
  if (reader.done) return undefined;
  let address: number;
  switch (reader.u8()) {
    case DW_OP.addr:
      address = reader.unsigned(unit.addressSize);
      break;
    case DW_OP.addrx:
    case DW_OP.GNU_addr_index:
      address = unit.addressAt(reader.uleb());
      // LLVM does not know the marks of what was removed in memory addresses.
      if (address < 0) address += 2 ** (8 * unit.addressSize);
      break;
    default:
      return undefined;
  }
  if (reader.done) return address;
  if (reader.u8() !== DW_OP.plus_uconst) return undefined;
  address += reader.uleb();
  return reader.done ? address : undefined;
}

/** Whether an address is what linkers leave of data that they removed. */
function isGone(address: number, size: number): boolean {
  return address >= 2 ** (8 * size) - (size === 8 ? 2048 : 2);
}
