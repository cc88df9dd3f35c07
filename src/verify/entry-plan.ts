import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_FORM } from '../dwarf/constants/forms.ts';
import type { Encoding } from '../dwarf/model/encoding.ts';
import type { AttributeSpecification } from '../dwarf/read/declarations.ts';
import type { EntryShape } from '../dwarf/read/entry-shapes.ts';
import { fixedFormSize } from '../dwarf/read/forms.ts';
import { stepOver } from '../dwarf/read/skip-plan.ts';

/** How a value is read; its length, where it has one of its own, stands in the value. */
export const READ = {
  /** `argument` bytes, or a step of `skip-plan` if that is negative. */
  skip: 0,
  /** An integer of `argument` bytes. */
  fixed: 1,
  uleb: 2,
  sleb: 3,
  /** Nothing: the value is `argument`, from the abbreviation. */
  constant: 4,
  /** A block whose length takes `argument` bytes, or is a LEB128 if that is 0. The value is where it starts. */
  block: 5,
} as const;

/** What is done with it. */
export const ACT = {
  none: 0,
  /** Kept in slot `argument`. */
  keep: 1,
  /** Checked as a reference within the unit, and kept in slot `argument` unless that is negative. */
  reference: 2,
  /** The same within the section. */
  sectionReference: 3,
  /** Checked as an offset into `.debug_str` (0) or `.debug_line_str` (1). */
  string: 4,
  /** Checked as an index of `.debug_str_offsets`. */
  stringIndex: 5,
  /** Checked as an index of the unit's source files, and kept in slot `argument` unless that is negative. */
  file: 6,
} as const;

/** Values that the checks of an entry look at, by their place in a record. */
export const SLOT = {
  low: 0,
  high: 1,
  ranges: 2,
  entryPc: 3,
  callPc: 4,
  callReturnPc: 5,
  callFile: 6,
  callLine: 7,
  callColumn: 8,
  declFile: 9,
  declLine: 10,
  origin: 11,
  specification: 12,
  type: 13,
  location: 14,
  frameBase: 15,
  inline: 16,
  import: 17,
} as const;
export const SLOTS = 18;

const SLOT_OF: ReadonlyMap<number, number> = new Map([
  [DW_AT.low_pc, SLOT.low],
  [DW_AT.high_pc, SLOT.high],
  [DW_AT.ranges, SLOT.ranges],
  [DW_AT.entry_pc, SLOT.entryPc],
  [DW_AT.call_pc, SLOT.callPc],
  [DW_AT.call_return_pc, SLOT.callReturnPc],
  [DW_AT.call_file, SLOT.callFile],
  [DW_AT.call_line, SLOT.callLine],
  [DW_AT.call_column, SLOT.callColumn],
  [DW_AT.decl_file, SLOT.declFile],
  [DW_AT.decl_line, SLOT.declLine],
  [DW_AT.abstract_origin, SLOT.origin],
  [DW_AT.specification, SLOT.specification],
  [DW_AT.type, SLOT.type],
  [DW_AT.location, SLOT.location],
  [DW_AT.frame_base, SLOT.frameBase],
  [DW_AT.inline, SLOT.inline],
  [DW_AT.import, SLOT.import],
]);

/** An entry's values, as their abbreviation says that they are to be read and checked. */
export interface EntryPlan {
  readonly shape: EntryShape;
  /** Quadruples: {@link READ}, its argument, {@link ACT}, its argument. */
  readonly steps: Int32Array;
  /** The form in each slot, 0 where there is none, negative where its value is not read. */
  readonly forms: readonly number[];
  /** Attributes whose form cannot be what they mean. */
  readonly misformed: readonly { readonly name: number; readonly form: number }[];
  readonly hasLocation: boolean;
  /** Whether entries say the forms of some values themselves: `EntryPlans.resolve` has the plan of one of them. */
  readonly isIndirect: boolean;
}

/** An attribute of an abbreviation, or of an entry that says its form itself. */
export interface PlannedAttribute extends AttributeSpecification {
  /** Bytes before the value that say its form. */
  readonly before?: number;
}

/** @throws FormatError `unknown-code` for an unknown form. */
export function planOf(
  shape: EntryShape,
  attributes: readonly PlannedAttribute[],
  encoding: Encoding,
  section: string,
): EntryPlan {
  const steps: number[] = [];
  const forms: number[] = new Array(SLOTS).fill(0);
  const misformed: { name: number; form: number }[] = [];
  let isIndirect = false;
  for (const each of attributes) {
    const { name, form, implicit, before } = each;
    isIndirect ||= form === DW_FORM.indirect;
    if (before !== undefined) pushSkip(steps, before);
    const slot = forms[SLOT_OF.get(name) ?? -1] === 0 ? SLOT_OF.get(name)! : -1;
    if (isMisformed(name, form, encoding.version)) misformed.push({ name, form });
    const [act, argument] = actionOf(name, form, slot);
    // Negative where the value is there and its form has nothing that is looked at.
    if (slot >= 0) forms[slot] = act === ACT.none ? -form : form;
    const size = fixedFormSize(form, encoding);
    if (act === ACT.none) {
      pushSkip(steps, stepOver(each, encoding, { section, offset: shape.abbreviation.offset }));
    } else if (form === DW_FORM.implicit_const) {
      steps.push(READ.constant, implicit, act, argument);
    } else if (size !== undefined) {
      steps.push(READ.fixed, size, act, argument);
    } else {
      steps.push(readingOf(form), blockSizeOf(form), act, argument);
    }
  }
  const hasLocation = forms[SLOT.location] !== 0 || forms[SLOT.frameBase] !== 0;
  return { shape, steps: Int32Array.from(steps), forms, misformed, hasLocation, isIndirect };
}

