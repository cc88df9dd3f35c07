import { FormatError } from '../../errors.ts';
import { DW_FORM } from '../constants/forms.ts';
import { DW_TAG } from '../constants/tags.ts';
import { DEEPEST_ENTRY } from './entry-cursor.ts';
import { type EntryShape, skipEntry } from './entry-shapes.ts';
import type { FormValue } from './forms.ts';
import { NONE, SubroutineColumns, type Subroutines } from './subroutine-columns.ts';
import { type Capture, compileCapture, readCapture, SLOT, SLOTS } from './subroutine-values.ts';
import type { Unit } from './unit.ts';

/** Kinds of entries, as this walk tells them apart. */
const KIND = { other: 0, subprogram: 1, inlined: 2, scope: 3 } as const;

function kindOf(tag: number): number {
  switch (tag) {
    case DW_TAG.subprogram:
      return KIND.subprogram;
    case DW_TAG.inlined_subroutine:
      return KIND.inlined;
    case DW_TAG.namespace:
    case DW_TAG.class_type:
    case DW_TAG.structure_type:
    case DW_TAG.union_type:
    case DW_TAG.interface_type:
    case DW_TAG.enumeration_type:
    case DW_TAG.module:
      return KIND.scope;
    default:
      return KIND.other;
  }
}

/**
 * Walks a unit's entries and collects its functions and inlined calls.
 *
 * This is the hot path of a first query: no object an entry, and only the values that a subroutine needs are read.
 *
 * Damage ends the walk: it is reported, and what stands before it is answered.
 */
export function readSubroutines(unit: Unit): Subroutines {
  // Taken away while it is in use: `report` is not ours and may read another unit.
  const columns = spare ?? new SubroutineColumns();
  spare = undefined;
  columns.clear();
  try {
    walk(unit, columns);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    unit.dwarf.damage('entries/damaged', error);
  }
  const subroutines = columns.toSubroutines();
  spare = columns;
  return subroutines;
}

/** The room of the unit before, while nobody reads one. */
let spare: SubroutineColumns | undefined;

function walk(unit: Unit, columns: SubroutineColumns): void {
  const { header, section, shapes } = unit;
  section.load(header.entriesOffset, header.end);
  const { bytes, base } = section;
  const end = base + header.end;
  const captures = new Map<EntryShape, Capture>();
  const byCode: (EntryShape | undefined)[] = [];
  const kindByCode: number[] = [];
  const slots = new Float64Array(SLOTS);
  // What is around the entries of each depth.
  const subroutineAt = new Int32Array(DEEPEST_ENTRY + 2).fill(NONE);
  const scopeAt = new Int32Array(DEEPEST_ENTRY + 2).fill(NONE);
  let depth = 0;
  let at = base + header.entriesOffset;
  while (at < end) {
    const start = at;
    let code = bytes[at++]!;
    if (code === 0) {
      if (--depth <= 0) return;
      continue;
    }
    if (code >= 0x80) {
      code &= 0x7f;
      let scale = 128;
      let byte: number;
      do {
        byte = bytes[at++]!;
        code += (byte & 0x7f) * scale;
        scale *= 128;
      } while (byte >= 0x80);
    }
    let shape = byCode[code];
    let kind: number;
    if (shape === undefined) {
      shape = code === 0 ? undefined : shapes.find(code);
      if (shape === undefined) {
        const detail = `abbreviation code ${code} is not in its table`;
        throw new FormatError('unknown-code', section.section, start - base, detail);
      }
      kind = kindOf(shape.tag);
      if (code < 1 << 16) {
        while (byCode.length < code) {
          byCode.push(undefined);
          kindByCode.push(0);
        }
        byCode[code] = shape;
        kindByCode[code] = kind;
      }
    } else {
      kind = kindByCode[code]!;
    }
    let subroutine = subroutineAt[depth]!;
    let scope = scopeAt[depth]!;
    if (kind === KIND.other) {
      at = shape.size >= 0 ? at + shape.size : skipEntry(bytes, at, shape, header);
    } else if (kind === KIND.scope) {
      at = skipEntry(bytes, at, shape, header);
      if (shape.hasChildren) scope = columns.addScope(start - base, scope);
    } else {
      let capture = captures.get(shape);
      if (capture === undefined) {
        capture = compileCapture(shape, header, section.section);
        captures.set(shape, capture);
      }
      for (let slot = 0; slot < SLOTS; slot++) slots[slot] = NONE;
      at = readCapture(unit, at, capture, slots);
      if (at <= end)
        addSubroutine(unit, columns, start - base, kind === KIND.inlined, subroutine, scope, capture, slots);
      subroutine = columns.count - 1;
      // A function qualifies what is declared in it.
      if (kind === KIND.subprogram && shape.hasChildren) scope = columns.addScope(start - base, scope);
    }
    if (at > end) {
      throw new FormatError('unexpected-end', section.section, start - base, 'entry reaches past the end of its unit');
    }
    if (shape.hasChildren) {
      if (++depth > DEEPEST_ENTRY) {
        throw new FormatError('too-deep', section.section, start - base, `entries nested deeper than ${DEEPEST_ENTRY}`);
      }
      subroutineAt[depth] = subroutine;
      scopeAt[depth] = scope;
    } else if (depth === 0) {
      return;
    }
  }
}

