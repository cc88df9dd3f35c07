import type { Window } from '../../bytes/window.ts';
import { DW_FORM, nameOfForm } from '../../dwarf/constants/forms.ts';
import { DW_IDX, nameOfIndexAttribute } from '../../dwarf/constants/name-index.ts';
import { nameOfTag } from '../../dwarf/constants/tags.ts';
import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import { type NameIndex, readNameIndexes } from '../../dwarf/read/name-index.ts';
import type { VerifyContext } from '../context.ts';
import { isConstant, isUnitReference } from '../entry-plan.ts';
import { hex } from '../hex.ts';
import { type AddFinding, checkCompleteness, checkNames } from './name-index-entries.ts';

/** `.debug_names` against itself and against the entries that it indexes (DWARF 5, section 6.1.1). */
export function checkNameIndexes(context: VerifyContext, section: Window): void {
  const { findings, dwarf } = context;
  const add: AddFinding = (rule, message, offset) =>
    findings.add(rule, message, { section: section.section, offset, path: [] });
  const indexed = new Map<number, number>();
  for (const index of readNameIndexes(section, findings.report)) {
    checkUnits(index, indexed, dwarf, add);
    checkAbbreviations(index, add);
    checkBuckets(index, add);
    const covered = checkNames(context, index, add);
    if (findings.wants('name-index/incomplete')) checkCompleteness(index, dwarf, covered, add);
  }
  if (indexed.size === 0 || !findings.wants('name-index/unit-without-index')) return;
  for (const { offset, header, isSkeleton } of dwarf.units) {
    if (indexed.has(offset) || header.typeSignature !== undefined || isSkeleton) continue;
    add('name-index/unit-without-index', `the unit at ${hex(offset)} is in no index`, section.start);
  }
}

function checkUnits(index: NameIndex, indexed: Map<number, number>, dwarf: Dwarf, add: AddFinding): void {
  if (index.compilationUnits.length === 0) {
    add('name-index/no-units', 'index of no compilation unit', index.offset);
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

function checkAbbreviations(index: NameIndex, add: AddFinding): void {
  for (const code of index.repeatedCodes) {
    add('name-index/repeated-abbreviation', `abbreviation ${code} is declared again`, index.offset);
  }
  for (const { code, tag, attributes } of index.abbreviations.values()) {
    if (nameOfTag(tag).includes('unknown')) {
      add('name-index/unknown', `abbreviation ${code} is of the tag ${hex(tag)}, which is not known`, index.offset);
    }
    for (const { index: attribute, form } of attributes) checkForm(index, code, attribute, form, add);
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

function checkForm(index: NameIndex, code: number, attribute: number, form: number, add: AddFinding): void {
  const name = nameOfIndexAttribute(attribute);
  switch (attribute) {
    case DW_IDX.compile_unit:
    case DW_IDX.type_unit:
      if (isConstant(form)) return;
      break;
    case DW_IDX.die_offset:
      if (isUnitReference(form)) return;
      break;
    case DW_IDX.parent:
      if (form === DW_FORM.flag_present || form === DW_FORM.ref4) return;
      break;
    case DW_IDX.type_hash:
      if (form === DW_FORM.data8) return;
      break;
    case DW_IDX.GNU_internal:
    case DW_IDX.GNU_external:
      return;
    default:
      add('name-index/unknown', `abbreviation ${code} has ${name}, which is not known`, index.offset);
      return;
  }
  const message = `abbreviation ${code} has ${name} with the form ${nameOfForm(form)}`;
  add('name-index/form', message, index.offset);
}

function checkBuckets(index: NameIndex, add: AddFinding): void {
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
