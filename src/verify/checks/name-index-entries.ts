import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_IDX } from '../../dwarf/constants/name-index.ts';
import { DW_OP } from '../../dwarf/constants/operations.ts';
import { DW_TAG, nameOfTag } from '../../dwarf/constants/tags.ts';
import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { operations } from '../../dwarf/read/expressions.ts';
import { hashName, type NameEntry, type NameIndex } from '../../dwarf/read/name-index.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { hex } from '../hex.ts';
import type { RuleName } from '../rules/index.ts';
import { indexedNamesOf } from './indexed-names.ts';
import { isType } from './references.ts';

export type AddFinding = (rule: RuleName, message: string, offset: number) => void;

/** Checks every name and its entries; answers which entries are indexed by which names. */
export function checkNames(context: VerifyContext, index: NameIndex, add: AddFinding): Map<number, Set<string>> {
  const { dwarf } = context;
  // Each takes a byte at least, unless names have entries in common.
  let left = index.end - index.offset;
  const covered = new Map<number, Set<string>>();
  for (const { index: number, hash, stringOffset, entriesOffset } of index.names()) {
    let name: string;
    try {
      name = dwarf.stringAt('.debug_str', stringOffset);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      add('name-index/string', `name ${number}: ${error.message}`, index.offset);
      continue;
    }
    if (hash !== undefined && hash !== hashName(name)) {
      add('name-index/hash', `hash of ${name} is ${hex(hashName(name))}, and ${hex(hash)} here`, index.offset);
    }
    let count = 0;
    try {
      for (const entry of index.entries(entriesOffset)) {
        count++;
        if (--left < 0) {
          add('name-index/abbreviation', 'names have entries in common', entry.offset);
          return covered;
        }
        checkEntry(context, index, name, entry, covered, add);
      }
      if (count === 0) add('name-index/no-entries', `${name} has no entries`, entriesOffset);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      add('name-index/abbreviation', `${name}: ${error.detail}`, error.offset);
    }
  }
  return covered;
}

function checkEntry(
  context: VerifyContext,
  index: NameIndex,
  name: string,
  { offset, tag, compilationUnit, typeUnit, entryOffset, values }: NameEntry,
  covered: Map<number, Set<string>>,
  add: AddFinding,
): void {
  if (entryOffset === undefined) return;
  if (typeUnit !== undefined && typeUnit >= index.typeUnits.length) {
    // Those of split files are behind those of this one.
    if (typeUnit < index.typeUnits.length + index.foreignTypeUnits.length) return;
    add('name-index/unit-index', `${name} is of type unit ${typeUnit}, which the index does not have`, offset);
    return;
  }
  const unit = typeUnit === undefined ? compilationUnit : index.typeUnits[typeUnit];
  if (unit === undefined) {
    if (values.has(DW_IDX.compile_unit))
      add('name-index/unit-index', `${name} is of a unit that is not in the index`, offset);
    return;
  }
  const home = context.dwarf.unitAt(unit);
  // Told where the index lists its units.
  if (home?.offset !== unit) return;
  // What split units have is in another file.
  if (home.isSkeleton) return;
  const at = unit + entryOffset;
  const isStart = at < home.header.end && context.startsIn(home.section).has(at);
  const entry = isStart ? attempt(() => home.entryAt(at)) : undefined;
  if (entry === undefined) {
    add('name-index/entry', `${name} is at ${hex(at)}, where no entry starts`, offset);
    return;
  }
  if (entry.tag !== tag) {
    add('name-index/tag', `${name} is a ${nameOfTag(tag)}, and a ${nameOfTag(entry.tag)} at ${hex(at)}`, offset);
  }
  const names = indexedNamesOf(entry, true);
  if (!names.includes(name)) {
    add('name-index/name', `${name} is ${names[0] ?? 'nameless'} at ${hex(at)}`, offset);
  }
  const known = covered.get(at) ?? new Set();
  known.add(name);
  covered.set(at, known);
}

/** Every named entry with code, a place, or a type has to be in the index. */
export function checkCompleteness(
  index: NameIndex,
  dwarf: Dwarf,
  covered: ReadonlyMap<number, ReadonlySet<string>>,
  add: AddFinding,
): void {
  for (const offset of index.compilationUnits) {
    const unit = dwarf.unitAt(offset);
    if (unit === undefined || unit.offset !== offset || unit.isSkeleton) continue;
    for (const entry of readableEntries(unit)) {
      if (!isIndexed(entry)) continue;
      for (const name of indexedNamesOf(entry, false)) {
        if (covered.get(entry.offset)?.has(name)) continue;
        add(
          'name-index/incomplete',
          `${name}, a ${nameOfTag(entry.tag)} at ${hex(entry.offset)}, is not in the index`,
          index.offset,
        );
      }
    }
  }
}

/** The entries of a unit up to damage, which is told where the unit is checked. */
function* readableEntries(unit: Entry['unit']): Generator<Entry> {
  try {
    for (const { entry } of unit.entries()) yield entry;
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
}

/** DWARF 5, section 6.1.1.1; and what compilers leave out all the same. */
function isIndexed(entry: Entry): boolean {
  if (entry.has(DW_AT.declaration)) return false;
  switch (entry.tag) {
    case DW_TAG.namespace:
      return true;
    case DW_TAG.subprogram:
    case DW_TAG.inlined_subroutine:
    case DW_TAG.label:
      return entry.has(DW_AT.low_pc) || entry.has(DW_AT.ranges) || entry.has(DW_AT.entry_pc);
    case DW_TAG.variable:
      return isStatic(entry);
    default:
      // Those without a name have none to be indexed.
      return isType(entry.tag);
  }
}

/** Whether a variable has a place in memory, or in that of a thread. */
function isStatic(entry: Entry): boolean {
  const location = entry.value(DW_AT.location);
  if (location?.class !== 'expression' && location?.class !== 'block') return false;
  const found = attempt(() => [...operations(location.bytes, entry.unit.header)]) ?? [];
  return found.some(({ opcode }) => PLACES.includes(opcode));
}

const PLACES: readonly number[] = [
  DW_OP.addr,
  DW_OP.addrx,
  DW_OP.GNU_addr_index,
  DW_OP.form_tls_address,
  DW_OP.GNU_push_tls_address,
];

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
