import { FormatError } from '../../errors.ts';
import { DW_FORM } from '../constants/forms.ts';
import type { Encoding } from '../model/encoding.ts';
import type { AttributeSpecification } from './declarations.ts';
import { fixedFormSize } from './forms.ts';

/**
 * Steps over the values of an entry, compiled from its abbreviation once: a positive number is that many bytes, the
 * others are kinds of values whose size stands in the value.
 */
export const STEP = {
  leb: -1,
  cstring: -2,
  block: -3,
  block1: -4,
  block2: -5,
  block4: -6,
  indirect: -7,
  lebAnd4: -8,
} as const;

/** How to step over the values of an entry. */
export interface SkipPlan {
  /** Bytes that all values together take, or -1 where that depends on them. */
  readonly size: number;
  /** A step after the other, those of fixed sizes joined; see {@link STEP}. */
  readonly steps: readonly number[];
}

/** @throws FormatError `unknown-code` for an unknown form, at the abbreviation's place in `.debug_abbrev`. */
export function compileSkipPlan(
  attributes: readonly AttributeSpecification[],
  encoding: Encoding,
  at: { section: string; offset: number },
): SkipPlan {
  const steps: number[] = [];
  for (const each of attributes) pushStep(steps, stepOver(each, encoding, at));
  const size = steps.length === 0 ? 0 : steps.length === 1 && steps[0]! > 0 ? steps[0]! : -1;
  return { size, steps };
}

/** The step over one value, or its fixed size. @throws FormatError `unknown-code` for an unknown form. */
export function stepOver(
  specification: AttributeSpecification,
  encoding: Encoding,
  at: { section: string; offset: number },
): number {
  const size = fixedFormSize(specification.form, encoding);
  if (size !== undefined) return size;
  switch (specification.form) {
    case DW_FORM.udata:
    case DW_FORM.sdata:
    case DW_FORM.ref_udata:
    case DW_FORM.strx:
    case DW_FORM.addrx:
    case DW_FORM.loclistx:
    case DW_FORM.rnglistx:
    case DW_FORM.GNU_addr_index:
    case DW_FORM.GNU_str_index:
      return STEP.leb;
    case DW_FORM.string:
      return STEP.cstring;
    case DW_FORM.block:
    case DW_FORM.exprloc:
      return STEP.block;
    case DW_FORM.block1:
      return STEP.block1;
    case DW_FORM.block2:
      return STEP.block2;
    case DW_FORM.block4:
      return STEP.block4;
    case DW_FORM.indirect:
      return STEP.indirect;
    case DW_FORM.LLVM_addrx_offset:
      return STEP.lebAnd4;
    default:
      throw new FormatError('unknown-code', at.section, at.offset, `unknown form 0x${specification.form.toString(16)}`);
  }
}

/** Appends a step, joining neighbouring fixed sizes. */
export function pushStep(plan: number[], step: number): void {
  if (step === 0) return;
  const last = plan.length - 1;
  if (step > 0 && last >= 0 && plan[last]! > 0) plan[last]! += step;
  else plan.push(step);
}

/**
 * Where the value ends that a step of a kind other than a fixed size begins at.
 *
 * Positions are in `bytes`. What reaches past the end of the unit is found by the caller, who compares once an entry.
 */
export function stepFrom(bytes: Uint8Array, position: number, step: number, encoding: Encoding): number {
  let at = position;
  switch (step) {
    case STEP.leb:
      while (bytes[at++]! >= 0x80);
      return at;
    case STEP.cstring: {
      const zero = bytes.indexOf(0, at);
      return zero < 0 ? bytes.length + 1 : zero + 1;
    }
    case STEP.block: {
      let size = 0;
      let scale = 1;
      let byte: number;
      do {
        byte = bytes[at++]!;
        size += (byte & 0x7f) * scale;
        scale *= 128;
      } while (byte >= 0x80);
      return at + size;
    }
    case STEP.block1:
      return at + 1 + bytes[at]!;
    case STEP.block2:
      return at + 2 + (bytes[at]! | (bytes[at + 1]! << 8));
    case STEP.block4:
      return at + 4 + ((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0);
    case STEP.lebAnd4:
      while (bytes[at++]! >= 0x80);
      return at + 4;
    default:
      return stepOverIndirect(bytes, at, encoding);
  }
}

function stepOverIndirect(bytes: Uint8Array, position: number, encoding: Encoding): number {
  let at = position;
  for (let depth = 0; depth < 8; depth++) {
    let form = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = bytes[at++]!;
      form += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    if (form === DW_FORM.indirect) continue;
    // An implicit constant after an indirect form stands in the entry itself.
    if (form === DW_FORM.implicit_const) return stepFrom(bytes, at, STEP.leb, encoding);
    const step = stepOver({ name: 0, form, implicit: 0 }, encoding, { section: '.debug_info', offset: position });
    return step >= 0 ? at + step : stepFrom(bytes, at, step, encoding);
  }
  return bytes.length + 1;
}
