import { ByteReader } from '../../bytes/byte-reader.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_FORM } from '../constants/forms.ts';
import type { Encoding } from '../model/encoding.ts';
import type { EntryShape } from './entry-shapes.ts';
import { readForm } from './forms.ts';
import { STEP, stepFrom, stepOver } from './skip-plan.ts';
import { NONE } from './subroutine-columns.ts';
import type { Unit } from './unit.ts';

/** Values of a subroutine that are read, by their place in a record. */
export const SLOT = {
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
export const SLOTS = 9;

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
export interface Capture {
  /** Triples: how to read ({@link READ}), the slot, and a step or a constant. */
  readonly steps: readonly number[];
  /** The form in each slot, 0 where there is none. */
  readonly forms: readonly number[];
  /** Whether there is a name or a declaration's place among the attributes. */
  readonly isNamed: boolean;
}

export function compileCapture(shape: EntryShape, encoding: Encoding, section: string): Capture {
  const steps: number[] = [];
  const forms: number[] = new Array(SLOTS).fill(0);
  const place = { section, offset: shape.abbreviation.offset };
  for (const each of shape.abbreviation.attributes) {
    const step = stepOver(each, encoding, place);
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

/** Reads the values of one subroutine into `slots`, and answers where they end. */
export function readCapture(unit: Unit, position: number, capture: Capture, slots: Float64Array): number {
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
