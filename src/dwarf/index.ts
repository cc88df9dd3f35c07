/** DWARF 2 to 5 in any container: `new Dwarf((name) => window of that section)`. */
export { DW_AT, nameOfAttribute } from './constants/attributes.ts';
export { DW_ATE, nameOfBaseType } from './constants/base-types.ts';
export { DW_FORM, nameOfForm } from './constants/forms.ts';
export { DW_LANG, nameOfLanguage } from './constants/languages.ts';
export { DW_LNCT, DW_LNE, DW_LNS, nameOfLnct, nameOfLne, nameOfLns } from './constants/line.ts';
export { DW_LLE, nameOfLocationListEntry } from './constants/location-lists.ts';
export { DW_IDX, nameOfIndexAttribute } from './constants/name-index.ts';
export { DW_OP, nameOfOperation } from './constants/operations.ts';
export { DW_RLE, nameOfRangeListEntry } from './constants/range-lists.ts';
export { DW_TAG, nameOfTag } from './constants/tags.ts';
export { DW_UT, nameOfUnitType } from './constants/unit-types.ts';
export type { Encoding } from './model/encoding.ts';
export type { LineDirectory, LineFile, LineHeader } from './model/line-header.ts';
export { LINE_FLAG, type LineRow, type LineRows, type LineSequences } from './model/line-row.ts';
export type { Abbreviation } from './read/abbreviations.ts';
export { type AddressTableHeader, addressTables } from './read/addresses.ts';
export { type AddressRange, type ArangeSet, readAranges } from './read/aranges.ts';
export type { AttributeSpecification, Declaration } from './read/declarations.ts';
export { Dwarf, type DwarfOptions, type SplitUnitRequest } from './read/dwarf.ts';
export { type Attribute, Entry } from './read/entry.ts';
export { EntryCursor } from './read/entry-cursor.ts';
export { type Operation, operations, type SimpleLocation, simpleLocation, WASM_LOCATION } from './read/expressions.ts';
export type { FormValue } from './read/forms.ts';
export { LineCursor } from './read/line-program.ts';
export { type LineSourceFile, LineTable } from './read/line-table.ts';
export {
  type Location,
  type LocationListContext,
  locationListLayout,
  readLocationList,
} from './read/location-lists.ts';
export { type IndexedName, type NameEntry, NameIndex, readNameIndexes } from './read/name-index.ts';
export type { FindSection } from './read/sections.ts';
export { UnitIndex, type UnitIndexRow } from './read/split-index.ts';
export { Unit } from './read/unit.ts';
export type { UnitHeader } from './read/unit-header.ts';
export { reencodeDwarf } from './reencode/reencode.ts';
export { Reencoder } from './reencode/reencoder.ts';
export { type DebugSections, DwarfWriter } from './write/dwarf.ts';
export type { WrittenUnitHeader } from './write/unit.ts';
export { KIND } from './write/values.ts';
