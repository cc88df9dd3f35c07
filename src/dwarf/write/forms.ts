import { DW_FORM } from '../constants/forms.ts';
import { slebSize, ulebSize } from './leb128.ts';
import { KIND } from './values.ts';

/** The form of a kind of value where there is only one, or no choice is worth it; 0 where forms are chosen by value. */
export function fixedForm(kind: KIND, version: number, offsetSize: number): number {
  switch (kind) {
    case KIND.flag:
      // New in DWARF 4.
      return version >= 4 ? DW_FORM.flag_present : DW_FORM.flag;
    case KIND.unset:
      return DW_FORM.flag;
    case KIND.signed:
      return DW_FORM.sdata;
    case KIND.wide:
      return DW_FORM.data8;
    case KIND.data16:
      return DW_FORM.data16;
    case KIND.address:
      return DW_FORM.addr;
    case KIND.offset:
    case KIND.lines:
    case KIND.ranges:
    case KIND.locations:
      // New in DWARF 4; before, a constant of the size of an offset.
      if (version >= 4) return DW_FORM.sec_offset;
      return offsetSize === 8 ? DW_FORM.data8 : DW_FORM.data4;
    case KIND.block:
      return DW_FORM.block;
    case KIND.expression:
      return version >= 4 ? DW_FORM.exprloc : DW_FORM.block;
    case KIND.signature:
      return DW_FORM.ref_sig8;
    case KIND.supplementaryReference:
      return version >= 5 ? DW_FORM.ref_sup4 : DW_FORM.GNU_ref_alt;
    case KIND.supplementaryString:
      return version >= 5 ? DW_FORM.strp_sup : DW_FORM.GNU_strp_alt;
    case KIND.addressIndex:
      return version >= 5 ? DW_FORM.addrx : DW_FORM.GNU_addr_index;
    case KIND.largeUnsigned:
      return DW_FORM.udata;
    case KIND.largeSigned:
      return DW_FORM.sdata;
    case KIND.data1:
      return DW_FORM.data1;
    case KIND.data2:
      return DW_FORM.data2;
    case KIND.data4:
      return DW_FORM.data4;
    default:
      return 0;
  }
}

/** Bytes of a constant in a form; infinite where it does not fit. */
export function constantSize(form: number, value: number): number {
  switch (form) {
    case DW_FORM.data1:
      return value <= 0xff ? 1 : Number.POSITIVE_INFINITY;
    case DW_FORM.data2:
      return value <= 0xffff ? 2 : Number.POSITIVE_INFINITY;
    case DW_FORM.data4:
      return value <= 0xffff_ffff ? 4 : Number.POSITIVE_INFINITY;
    case DW_FORM.udata:
      return ulebSize(value);
    case DW_FORM.sdata:
      return slebSize(value);
    default:
      return 0;
  }
}
