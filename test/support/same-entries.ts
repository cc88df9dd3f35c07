/** Says where two pieces of debug information differ in what they mean: forms and offsets may, nothing else. */
import type { Window } from '../../src/bytes/window.ts';
import { DW_AT, nameOfAttribute } from '../../src/dwarf/constants/attributes.ts';
import { DW_FORM } from '../../src/dwarf/constants/forms.ts';
import { DW_OP } from '../../src/dwarf/constants/operations.ts';
import { nameOfTag } from '../../src/dwarf/constants/tags.ts';
import { LINE_FLAG } from '../../src/dwarf/model/line-row.ts';
import type { Dwarf } from '../../src/dwarf/read/dwarf.ts';
import type { Attribute, Entry } from '../../src/dwarf/read/entry.ts';
import { operations } from '../../src/dwarf/read/expressions.ts';
import { locationListLayout, readLocationList } from '../../src/dwarf/read/location-lists.ts';
import { listOffsetAt } from '../../src/dwarf/read/range-lists.ts';
import type { Unit } from '../../src/dwarf/read/unit.ts';

const LOCATIONS = new Set<number>([
  DW_AT.location,
  DW_AT.frame_base,
  DW_AT.data_member_location,
  DW_AT.string_length,
  DW_AT.return_addr,
  DW_AT.static_link,
  DW_AT.use_location,
  DW_AT.vtable_elem_location,
]);
const EXPRESSIONS = new Set<number>([
  ...LOCATIONS,
  DW_AT.upper_bound,
  DW_AT.lower_bound,
  DW_AT.count,
  DW_AT.byte_size,
  DW_AT.data_location,
  DW_AT.allocated,
  DW_AT.associated,
  DW_AT.call_value,
  DW_AT.GNU_call_site_value,
  DW_AT.GNU_call_site_target,
]);
const TYPED = new Set<number>([
  DW_OP.convert,
  DW_OP.reinterpret,
  DW_OP.const_type,
  DW_OP.GNU_convert,
  DW_OP.GNU_reinterpret,
  DW_OP.GNU_const_type,
]);
const TYPED_SECOND = new Set<number>([
  DW_OP.regval_type,
  DW_OP.deref_type,
  DW_OP.xderef_type,
  DW_OP.GNU_regval_type,
  DW_OP.GNU_deref_type,
]);
const IN_UNIT = new Set<number>([DW_OP.call2, DW_OP.call4, DW_OP.GNU_parameter_ref]);
const IN_SECTION = new Set<number>([
  DW_OP.call_ref,
  DW_OP.implicit_pointer,
  DW_OP.GNU_implicit_pointer,
  DW_OP.GNU_variable_value,
]);

/** Bases of tables that are written in other ways. */
const FREE = new Set<number>([DW_AT.str_offsets_base, DW_AT.rnglists_base, DW_AT.loclists_base]);

/** One side: its entries numbered in their order, sections apart. */
class Side {
  readonly units: readonly Unit[];
  readonly #numbers = new Map<string, number>();

  constructor(dwarf: Dwarf) {
    this.units = [...dwarf.units, ...dwarf.typeUnits];
    let number = 0;
    for (const unit of this.units) {
      for (const { entry } of unit.entries()) this.#numbers.set(`${unit.section.section} ${entry.offset}`, number++);
    }
  }

  numberAt(unit: Unit, offset: number): number | undefined {
    return this.#numbers.get(`${unit.section.section} ${offset}`);
  }
}

/** The first differences, in words; none where both mean the same. */
export function differencesOf(before: Dwarf, after: Dwarf, most = 5): string[] {
  const [a, b] = [new Side(before), new Side(after)];
  const found: string[] = [];
  if (a.units.length !== b.units.length) return [`${a.units.length} units, ${b.units.length}`];
  for (const [index, unit] of a.units.entries()) {
    const other = b.units[index]!;
    compareText(`unit ${index}`, headerText(unit, a), headerText(other, b), found);
    compareLines(`lines of unit ${index}`, unit, other, found);
    const theirs = other.entries();
    for (const { entry, depth } of unit.entries()) {
      const { value: twin, done } = theirs.next();
      if (done || twin === undefined) {
        found.push(`entry at 0x${entry.offset.toString(16)} is gone`);
        break;
      }
      const place = `0x${entry.offset.toString(16)} and 0x${twin.entry.offset.toString(16)}`;
      compareText(
        place,
        `${depth} ${nameOfTag(entry.tag)} ${attributesText(entry, a)}`,
        `${twin.depth} ${nameOfTag(twin.entry.tag)} ${attributesText(twin.entry, b)}`,
        found,
      );
      if (found.length >= most) return found;
    }
    if (!theirs.next().done) found.push(`unit ${index} has more entries`);
  }
  return found;
}

function compareText(place: string, ours: string, theirs: string, found: string[]): void {
  if (ours !== theirs) found.push(`${place}:\n  ${ours}\n  ${theirs}`);
}

function headerText({ header, offset }: Unit, side: Side): string {
  const { version, addressSize, offsetSize, unitType, splitId, typeSignature, typeOffset } = header;
  const type =
    typeOffset === undefined ? '' : side.numberAt(side.units.find((u) => u.header === header)!, offset + typeOffset);
  return `${version} ${addressSize} ${offsetSize} ${unitType} ${splitId} ${typeSignature} ${type}`;
}