function addSubroutine(
  unit: Unit,
  columns: SubroutineColumns,
  offset: number,
  isInlined: boolean,
  parent: number,
  scope: number,
  { forms, isNamed }: Capture,
  slots: Float64Array,
): void {
  const index = columns.add();
  columns.offsets[index] = offset;
  columns.inlined[index] = isInlined ? 1 : 0;
  columns.parents[index] = parent;
  columns.scopes[index] = scope;
  columns.callFiles[index] = slots[SLOT.callFile]!;
  columns.callLines[index] = slots[SLOT.callLine]!;
  columns.callColumns[index] = slots[SLOT.callColumn]!;
  columns.discriminators[index] = slots[SLOT.discriminator]!;
  columns.named[index] = isNamed ? 1 : 0;
  columns.origins[index] = originOf(unit, forms, slots);
  columns.lowPcs[index] = NONE;
  try {
    addRanges(unit, columns, index, forms, slots);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    unit.dwarf.damage('entries/ranges', error);
  }
}

function addRanges(
  unit: Unit,
  columns: SubroutineColumns,
  index: number,
  forms: readonly number[],
  slots: Float64Array,
): void {
  if (forms[SLOT.low] !== 0) {
    const low = addressOf(unit, forms[SLOT.low]!, slots[SLOT.low]!);
    columns.lowPcs[index] = low;
    const highForm = forms[SLOT.high]!;
    if (highForm !== 0) {
      const high = slots[SLOT.high]!;
      const end = isAddressForm(highForm) ? addressOf(unit, highForm, high) : low + high;
      if (low >= 0) columns.addRange(low, end, index);
      return;
    }
  }
  const form = forms[SLOT.ranges]!;
  if (form === 0) return;
  const value = slots[SLOT.ranges]!;
  const list: FormValue =
    form === DW_FORM.rnglistx ? { class: 'list-index', index: value } : { class: 'section-offset', offset: value };
  const pairs: number[] = [];
  try {
    unit.readRangesInto(list, pairs);
  } finally {
    for (let pair = 0; pair < pairs.length; pair += 2) columns.addRange(pairs[pair]!, pairs[pair + 1]!, index);
  }
}

function isAddressForm(form: number): boolean {
  switch (form) {
    case DW_FORM.addr:
    case DW_FORM.addrx:
    case DW_FORM.addrx1:
    case DW_FORM.addrx2:
    case DW_FORM.addrx3:
    case DW_FORM.addrx4:
    case DW_FORM.GNU_addr_index:
      return true;
    default:
      return false;
  }
}

function addressOf(unit: Unit, form: number, value: number): number {
  if (form !== DW_FORM.addr) return isAddressForm(form) ? unit.addressAt(value) : value;
  // The largest two values of each size are tombstones; with 8 bytes they round to the same number.
  const largest = 2 ** (8 * unit.addressSize);
  if (unit.addressSize === 8) return value >= largest - 2048 ? -1 : value;
  return value >= largest - 2 ? value - largest : value;
}

function originOf(unit: Unit, forms: readonly number[], slots: Float64Array): number {
  const slot = forms[SLOT.origin] !== 0 ? SLOT.origin : SLOT.specification;
  switch (forms[slot]) {
    case 0:
      return NONE;
    case DW_FORM.ref1:
    case DW_FORM.ref2:
    case DW_FORM.ref4:
    case DW_FORM.ref8:
    case DW_FORM.ref_udata:
      return unit.offset + slots[slot]!;
    case DW_FORM.ref_addr:
      return slots[slot]!;
    default:
      return -2;
  }
}
