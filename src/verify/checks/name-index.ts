import type { Window } from '../../bytes/window.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_IDX } from '../../dwarf/constants/name-index.ts';
import { DW_OP } from '../../dwarf/constants/operations.ts';
import { DW_TAG, nameOfTag } from '../../dwarf/constants/tags.ts';
import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { operations } from '../../dwarf/read/expressions.ts';
import { hashName, type NameEntry, type NameIndex, readNameIndexes } from '../../dwarf/read/name-index.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { hex } from '../hex.ts';
import type { RuleName } from '../rules/index.ts';

type Add = (rule: RuleName, message: string, offset: number) => void;

/** `.debug_names` against itself and against the entries that it indexes (DWARF 5, section 6.1.1). */
export function checkNameIndexes({ findings, dwarf }: VerifyContext, section: Window): void {
  const add: Add = (rule, message, offset) =>
    findings.add(rule, message, { section: section.section, offset, path: [] });
  const indexed = new Map<number, number>();
  for (const index of readNameIndexes(section, findings.report)) {
    checkUnits(index, indexed, dwarf, add);
    checkAbbreviations(index, add);
    checkBuckets(index, add);
    const covered = checkNames(index, dwarf, add);
    if (findings.wants('name-index/incomplete')) checkCompleteness(index, dwarf, covered, add);
  }
}

function checkUnits(index: NameIndex, indexed: Map<number, number>, dwarf: Dwarf, add: Add): void {
  if (index.compilationUnits.length === 0 && index.typeUnits.length === 0 && index.foreignTypeUnits.length === 0) {
    add('name-index/no-units', 'index of no unit', index.offset);
  }
  for (const unit of index.compilationUnits) {
    if (dwarf.unitAt(unit)?.offset !== unit) {
      add('name-index/unit', `index of a unit at ${hex(unit)}, where none is`, index.offset);
      continue;
    }
    const other = indexed.get(unit);
    if (other !== undefined) {
      add(
        'name-index/duplicate',
        `index of the unit at ${hex(unit)}, which the index at ${hex(other)} has too`,
        index.offset,
      );
    }
    indexed.set(unit, index.offset);
  }
}

function checkAbbreviations(index: NameIndex, add: Add): void {
  for (const { code, attributes } of index.abbreviations.values()) {
    const names = attributes.map((each) => each.index);
    if (new Set(names).size < names.length) {
      add('name-index/abbreviation', `abbreviation ${code} has an attribute more than once`, index.offset);
    }
    if (!names.includes(DW_IDX.die_offset)) {
      add('name-index/abbreviation', `abbreviation ${code} has no DW_IDX_die_offset`, index.offset);
    }
    const many = index.compilationUnits.length > 1;
    if (many && !names.includes(DW_IDX.compile_unit) && !names.includes(DW_IDX.type_unit)) {
      const message = `abbreviation ${code} has no DW_IDX_compile_unit in an index of several units`;
      add('name-index/abbreviation', message, index.offset);
    }
  }
}

function checkBuckets(index: NameIndex, add: Add): void {
  const { bucketCount, nameCount } = index;
  if (bucketCount === 0) {
    add('name-index/no-hashes', 'index without a hash table', index.offset);
    return;
  }
  const firsts: { bucket: number; first: number }[] = [];
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const first = index.bucketAt(bucket);
    if (first > nameCount)
      add('name-index/bucket', `bucket ${bucket} begins with name ${first} of ${nameCount}`, index.offset);
    else if (first > 0) firsts.push({ bucket, first });
  }
  firsts.sort((a, b) => a.first - b.first);
  let next = 1;
  for (const { bucket, first } of firsts) {
    if (first > next) add('name-index/uncovered', `names ${next} to ${first - 1} are in no bucket`, index.offset);
    let at = first;
    for (; at <= nameCount && index.nameAt(at).hash! % bucketCount === bucket; at++);
    if (at === first) {
      add('name-index/bucket', `bucket ${bucket} begins with name ${first}, whose hash is of another`, index.offset);
    }
    next = Math.max(next, at);
  }
  if (next <= nameCount) add('name-index/uncovered', `names ${next} to ${nameCount} are in no bucket`, index.offset);
}

