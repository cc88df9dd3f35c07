import { ByteReader } from '../../bytes/byte-reader.ts';
import { FormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_FORM } from '../constants/forms.ts';
import { DW_TAG } from '../constants/tags.ts';
import type { Encoding } from '../model/encoding.ts';
import { DEEPEST_ENTRY } from './entry-cursor.ts';
import { type EntryShape, skipEntry } from './entry-shapes.ts';
import { type FormValue, readForm } from './forms.ts';
import { STEP, stepFrom, stepOver } from './skip-plan.ts';
import type { Unit } from './unit.ts';

/** What a subroutine's columns hold where its entry does not say. */
export const NONE = -1;

/**
 * The functions and inlined calls of a unit, a column each, in the order of their entries: parents before children.
 *
 * This is the hot path of a first query: one walk over the unit's entries, no object an entry, and only the values
 * named here are read.
 */
export interface Subroutines {
  readonly count: number;
  /** Where the entry starts in its section. */
  readonly offsets: readonly number[];
  /** 1 for `DW_TAG_inlined_subroutine`, 0 for `DW_TAG_subprogram`. */
  readonly inlined: readonly number[];
  /** The nearest function or inlined call around, -1 where there is none. */
  readonly parents: readonly number[];
  /** The nearest namespace, class or other scope around, an index into `scopes`; -1 where there is none. */
  readonly scopes: readonly number[];
  /** `DW_AT_low_pc`, -1 where there is none. */
  readonly lowPcs: readonly number[];
  /** `DW_AT_abstract_origin`, else `DW_AT_specification`: an offset in the section; -1 none, -2 elsewhere. */
  readonly origins: readonly number[];
  /** 1 where the entry has a name or a declaration of its own, which count before its origin's. */
  readonly named: readonly number[];
  /** Numbers of files, lines, columns and discriminators of the call; -1 where the entry does not say. */
  readonly callFiles: readonly number[];
  readonly callLines: readonly number[];
  readonly callColumns: readonly number[];
  readonly discriminators: readonly number[];
  /** Start, end and index of the owner of each range of code, in the order of the entries. */
  readonly ranges: readonly number[];
  /** Namespaces, classes and functions that qualify names. */
  readonly scopeOffsets: readonly number[];
  /** The scope around a scope, -1 where there is none. */
  readonly scopeParents: readonly number[];
}

/** Values of a subroutine that are read, by their place in a record. */
const SLOT = {
  low: 0,
  high: 1,
  ranges: 2,
  callFile: 3,
  callLine: 4,
  callColumn: 5,
  discriminator: 6,
  origin: 7,
  specification: 8,
} as const;
const SLOTS = 9;

function slotOf(name: number): number {
  switch (name) {
    case DW_AT.low_pc:
      return SLOT.low;
    case DW_AT.high_pc:
      return SLOT.high;
    case DW_AT.ranges:
      return SLOT.ranges;
    case DW_AT.call_file:
      return SLOT.callFile;
    case DW_AT.call_line:
      return SLOT.callLine;
    case DW_AT.call_column:
      return SLOT.callColumn;
    case DW_AT.GNU_discriminator:
      return SLOT.discriminator;
    case DW_AT.abstract_origin:
      return SLOT.origin;
    case DW_AT.specification:
      return SLOT.specification;
    default:
      return NONE;
  }
}

/** How a captured value is read. */
const READ = { u8: 0, u16: 1, u24: 2, u32: 3, u64: 4, uleb: 5, sleb: 6, constant: 7, skip: 8, address: 9 } as const;

/** The attributes of a subroutine's abbreviation, compiled to what is read of each and what is left out. */
interface Capture {
  /** Triples: how to read ({@link READ}), the slot, and a step or a constant. */
  readonly steps: readonly number[];
  /** The form in each slot, 0 where there is none. */
  readonly forms: readonly number[];
  /** Whether there is a name or a declaration's place among the attributes. */
  readonly isNamed: boolean;
}

