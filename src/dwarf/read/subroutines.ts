import { ByteReader } from '../../bytes/byte-reader.ts';
import { FormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_FORM } from '../constants/forms.ts';
import { DW_TAG } from '../constants/tags.ts';
import { DEEPEST_ENTRY } from './entry-cursor.ts';
import { type EntryShape, skipEntry } from './entry-shapes.ts';
import type { FormValue } from './forms.ts';
import { NONE, SubroutineColumns, type Subroutines } from './subroutine-columns.ts';
import { type Capture, compileCapture, readCapture, SLOT, SLOTS } from './subroutine-values.ts';
import type { Unit } from './unit.ts';

/** Kinds of entries, as this walk tells them apart. */
const KIND = { other: 0, subprogram: 1, inlined: 2, declaration: 3 } as const;

function kindOf({ tag, abbreviation }: EntryShape): number {
  if (tag === DW_TAG.inlined_subroutine) return KIND.inlined;
  if (tag !== DW_TAG.subprogram) return KIND.other;
  const hasCode = abbreviation.attributes.some(({ name }) => name === DW_AT.low_pc || name === DW_AT.ranges);
  return hasCode ? KIND.subprogram : KIND.declaration;
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
  const captures = new Captures(unit);
  const byCode: (EntryShape | undefined)[] = [];
  const kindByCode: number[] = [];
  // What is around the entries of each depth: a row, NONE, or a declaration without a row (see `pending`).
  const around = new Float64Array(DEEPEST_ENTRY + 2).fill(NONE);
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
      kind = kindOf(shape);
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
    let subroutine = around[depth]!;
    if (kind === KIND.other || kind === KIND.declaration) {
      if (kind === KIND.declaration) subroutine = pending(start - base);
      at = shape.size >= 0 ? at + shape.size : skipEntry(bytes, at, shape, header);
    } else {
      // Code in a function that has none of its own: the function gets its row now, before what is in it.
      if (subroutine <= pending(0)) {
        const row = captures.addDeclaration(offsetOf(subroutine), columns);
        for (let outer = depth; outer >= 0 && around[outer] === subroutine; outer--) around[outer] = row;
        subroutine = row;
      }
      at = captures.add(shape, at, columns, start - base, kind === KIND.inlined, subroutine);
      subroutine = columns.count - 1;
    }
    if (at > end) {
      throw new FormatError('unexpected-end', section.section, start - base, 'entry reaches past the end of its unit');
    }
    if (shape.hasChildren) {
      if (++depth > DEEPEST_ENTRY) {
        throw new FormatError('too-deep', section.section, start - base, `entries nested deeper than ${DEEPEST_ENTRY}`);
      }
      around[depth] = subroutine;
    } else if (depth === 0) {
      return;
    }
  }
}

/** A declaration at an offset that has no row, as a number less than NONE. */
function pending(offset: number): number {
  return -2 - offset;
}

function offsetOf(value: number): number {
  return -2 - value;
}

/** Reads the values of subroutines, by what their abbreviations are compiled to. */
class Captures {
  readonly #unit: Unit;
  readonly #captures = new Map<EntryShape, Capture>();
  readonly #slots = new Float64Array(SLOTS);

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  /** Adds the entry whose values start at `position` in the file, and answers where they end. */
  add(
    shape: EntryShape,
    position: number,
    columns: SubroutineColumns,
    offset: number,
    isInlined: boolean,
    parent: number,
  ): number {
    const unit = this.#unit;
    const slots = this.#slots;
    let capture = this.#captures.get(shape);
    if (capture === undefined) {
      capture = compileCapture(shape, unit.header, unit.section.section);
      this.#captures.set(shape, capture);
    }
    for (let slot = 0; slot < SLOTS; slot++) slots[slot] = NONE;
    const end = readCapture(unit, position, capture, slots);
    // What reaches past the unit is damage; the caller says so.
    if (end <= unit.section.base + unit.header.end) {
      addSubroutine(unit, columns, offset, isInlined, parent, capture, slots);
    }
    return end;
  }

  /** Adds a function without code of its own, and answers its row. */
  addDeclaration(offset: number, columns: SubroutineColumns): number {
    const { window, shapes, section } = this.#unit;
    const reader = new ByteReader(window, offset);
    this.add(shapes.find(reader.uleb())!, section.base + reader.offset, columns, offset, false, NONE);
    return columns.count - 1;
  }
}

function addSubroutine(
  unit: Unit,
  columns: SubroutineColumns,
  offset: number,
  isInlined: boolean,
  parent: number,
  { forms, isNamed }: Capture,
  slots: Float64Array,
): void {
  const index = columns.add();
  columns.offsets[index] = offset;
  columns.inlined[index] = isInlined ? 1 : 0;
  columns.parents[index] = parent;
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