/** Adds a step over bytes, or over a kind of value where it is negative; neighbouring bytes become one step. */
function pushSkip(steps: number[], step: number): void {
  const last = steps.length - 4;
  if (step > 0 && last >= 0 && steps[last] === READ.skip && steps[last + 1]! > 0) steps[last + 1]! += step;
  else if (step !== 0) steps.push(READ.skip, step, ACT.none, 0);
}

function actionOf(name: number, form: number, slot: number): [act: number, argument: number] {
  switch (form) {
    case DW_FORM.ref1:
    case DW_FORM.ref2:
    case DW_FORM.ref4:
    case DW_FORM.ref8:
    case DW_FORM.ref_udata:
      return [ACT.reference, slot];
    case DW_FORM.ref_addr:
      return [ACT.sectionReference, slot];
    case DW_FORM.strp:
      return [ACT.string, 0];
    case DW_FORM.line_strp:
      return [ACT.string, 1];
    case DW_FORM.strx:
    case DW_FORM.strx1:
    case DW_FORM.strx2:
    case DW_FORM.strx3:
    case DW_FORM.strx4:
    case DW_FORM.GNU_str_index:
      return [ACT.stringIndex, 0];
    case DW_FORM.indirect:
    case DW_FORM.string:
    case DW_FORM.data16:
    case DW_FORM.ref_sig8:
    case DW_FORM.LLVM_addrx_offset:
      return [ACT.none, 0];
    default:
      if ((name === DW_AT.call_file || name === DW_AT.decl_file) && isConstant(form)) return [ACT.file, slot];
      return slot < 0 ? [ACT.none, 0] : [ACT.keep, slot];
  }
}

function readingOf(form: number): number {
  switch (form) {
    case DW_FORM.sdata:
      return READ.sleb;
    case DW_FORM.block:
    case DW_FORM.exprloc:
    case DW_FORM.block1:
    case DW_FORM.block2:
    case DW_FORM.block4:
      return READ.block;
    default:
      return READ.uleb;
  }
}

function blockSizeOf(form: number): number {
  return form === DW_FORM.block1 ? 1 : form === DW_FORM.block2 ? 2 : form === DW_FORM.block4 ? 4 : 0;
}

export function isConstant(form: number): boolean {
  switch (form) {
    case DW_FORM.data1:
    case DW_FORM.data2:
    case DW_FORM.data4:
    case DW_FORM.data8:
    case DW_FORM.udata:
    case DW_FORM.sdata:
    case DW_FORM.implicit_const:
      return true;
    default:
      return false;
  }
}

/** Whether a form is an offset within a unit. */
export function isUnitReference(form: number): boolean {
  switch (form) {
    case DW_FORM.ref1:
    case DW_FORM.ref2:
    case DW_FORM.ref4:
    case DW_FORM.ref8:
    case DW_FORM.ref_udata:
      return true;
    default:
      return false;
  }
}

/** Whether a form is an address, or an index of one. */
export function isAddress(form: number): boolean {
  return form === DW_FORM.addr || isAddressIndex(form);
}

export function isAddressIndex(form: number): boolean {
  switch (form) {
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

export function isBlock(form: number): boolean {
  return (
    form === DW_FORM.exprloc ||
    form === DW_FORM.block ||
    form === DW_FORM.block1 ||
    form === DW_FORM.block2 ||
    form === DW_FORM.block4
  );
}

/** Whether an attribute that the checks read has a form of no class that it may have (DWARF 5, table 7.5). */
function isMisformed(name: number, form: number, version: number): boolean {
  if (form === DW_FORM.indirect) return false;
  // Before DWARF 4 offsets of sections were constants.
  const isOffset = form === DW_FORM.sec_offset || (version < 4 && (form === DW_FORM.data4 || form === DW_FORM.data8));
  switch (name) {
    case DW_AT.ranges:
      return !(isOffset || form === DW_FORM.rnglistx);
    case DW_AT.stmt_list:
      return !isOffset;
    // LLVM writes addresses as expressions where it is told to save relocations.
    case DW_AT.low_pc:
      return !(isAddress(form) || form === DW_FORM.LLVM_addrx_offset || form === DW_FORM.exprloc);
    case DW_AT.high_pc:
      return !(isAddress(form) || form === DW_FORM.LLVM_addrx_offset || form === DW_FORM.exprloc || isConstant(form));
    case DW_AT.location:
    case DW_AT.frame_base:
      return !(isOffset || form === DW_FORM.loclistx || isBlock(form));
    case DW_AT.call_file:
    case DW_AT.call_line:
    case DW_AT.decl_file:
    case DW_AT.decl_line:
      return !isConstant(form);
    default:
      return false;
  }
}