function compileCapture(shape: EntryShape, encoding: Encoding, section: string): Capture {
  const steps: number[] = [];
  const forms: number[] = new Array(SLOTS).fill(0);
  for (const each of shape.abbreviation.attributes) {
    const step = stepOver(each, encoding, { section, offset: shape.abbreviation.offset });
    const slot = slotOf(each.name);
    const read = slot === NONE || forms[slot] !== 0 ? READ.skip : readingOf(each.form, step, slot);
    if (read === READ.skip) {
      const last = steps.length - 3;
      if (step > 0 && last >= 0 && steps[last] === READ.skip && steps[last + 2]! > 0) steps[last + 2]! += step;
      else if (step !== 0) steps.push(READ.skip, 0, step);
      continue;
    }
    if (read === READ.address) {
      // What is left in the slot is the address itself.
      forms[slot] = DW_FORM.addr;
      steps.push(read, slot, each.form);
      continue;
    }
    forms[slot] = each.form;
    steps.push(read, slot, each.implicit);
  }
  return { steps, forms, isNamed: shape.abbreviation.attributes.some(({ name }) => NAMING.has(name)) };
}

/** Attributes that `SourceFunction` is made of. */
const NAMING: ReadonlySet<number> = new Set([
  DW_AT.name,
  DW_AT.linkage_name,
  DW_AT.MIPS_linkage_name,
  DW_AT.decl_file,
  DW_AT.decl_line,
]);

function readingOf(form: number, step: number, slot: number): number {
  if (slot === SLOT.low || slot === SLOT.high) {
    // Addresses that are computed.
    if (form === DW_FORM.exprloc || form === DW_FORM.LLVM_addrx_offset) return READ.address;
  }
  if (form === DW_FORM.implicit_const) return READ.constant;
  if (form === DW_FORM.sdata) return READ.sleb;
  // Nothing that a subroutine has here is a flag, a text, or a form that says its form in the entry.
  if (form === DW_FORM.flag || form === DW_FORM.data16) return READ.skip;
  switch (step) {
    case 1:
      return READ.u8;
    case 2:
      return READ.u16;
    case 3:
      return READ.u24;
    case 4:
      return READ.u32;
    case 8:
      return READ.u64;
    case STEP.leb:
      return READ.uleb;
    default:
      return READ.skip;
  }
}

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
 * Damage ends the walk: it is reported, and what stands before it is answered.
 */
export function readSubroutines(unit: Unit): Subroutines {
  const columns = new Columns();
  try {
    walk(unit, columns);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    unit.dwarf.damage('entries/damaged', error);
  }
  return columns;
}

class Columns implements Subroutines {
  readonly offsets: number[] = [];
  readonly inlined: number[] = [];
  readonly parents: number[] = [];
  readonly scopes: number[] = [];
  readonly lowPcs: number[] = [];
  readonly origins: number[] = [];
  readonly named: number[] = [];
  readonly callFiles: number[] = [];
  readonly callLines: number[] = [];
  readonly callColumns: number[] = [];
  readonly discriminators: number[] = [];
  readonly ranges: number[] = [];
  readonly scopeOffsets: number[] = [];
  readonly scopeParents: number[] = [];

  get count(): number {
    return this.offsets.length;
  }
}

