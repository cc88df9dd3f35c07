import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_FORM, nameOfForm } from '../constants/forms.ts';
import type { Encoding } from '../model/encoding.ts';

/**
 * An attribute's value as its form encodes it, indexes and offsets not yet followed (DWARF 5, section 7.5.5).
 *
 * What needs the unit or another section to be understood is resolved by `Unit`: `unit.string(value)`,
 * `unit.address(value)`, `unit.entry(value)`.
 */
export type FormValue =
  /** A target address; -1 and -2 are tombstones. */
  | { readonly class: 'address'; readonly address: number }
  /** An index into `.debug_addr`, and what is added to the address there. */
  | { readonly class: 'address-index'; readonly index: number; readonly addend: number }
  | { readonly class: 'block'; readonly bytes: Window }
  | { readonly class: 'expression'; readonly bytes: Window }
  /** `bits` are all 64, for `DW_FORM_data8`. */
  | { readonly class: 'constant'; readonly value: number; readonly signed: boolean; readonly bits?: bigint }
  /** `DW_FORM_data16`. */
  | { readonly class: 'constant-bytes'; readonly bytes: Window }
  | { readonly class: 'flag'; readonly value: boolean }
  /** An offset into the section that the attribute means. */
  | { readonly class: 'section-offset'; readonly offset: number }
  /** An index into the unit's table of range or location lists. */
  | { readonly class: 'list-index'; readonly index: number }
  /** An entry of the same unit, counted from the unit's start. */
  | { readonly class: 'unit-reference'; readonly offset: number }
  /** An entry of the same section. */
  | { readonly class: 'section-reference'; readonly offset: number }
  /** An entry of the supplementary file. */
  | { readonly class: 'supplementary-reference'; readonly offset: number }
  /** The type unit with this signature. */
  | { readonly class: 'type-signature'; readonly signature: bigint }
  | { readonly class: 'string'; readonly value: string }
  /** An offset into `.debug_str`, `.debug_line_str` or the supplementary file's `.debug_str`. */
  | {
      readonly class: 'string-offset';
      readonly offset: number;
      readonly section: '.debug_str' | '.debug_line_str' | 'supplementary';
    }
  /** An index into the unit's part of `.debug_str_offsets`. */
  | { readonly class: 'string-index'; readonly index: number };

/** Chains of `DW_FORM_indirect` longer than this are damage. */
const MOST_INDIRECT = 8;

/** Bytes that a value of this form takes where that does not depend on the value, else `undefined`. */
export function fixedFormSize(form: number, encoding: Encoding): number | undefined {
  switch (form) {
    case DW_FORM.flag_present:
    case DW_FORM.implicit_const:
      return 0;
    case DW_FORM.data1:
    case DW_FORM.ref1:
    case DW_FORM.flag:
    case DW_FORM.strx1:
    case DW_FORM.addrx1:
      return 1;
    case DW_FORM.data2:
    case DW_FORM.ref2:
    case DW_FORM.strx2:
    case DW_FORM.addrx2:
      return 2;
    case DW_FORM.strx3:
    case DW_FORM.addrx3:
      return 3;
    case DW_FORM.data4:
    case DW_FORM.ref4:
    case DW_FORM.strx4:
    case DW_FORM.addrx4:
    case DW_FORM.ref_sup4:
      return 4;
    case DW_FORM.data8:
    case DW_FORM.ref8:
    case DW_FORM.ref_sig8:
    case DW_FORM.ref_sup8:
      return 8;
    case DW_FORM.data16:
      return 16;
    case DW_FORM.addr:
      return encoding.addressSize;
    case DW_FORM.ref_addr:
      // DWARF 2 gave it the size of an address (DWARF 3, section 7.4).
      return encoding.version <= 2 ? encoding.addressSize : encoding.offsetSize;
    case DW_FORM.strp:
    case DW_FORM.line_strp:
    case DW_FORM.strp_sup:
    case DW_FORM.sec_offset:
    case DW_FORM.GNU_ref_alt:
    case DW_FORM.GNU_strp_alt:
      return encoding.offsetSize;
    default:
      return undefined;
  }
}

/** Leaves out a value. @throws FormatError `unknown-code` for a form that no specification gives a length to. */
export function skipForm(reader: ByteReader, form: number, encoding: Encoding): void {
  const size = fixedFormSize(form, encoding);
  if (size !== undefined) return reader.skip(size);
  switch (form) {
    case DW_FORM.block1:
      return reader.skip(reader.u8());
    case DW_FORM.block2:
      return reader.skip(reader.u16());
    case DW_FORM.block4:
      return reader.skip(reader.u32());
    case DW_FORM.block:
    case DW_FORM.exprloc:
      return reader.skip(reader.uleb());
    case DW_FORM.string:
      return reader.skipCstring();
    case DW_FORM.LLVM_addrx_offset:
      reader.uleb();
      return reader.skip(4);
    default:
      // The others are LEB128, or not forms at all.
      readForm(reader, form, 0, encoding);
  }
}

/**
 * Reads a value.
 *
 * @param implicit the value itself, for `DW_FORM_implicit_const`.
 * @throws FormatError `unknown-code` for a form that no specification gives a length to.
 */
