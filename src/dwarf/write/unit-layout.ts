import { DW_FORM } from '../constants/forms.ts';
import type { Encoding } from '../model/encoding.ts';
import { slebSize, ulebSize } from './leb128.ts';
import { type UnitContext, type UnitPlace, unitHeaderSize, type WrittenUnitHeader } from './unit.ts';
import { hasNumber, isLarge } from './values.ts';

/** Where the entries of a unit stand, and how large it is: goes on until references take the bytes that they need. */
export function layOutUnit(unit: UnitPlace, context: UnitContext): void {
  const { entries, grouped, codes, labelOffsets } = context;
  const { header, firstItem, endItem } = unit;
  const plans = grouped.groups.map(() => undefined as Plan | undefined);
  const labels = entries.labels.data;
  const { data: values } = entries.values;
  let changed = true;
  while (changed) {
    changed = false;
    let at = unitHeaderSize(header);
    let position = unit.firstValue;
    for (let item = firstItem; item < endItem; item++) {
      const label = labels[item]!;
      if (label >= 0 && labelOffsets[label] !== at) {
        labelOffsets[label] = at;
        changed = true;
      }
      const group = grouped.groupOfItem[item]!;
      if (group < 0) {
        at++;
        continue;
      }
      plans[group] ??= planOf(context, group, header);
      const plan = plans[group]!;
      at += ulebSize(codes[group]!) + plan.size;
      for (let index = 0; index < plan.variable.length; index += 2) {
        at += variableSize(plan.variable[index]!, values[position + plan.variable[index + 1]!]!, context);
      }
      position += plan.width;
    }
    unit.size = at;
  }
}

/** How large entries of a group are: what is fixed, and form and place of each value that is not. */
interface Plan {
  readonly size: number;
  readonly variable: readonly number[];
  readonly width: number;
}

function planOf({ grouped }: UnitContext, index: number, header: WrittenUnitHeader): Plan {
  const { forms, shape } = grouped.groups[index]!;
  let size = 0;
  let place = 0;
  const variable: number[] = [];
  for (const [attribute, kind] of shape.kinds.entries()) {
    const fixed = fixedSize(forms[attribute]!, header);
    if (isLarge(kind)) variable.push(LARGE, place);
    else if (fixed === undefined) variable.push(forms[attribute]!, place);
    else size += fixed;
    if (hasNumber(kind)) place++;
  }
  return { size, variable, width: shape.width };
}

function fixedSize(form: number, { version, addressSize, offsetSize }: Encoding): number | undefined {
  switch (form) {
    case DW_FORM.flag_present:
    case DW_FORM.implicit_const:
      return 0;
    case DW_FORM.data1:
    case DW_FORM.flag:
      return 1;
    case DW_FORM.data2:
      return 2;
    case DW_FORM.data4:
    case DW_FORM.ref_sup4:
      return 4;
    case DW_FORM.data8:
    case DW_FORM.ref_sig8:
      return 8;
    case DW_FORM.data16:
      return 16;
    case DW_FORM.addr:
      return addressSize;
    case DW_FORM.ref_addr:
      return version <= 2 ? addressSize : offsetSize;
    case DW_FORM.strp:
    case DW_FORM.strp_sup:
    case DW_FORM.GNU_strp_alt:
    case DW_FORM.GNU_ref_alt:
    case DW_FORM.sec_offset:
      return offsetSize;
    default:
      return undefined;
  }
}

/** In a plan: bytes that stand as they are. */
const LARGE = -1;

function variableSize(form: number, value: number, { blocks, labelOffsets, strings }: UnitContext): number {
  switch (form) {
    case LARGE:
      return blocks[value]!.bytes.length;
    case DW_FORM.udata:
    case DW_FORM.addrx:
    case DW_FORM.GNU_addr_index:
      return ulebSize(value);
    case DW_FORM.sdata:
      return slebSize(value);
    case DW_FORM.string:
      return strings.size(value);
    case DW_FORM.ref_udata:
      return ulebSize(labelOffsets[value]!);
    case DW_FORM.block:
    case DW_FORM.exprloc: {
      const { length } = blocks[value]!.bytes;
      return ulebSize(length) + length;
    }
    default:
      throw new RangeError(`form 0x${form.toString(16)} is not written`);
  }
}
