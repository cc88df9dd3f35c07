import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { DW_FORM } from '../constants/forms.ts';
import { DW_UT } from '../constants/unit-types.ts';
import type { Encoding } from '../model/encoding.ts';
import { writeAddress } from './addresses.ts';
import type { WrittenBlock } from './blocks.ts';
import type { Entries } from './entries.ts';
import type { GroupedEntries } from './entry-groups.ts';
import type { StringTable } from './strings.ts';
import { hasNumber, isLarge, KIND } from './values.ts';

/** What stands in the header of a unit besides its length and its abbreviations. */
export interface WrittenUnitHeader extends Encoding {
  /** `DW_UT`. */
  readonly unitType: number;
  /** Whether it stands in DWARF 4's `.debug_types`. */
  readonly isTypes?: boolean | undefined;
  /** The id that a skeleton and its split unit share, in DWARF 5. */
  readonly splitId?: bigint | undefined;
  /** Of a type unit. */
  readonly typeSignature?: bigint | undefined;
  /** The label of a type unit's type; without it the unit has none. */
  readonly typeLabel?: number | undefined;
}

/** Where a unit's entries are in the columns, and where the unit stands in its section. */
export interface UnitPlace {
  readonly header: WrittenUnitHeader;
  readonly firstItem: number;
  readonly endItem: number;
  readonly firstValue: number;
  /** From the start of its section. */
  offset: number;
  /** In bytes, with the header. */
  size: number;
}

/** What writing entries needs to know of everything else. */
export interface UnitContext {
  readonly entries: Entries;
  readonly grouped: GroupedEntries;
  /** Abbreviation codes by group. */
  readonly codes: Uint32Array;
  readonly strings: StringTable;
  readonly blocks: readonly WrittenBlock[];
  /** By label: where its entry stands from the start of its unit. */
  readonly labelOffsets: Float64Array;
  /** By label: where its unit stands in its section. */
  unitOffsetOf(label: number): number;
  /** The offset that a value of a kind that means another table stands for. */
  resolve(kind: KIND, value: number, header: WrittenUnitHeader): number;
}

/** Bytes of a unit's header. */
export function unitHeaderSize({ version, offsetSize, unitType }: WrittenUnitHeader): number {
  const size = (offsetSize === 8 ? 12 : 4) + 2 + offsetSize + 1 + (version >= 5 ? 1 : 0);
  switch (unitType) {
    case DW_UT.type:
    case DW_UT.split_type:
      return size + 8 + offsetSize;
    case DW_UT.skeleton:
    case DW_UT.split_compile:
      return version >= 5 ? size + 8 : size;
    default:
      return size;
  }
}

/** Writes a unit that is laid out. */
export function writeUnit(out: ByteWriter, unit: UnitPlace, context: UnitContext): void {
  const { entries, grouped, codes, labelOffsets } = context;
  const { header, firstItem, endItem } = unit;
  writeUnitHeader(out, unit, labelOffsets);
  const { data: values } = entries.values;
  let position = unit.firstValue;
  for (let item = firstItem; item < endItem; item++) {
    const index = grouped.groupOfItem[item]!;
    if (index < 0) {
      out.u8(0);
      continue;
    }
    out.uleb(codes[index]!);
    const { forms, shape } = grouped.groups[index]!;
    const { kinds } = shape;
    for (let attribute = 0; attribute < kinds.length; attribute++) {
      const kind = kinds[attribute]!;
      writeValue(out, forms[attribute]!, kind, hasNumber(kind) ? values[position++]! : 0, header, context);
    }
  }
  if (out.size !== unit.offset + unit.size) throw new RangeError('unit is not as large as it was laid out');
}

function writeUnitHeader(out: ByteWriter, { header, size }: UnitPlace, labelOffsets: Float64Array): void {
  const { version, addressSize, offsetSize, unitType, splitId, typeSignature, typeLabel } = header;
  if (offsetSize === 8) out.u32(0xffff_ffff);
  out.unsigned(size - (offsetSize === 8 ? 12 : 4), offsetSize).u16(version);
  // One table of abbreviations for all units.
  if (version >= 5) out.u8(unitType).u8(addressSize).unsigned(0, offsetSize);
  else out.unsigned(0, offsetSize).u8(addressSize);
  if (typeSignature !== undefined) {
    out.u64Bits(typeSignature).unsigned(typeLabel === undefined ? 0 : labelOffsets[typeLabel]!, offsetSize);
  } else if (splitId !== undefined && version >= 5) out.u64Bits(splitId);
}