function compareLines(place: string, unit: Unit, other: Unit, found: string[]): void {
  const [ours, theirs] = [unit.lineTable, other.lineTable];
  if (ours === undefined || theirs === undefined) {
    if (ours !== theirs) found.push(`${place}: only one has them`);
    return;
  }
  const files = (table: typeof ours) => {
    const texts = table.header.directories.map(({ path }) => path);
    const first = table.header.version >= 5 ? 0 : 1;
    for (let index = first; ; index++) {
      const file = table.findFile(index);
      if (file === undefined) return texts.join('\n');
      texts.push([file.name, file.directory, file.modified, file.size, file.md5, file.source].join(' '));
    }
  };
  compareText(place, files(ours), files(theirs), found);
  const rows = ({ rows: all }: typeof ours) =>
    Array.from({ length: all.count }, (_, row) => {
      // A row that ends a sequence has an address alone.
      const isEnd = (all.flags[row]! & LINE_FLAG.end_sequence) !== 0;
      const columns = isEnd ? [all.addresses] : [all.addresses, all.files, all.lines, all.columns, all.discriminators];
      return [all.flags, ...columns].map((each) => each[row]).join(' ');
    });
  const [a, b] = [rows(ours), rows(theirs)];
  for (let row = 0; row < Math.max(a.length, b.length); row++) {
    if (a[row] === b[row]) continue;
    found.push(`${place}, row ${row}: ${a[row]}, ${b[row]}`);
    return;
  }
}

function attributesText(entry: Entry, side: Side): string {
  return [...entry.attributes()]
    .filter(({ name }) => !FREE.has(name))
    .map((each) => [nameOfAttribute(each.name), valueText(entry, each, side)])
    .filter(([, text]) => text !== 'nothing')
    .map((each) => each.join('='))
    .join(' ');
}

function valueText(entry: Entry, { form, name, value }: Attribute, side: Side): string {
  const { unit } = entry;
  if (name === DW_AT.stmt_list) return 'lines';
  // Views number the locations, dead ones too, which are left out.
  if (name === DW_AT.GNU_locviews) return 'nothing';
  const isOffset =
    value.class === 'section-offset' ||
    value.class === 'list-index' ||
    (unit.version < 4 && (form === DW_FORM.data4 || form === DW_FORM.data8));
  if (isOffset && (name === DW_AT.ranges || name === DW_AT.start_scope)) return `ranges ${unit.rangesOf(value)}`;
  if (isOffset && LOCATIONS.has(name)) {
    const section = unit.dwarf.required(unit.version >= 5 ? '.debug_loclists' : '.debug_loc', 0, '');
    const offset =
      value.class === 'list-index'
        ? listOffsetAt(section, unit.bases.locationLists, value.index, unit.header.offsetSize)
        : value.class === 'section-offset'
          ? value.offset
          : (value as { value: number }).value;
    const list = readLocationList(section, offset, locationListLayout(unit.version, false), unit);
    return `locations ${list.map(({ end, expression, start, views }) => `${start}-${end} ${views?.start} ${expressionText(expression, unit, side)}`).join('; ')}`;
  }
  switch (value.class) {
    case 'address':
      return `address ${value.address}`;
    case 'address-index':
      return `address ${unit.address(value)}`;
    case 'block':
      return unit.version < 4 && EXPRESSIONS.has(name)
        ? expressionText(value.bytes, unit, side)
        : `block ${value.bytes.toBytes()}`;
    case 'expression':
      return expressionText(value.bytes, unit, side);
    case 'constant':
      return `constant ${value.bits ?? value.value}`;
    case 'constant-bytes':
      return `bytes ${value.bytes.toBytes()}`;
    case 'flag':
      return `flag ${value.value}`;
    case 'section-offset':
      return `offset ${value.offset}`;
    case 'unit-reference':
      return referenceText(side.numberAt(unit, unit.offset + value.offset));
    case 'section-reference':
      return referenceText(side.numberAt(unit, value.offset));
    case 'supplementary-reference':
      return `supplementary ${value.offset}`;
    case 'type-signature':
      return `signature ${value.signature}`;
    case 'string-offset':
      return value.section === 'supplementary' ? `supplementary ${value.offset}` : `string ${unit.string(value)}`;
    case 'string':
    case 'string-index':
      return `string ${unit.string(value)}`;
    default:
      return `${value.class}`;
  }
}

/** A sibling that is not there is the end of a list: nothing says so again. */
function referenceText(number: number | undefined): string {
  return number === undefined ? 'nothing' : `entry ${number}`;
}

function expressionText(expression: Window, unit: Unit, side: Side): string {
  const texts: string[] = [];
  try {
    for (const { bits, block, opcode, operands } of operations(expression, unit.header)) {
      const numbers: (number | string | undefined)[] = [...operands];
      const at = TYPED_SECOND.has(opcode) ? 1 : 0;
      if ((TYPED.has(opcode) || TYPED_SECOND.has(opcode)) && numbers[at] !== 0) {
        numbers[at] = `entry ${side.numberAt(unit, unit.offset + operands[at]!)}`;
      }
      if (IN_UNIT.has(opcode)) numbers[0] = `entry ${side.numberAt(unit, unit.offset + operands[0]!)}`;
      if (IN_SECTION.has(opcode)) numbers[0] = `entry ${side.numberAt(unit, operands[0]!)}`;
      const isEntryValue = opcode === DW_OP.entry_value || opcode === DW_OP.GNU_entry_value;
      const inner = block && (isEntryValue ? `(${expressionText(block, unit, side)})` : block.toBytes());
      texts.push(`${opcode}:${numbers.join(',')}${bits ?? ''}${inner ?? ''}`);
    }
  } catch (error) {
    return `${expression.toBytes()} ${(error as Error).name}`;
  }
  return texts.join(' ');
}