export function readForm(reader: ByteReader, form: number, implicit: number, encoding: Encoding): FormValue {
  switch (form) {
    case DW_FORM.addr:
      return { class: 'address', address: reader.address(encoding.addressSize) };
    case DW_FORM.addrx:
    case DW_FORM.GNU_addr_index:
      return { class: 'address-index', index: reader.uleb(), addend: 0 };
    case DW_FORM.addrx1:
      return { class: 'address-index', index: reader.u8(), addend: 0 };
    case DW_FORM.addrx2:
      return { class: 'address-index', index: reader.u16(), addend: 0 };
    case DW_FORM.addrx3:
      return { class: 'address-index', index: reader.u24(), addend: 0 };
    case DW_FORM.addrx4:
      return { class: 'address-index', index: reader.u32(), addend: 0 };
    case DW_FORM.LLVM_addrx_offset:
      return { class: 'address-index', index: reader.uleb(), addend: reader.u32() };

    case DW_FORM.block1:
      return { class: 'block', bytes: reader.part(reader.u8()) };
    case DW_FORM.block2:
      return { class: 'block', bytes: reader.part(reader.u16()) };
    case DW_FORM.block4:
      return { class: 'block', bytes: reader.part(reader.u32()) };
    case DW_FORM.block:
      return { class: 'block', bytes: reader.part(reader.uleb()) };
    case DW_FORM.exprloc:
      return { class: 'expression', bytes: reader.part(reader.uleb()) };

    case DW_FORM.data1:
      return { class: 'constant', value: reader.u8(), signed: false };
    case DW_FORM.data2:
      return { class: 'constant', value: reader.u16(), signed: false };
    case DW_FORM.data4:
      return { class: 'constant', value: reader.u32(), signed: false };
    case DW_FORM.data8: {
      const bits = reader.u64Bits();
      return { class: 'constant', value: Number(bits), signed: false, bits };
    }
    case DW_FORM.data16:
      return { class: 'constant-bytes', bytes: reader.part(16) };
    case DW_FORM.udata:
      return { class: 'constant', value: reader.uleb(), signed: false };
    case DW_FORM.sdata:
      return { class: 'constant', value: reader.sleb(), signed: true };
    case DW_FORM.implicit_const:
      return { class: 'constant', value: implicit, signed: true };

    case DW_FORM.flag:
      return { class: 'flag', value: reader.u8() !== 0 };
    case DW_FORM.flag_present:
      return { class: 'flag', value: true };

    case DW_FORM.sec_offset:
      return { class: 'section-offset', offset: reader.unsigned(encoding.offsetSize) };
    case DW_FORM.loclistx:
    case DW_FORM.rnglistx:
      return { class: 'list-index', index: reader.uleb() };

    case DW_FORM.ref1:
      return { class: 'unit-reference', offset: reader.u8() };
    case DW_FORM.ref2:
      return { class: 'unit-reference', offset: reader.u16() };
    case DW_FORM.ref4:
      return { class: 'unit-reference', offset: reader.u32() };
    case DW_FORM.ref8:
      return { class: 'unit-reference', offset: reader.u64() };
    case DW_FORM.ref_udata:
      return { class: 'unit-reference', offset: reader.uleb() };
    case DW_FORM.ref_addr:
      return { class: 'section-reference', offset: reader.unsigned(fixedFormSize(form, encoding) ?? 4) };
    case DW_FORM.ref_sig8:
      return { class: 'type-signature', signature: reader.u64Bits() };
    case DW_FORM.ref_sup4:
      return { class: 'supplementary-reference', offset: reader.u32() };
    case DW_FORM.ref_sup8:
      return { class: 'supplementary-reference', offset: reader.u64() };
    case DW_FORM.GNU_ref_alt:
      return { class: 'supplementary-reference', offset: reader.unsigned(encoding.offsetSize) };

    case DW_FORM.string:
      return { class: 'string', value: reader.cstring() };
    case DW_FORM.strp:
      return { class: 'string-offset', offset: reader.unsigned(encoding.offsetSize), section: '.debug_str' };
    case DW_FORM.line_strp:
      return { class: 'string-offset', offset: reader.unsigned(encoding.offsetSize), section: '.debug_line_str' };
    case DW_FORM.strp_sup:
    case DW_FORM.GNU_strp_alt:
      return { class: 'string-offset', offset: reader.unsigned(encoding.offsetSize), section: 'supplementary' };
    case DW_FORM.strx:
    case DW_FORM.GNU_str_index:
      return { class: 'string-index', index: reader.uleb() };
    case DW_FORM.strx1:
      return { class: 'string-index', index: reader.u8() };
    case DW_FORM.strx2:
      return { class: 'string-index', index: reader.u16() };
    case DW_FORM.strx3:
      return { class: 'string-index', index: reader.u24() };
    case DW_FORM.strx4:
      return { class: 'string-index', index: reader.u32() };

    case DW_FORM.indirect:
      return readIndirect(reader, encoding);
    default:
      throw reader.error('unknown-code', `unknown form 0x${form.toString(16)} (${nameOfForm(form)})`);
  }
}

function readIndirect(reader: ByteReader, encoding: Encoding): FormValue {
  const offset = reader.offset;
  for (let depth = 0; depth < MOST_INDIRECT; depth++) {
    const form = reader.uleb();
    if (form === DW_FORM.indirect) continue;
    // An implicit constant after an indirect form stands in the entry itself (DWARF 5, section 7.5.3).
    const implicit = form === DW_FORM.implicit_const ? reader.sleb() : 0;
    return readForm(reader, form, implicit, encoding);
  }
  throw reader.error('too-deep', `more than ${MOST_INDIRECT} indirect forms`, offset);
}
