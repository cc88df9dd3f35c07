import { DW_FORM } from '../../dwarf/constants/forms.ts';
import type { FormValue } from '../../dwarf/read/forms.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { type EntryPlan, isAddress, isAddressIndex, SLOT } from '../entry-plan.ts';

/**
 * Appends the start and end of each range that an entry declares, as they stand: dead, empty and backwards ones too.
 *
 * @throws FormatError where a list or an address cannot be read.
 */
export function readDeclaredRanges(
  unit: Unit,
  { forms }: EntryPlan,
  slots: Float64Array,
  offset: number,
  declared: number[],
): void {
  const lowForm = forms[SLOT.low]!;
  if (isAddress(lowForm)) {
    const low = addressOf(unit, lowForm, slots[SLOT.low]!);
    const highForm = forms[SLOT.high]!;
    if (highForm > 0) {
      const high = slots[SLOT.high]!;
      declared.push(low, isAddress(highForm) ? addressOf(unit, highForm, high) : low + high);
      return;
    }
  }
  if (lowForm !== 0 && !isAddress(lowForm)) {
    // Rare kinds of addresses are left to the reader.
    const ranges = unit.entryAt(offset)?.ranges() ?? [];
    declared.push(...ranges);
    return;
  }
  const form = forms[SLOT.ranges]!;
  if (form <= 0) return;
  const value = slots[SLOT.ranges]!;
  const list: FormValue =
    form === DW_FORM.rnglistx ? { class: 'list-index', index: value } : { class: 'section-offset', offset: value };
  unit.readRangesInto(list, declared);
}

function addressOf(unit: Unit, form: number, value: number): number {
  if (isAddressIndex(form)) return unit.addressAt(value);
  // The largest two values of each size are tombstones; with 8 bytes they round to the same number.
  const largest = 2 ** (8 * unit.addressSize);
  if (unit.addressSize === 8) return value >= largest - 2048 ? -1 : value;
  return value >= largest - 2 ? value - largest : value;
}