function walk(unit: Unit, columns: Columns): void {
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
      columns.scopeOffsets.push(start - base);
      columns.scopeParents.push(scope);
      scope = columns.scopeOffsets.length - 1;
    } else {
      let capture = captures.get(shape);
      if (capture === undefined) {
        capture = compileCapture(shape, header, section.section);
        captures.set(shape, capture);
      }
      slots.fill(NONE);
      at = readCapture(unit, at, capture, slots);
      if (at <= end)
        addSubroutine(unit, columns, start - base, kind === KIND.inlined, subroutine, scope, capture, slots);
      subroutine = columns.offsets.length - 1;
      if (kind === KIND.subprogram) {
        // A function qualifies what is declared in it.
        columns.scopeOffsets.push(start - base);
        columns.scopeParents.push(scope);
        scope = columns.scopeOffsets.length - 1;
      }
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

/** Reads the values of one subroutine into `slots`, and answers where they end. */
function readCapture(unit: Unit, position: number, capture: Capture, slots: Float64Array): number {
  const { bytes } = unit.section;
  const { steps } = capture;
  let at = position;
  for (let index = 0; index < steps.length; index += 3) {
    const slot = steps[index + 1]!;
    switch (steps[index]) {
      case READ.u8:
        slots[slot] = bytes[at]!;
        at += 1;
        break;
      case READ.u16:
        slots[slot] = bytes[at]! | (bytes[at + 1]! << 8);
        at += 2;
        break;
      case READ.u24:
        slots[slot] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
        at += 3;
        break;
      case READ.u32:
        slots[slot] = u32(bytes, at);
        at += 4;
        break;
      case READ.u64:
        slots[slot] = u32(bytes, at) + u32(bytes, at + 4) * 0x1_0000_0000;
        at += 8;
        break;
      case READ.uleb: {
        let byte = bytes[at++]!;
        let value = byte & 0x7f;
        let scale = 128;
        while (byte >= 0x80) {
          byte = bytes[at++]!;
          value += (byte & 0x7f) * scale;
          scale *= 128;
        }
        slots[slot] = value;
        break;
      }
      case READ.sleb: {
        let byte: number;
        let value = 0;
        let scale = 1;
        do {
          byte = bytes[at++]!;
          value += (byte & 0x7f) * scale;
          scale *= 128;
        } while (byte >= 0x80);
        slots[slot] = (byte & 0x40) === 0 ? value : value - scale;
        break;
      }
      case READ.constant:
        slots[slot] = steps[index + 2]!;
        break;
      case READ.address: {
        const reader = new ByteReader(unit.window, at - unit.section.base);
        const value = readForm(reader, steps[index + 2]!, 0, unit.header);
        slots[slot] = unit.address(value) ?? NONE;
        at = unit.section.base + reader.offset;
        break;
      }
      default: {
        const step = steps[index + 2]!;
        at = step > 0 ? at + step : stepFrom(bytes, at, step, unit.header);
      }
    }
  }
  return at;
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function addSubroutine(
  unit: Unit,
  columns: Columns,
  offset: number,
  isInlined: boolean,
  parent: number,
  scope: number,
  { forms, isNamed }: Capture,
  slots: Float64Array,
): void {
  const index = columns.offsets.length;
  columns.offsets.push(offset);
  columns.inlined.push(isInlined ? 1 : 0);
  columns.parents.push(parent);
  columns.scopes.push(scope);
  columns.callFiles.push(slots[SLOT.callFile]!);
  columns.callLines.push(slots[SLOT.callLine]!);
  columns.callColumns.push(slots[SLOT.callColumn]!);
  columns.discriminators.push(slots[SLOT.discriminator]!);
  columns.named.push(isNamed ? 1 : 0);
  columns.origins.push(originOf(unit, forms, slots));
  columns.lowPcs.push(NONE);
  try {
    addRanges(unit, columns, index, forms, slots);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    unit.dwarf.damage('entries/ranges', error);
  }
}

function addRanges(unit: Unit, columns: Columns, index: number, forms: readonly number[], slots: Float64Array): void {
  const { ranges } = columns;
  if (forms[SLOT.low] !== 0) {
    const low = addressOf(unit, forms[SLOT.low]!, slots[SLOT.low]!);
    columns.lowPcs[index] = low;
    const highForm = forms[SLOT.high]!;
    if (highForm !== 0) {
      const high = slots[SLOT.high]!;
      const end = isAddressForm(highForm) ? addressOf(unit, highForm, high) : low + high;
      if (low >= 0) ranges.push(low, end, index);
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
    for (let pair = 0; pair < pairs.length; pair += 2) ranges.push(pairs[pair]!, pairs[pair + 1]!, index);
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