function writeValue(
  out: ByteWriter,
  form: number,
  kind: KIND,
  value: number,
  header: WrittenUnitHeader,
  context: UnitContext,
): void {
  const { version, addressSize, offsetSize } = header;
  if (isLarge(kind)) {
    out.take(context.blocks[value]!.bytes);
    return;
  }
  switch (form) {
    case DW_FORM.flag_present:
    case DW_FORM.implicit_const:
      return;
    case DW_FORM.flag:
      out.u8(kind === KIND.flag ? 1 : 0);
      return;
    case DW_FORM.data1:
      out.u8(value);
      return;
    case DW_FORM.data2:
      out.u16(value);
      return;
    case DW_FORM.data4:
      out.u32(isTable(kind) ? context.resolve(kind, value, header) : value);
      return;
    case DW_FORM.data8:
      if (isTable(kind)) out.u64(context.resolve(kind, value, header));
      else out.take(context.blocks[value]!.bytes);
      return;
    case DW_FORM.sec_offset:
      out.unsigned(context.resolve(kind, value, header), offsetSize);
      return;
    case DW_FORM.udata:
    case DW_FORM.addrx:
    case DW_FORM.GNU_addr_index:
      out.uleb(value);
      return;
    case DW_FORM.sdata:
      out.sleb(value);
      return;
    case DW_FORM.string:
      out.cstring(context.strings.text(value));
      return;
    case DW_FORM.strp:
      out.unsigned(context.strings.offset(value), offsetSize);
      return;
    case DW_FORM.addr:
      writeAddress(out, value, addressSize);
      return;
    case DW_FORM.ref_udata:
      out.uleb(context.labelOffsets[value]!);
      return;
    case DW_FORM.ref_addr:
      out.unsigned(
        context.unitOffsetOf(value) + context.labelOffsets[value]!,
        // DWARF 2 gave it the size of an address.
        version <= 2 ? addressSize : offsetSize,
      );
      return;
    case DW_FORM.ref_sup4:
      out.u32(value);
      return;
    case DW_FORM.strp_sup:
    case DW_FORM.GNU_strp_alt:
    case DW_FORM.GNU_ref_alt:
      out.unsigned(value, offsetSize);
      return;
    case DW_FORM.data16:
    case DW_FORM.ref_sig8:
      out.take(context.blocks[value]!.bytes);
      return;
    case DW_FORM.block:
    case DW_FORM.exprloc: {
      const block = context.blocks[value]!;
      out.uleb(block.bytes.length);
      writeBlock(out, block, context);
      return;
    }
    default:
      throw new RangeError(`form 0x${form.toString(16)} is not written`);
  }
}

/** Writes the bytes of a block, and the references in it. */
function writeBlock(out: ByteWriter, { bytes, fixups }: WrittenBlock, context: UnitContext): void {
  const start = out.size;
  out.take(bytes);
  fillIn(out, start, { bytes, fixups }, context);
}

/** Fills the references in that a block has, which is written at `start`. */
export function fillIn(out: ByteWriter, start: number, { fixups }: WrittenBlock, context: UnitContext): void {
  for (const { at, kind, label, size } of fixups ?? []) {
    const offset = context.labelOffsets[label]! + (kind === 'section' ? context.unitOffsetOf(label) : 0);
    if (kind !== 'unit-leb') {
      out.patch(start + at, offset, size);
      continue;
    }
    let rest = offset;
    for (let index = 0; index < size; index++) {
      out.patch(start + at + index, (rest & 0x7f) | (index + 1 < size ? 0x80 : 0), 1);
      rest = Math.floor(rest / 128);
    }
    if (rest !== 0) throw new RangeError(`offset ${offset} does not fit ${size} bytes`);
  }
}

function isTable(kind: KIND): boolean {
  return kind === KIND.offset || kind === KIND.lines || kind === KIND.ranges || kind === KIND.locations;
}