/** Checks every name and its entries; answers which entries are indexed by which names. */
function checkNames(index: NameIndex, dwarf: Dwarf, add: Add): Map<number, Set<string>> {
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
        checkEntry(index, dwarf, name, entry, covered, add);
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
  index: NameIndex,
  dwarf: Dwarf,
  name: string,
  { offset, tag, compilationUnit, typeUnit, entryOffset, values }: NameEntry,
  covered: Map<number, Set<string>>,
  add: Add,
): void {
  if (entryOffset === undefined) return;
  const foreign = typeUnit !== undefined && typeUnit >= index.typeUnits.length;
  if (foreign) return;
  const unit = typeUnit === undefined ? compilationUnit : index.typeUnits[typeUnit];
  if (unit === undefined) {
    if (values.has(DW_IDX.compile_unit))
      add('name-index/unit-index', `${name} is of a unit that is not in the index`, offset);
    return;
  }
  const home = dwarf.unitAt(unit);
  // Told where the index lists its units.
  if (home?.offset !== unit) return;
  // What split units have is in another file.
  if (home.isSkeleton) return;
  const at = unit + entryOffset;
  const entry = startsAt(home, at) ? attempt(() => home.entryAt(at)) : undefined;
  if (entry === undefined) {
    add('name-index/entry', `${name} is at ${hex(at)}, where no entry starts`, offset);
    return;
  }
  if (entry.tag !== tag) {
    add('name-index/tag', `${name} is a ${nameOfTag(tag)}, and a ${nameOfTag(entry.tag)} at ${hex(at)}`, offset);
  }
  const names = namesOf(entry, true);
  if (!names.includes(name)) {
    add('name-index/name', `${name} is ${names[0] ?? 'nameless'} at ${hex(at)}`, offset);
  }
  const known = covered.get(at) ?? new Set();
  known.add(name);
  covered.set(at, known);
}

/** Entries of a unit, as their own walk gives them: remembered for one unit. */
const starts = new WeakMap<object, Set<number>>();

function startsAt(unit: Entry['unit'], offset: number): boolean {
  let known = starts.get(unit);
  if (known === undefined) {
    known = new Set(Array.from(readableEntries(unit), (entry) => entry.offset));
    starts.set(unit, known);
  }
  return known.has(offset);
}

/** Every named entry with code, a place, or a type has to be in the index. */
function checkCompleteness(
  index: NameIndex,
  dwarf: Dwarf,
  covered: ReadonlyMap<number, ReadonlySet<string>>,
  add: Add,
): void {
  for (const offset of index.compilationUnits) {
    const unit = dwarf.unitAt(offset);
    if (unit === undefined || unit.offset !== offset || unit.isSkeleton) continue;
    for (const entry of readableEntries(unit)) {
      if (!isIndexed(entry)) continue;
      for (const name of namesOf(entry, false)) {
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
    case DW_TAG.base_type:
    case DW_TAG.class_type:
    case DW_TAG.enumeration_type:
    case DW_TAG.namespace:
    case DW_TAG.structure_type:
    case DW_TAG.typedef:
    case DW_TAG.union_type:
    case DW_TAG.unspecified_type:
      return true;
    case DW_TAG.subprogram:
    case DW_TAG.inlined_subroutine:
    case DW_TAG.label:
      return entry.has(DW_AT.low_pc) || entry.has(DW_AT.ranges) || entry.has(DW_AT.entry_pc);
    case DW_TAG.variable:
      return isStatic(entry);
    default:
      return false;
  }
}

function isStatic(entry: Entry): boolean {
  const location = entry.value(DW_AT.location);
  if (location?.class !== 'expression' && location?.class !== 'block') return false;
  const [first] = attempt(() => [...operations(location.bytes, entry.unit.header)]) ?? [];
  return first?.opcode === DW_OP.addr || first?.opcode === DW_OP.addrx || first?.opcode === DW_OP.GNU_addr_index;
}

function namesOf(entry: Entry, withOrigins: boolean): string[] {
  const names: string[] = [];
  let hasName = false;
  let hasLinkageName = false;
  for (const each of readableChain(entry)) {
    const name = attempt(() => each.string(DW_AT.name));
    const linkageName = attempt(() => each.string(DW_AT.linkage_name) ?? each.string(DW_AT.MIPS_linkage_name));
    if (name !== undefined && !hasName) names.push(name);
    if (linkageName !== undefined && !hasLinkageName && linkageName !== name) names.push(linkageName);
    hasName ||= name !== undefined;
    hasLinkageName ||= linkageName !== undefined;
  }
  if (!hasName && entry.tag === DW_TAG.namespace) names.push('(anonymous namespace)');
  if (!withOrigins) return names;
  // Names without their template arguments are indexed too, where the producer does that.
  for (const name of [...names]) {
    const open = name.indexOf('<');
    if (open > 0) names.push(name.slice(0, open));
  }
  return names;
}

/** An entry and those that it completes, up to damage, which is told where references are checked. */
function* readableChain(entry: Entry): Generator<Entry> {
  try {
    yield* entry.chain();
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
