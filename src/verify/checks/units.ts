import type { Window } from '../../bytes/window.ts';
import { nameOfAttribute } from '../../dwarf/constants/attributes.ts';
import { DW_TAG, nameOfTag } from '../../dwarf/constants/tags.ts';
import { DW_UT, nameOfUnitType } from '../../dwarf/constants/unit-types.ts';
import type { AbbreviationTable } from '../../dwarf/read/abbreviations.ts';
import { Declarations } from '../../dwarf/read/declarations.ts';
import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import { EntryShapes } from '../../dwarf/read/entry-shapes.ts';
import { UnitIndex } from '../../dwarf/read/split-index.ts';
import { type Contributions, Unit } from '../../dwarf/read/unit.ts';
import { readUnitHeader, unitEnd } from '../../dwarf/read/unit-header.ts';
import { isFormatError } from '../../errors.ts';
import type { Findings } from '../findings.ts';
import { hex } from '../hex.ts';

const UNIT_TAGS: ReadonlySet<number> = new Set([
  DW_TAG.compile_unit,
  DW_TAG.partial_unit,
  DW_TAG.type_unit,
  DW_TAG.skeleton_unit,
]);

/**
 * The units of a section one after the other, with tables of abbreviations that go with them: nothing of a unit stays
 * when the next one is asked for, but the declarations that nearly all tables have.
 */
export function* unitsOf(
  dwarf: Dwarf,
  name: '.debug_info' | '.debug_types',
  findings: Findings,
  skeletonOf: (id: bigint) => Unit | undefined = () => undefined,
): Generator<Unit> {
  const section = dwarf.sections.section(name);
  if (section === undefined) return;
  const abbreviations = dwarf.sections.section('.debug_abbrev');
  const packaged = contributionsOf(dwarf, name, findings);
  const declarations = new Declarations();
  for (let offset = section.start; offset < section.end; ) {
    const next = unitEnd(section, offset);
    try {
      const header = readUnitHeader(section, offset, name === '.debug_types');
      const contributions = packaged.get(offset) ?? {};
      const table = (contributions['.debug_abbrev']?.offset ?? 0) + header.abbreviationsOffset;
      if (abbreviations === undefined || !(table < abbreviations.end)) {
        const size = abbreviations === undefined ? 'is not there' : `has ${hex(abbreviations.end)} bytes`;
        findings.add('unit/abbreviations', `abbreviations at ${hex(table)} of .debug_abbrev, which ${size}`, {
          section: section.section,
          offset,
        });
      } else {
        const { version, addressSize, offsetSize } = header;
        const shapes = new EntryShapes(abbreviations, table, { version, addressSize, offsetSize }, declarations);
        const skeleton = header.splitId === undefined ? undefined : skeletonOf(header.splitId);
        yield new Unit(dwarf, section, header, shapes, contributions, skeleton);
      }
    } catch (error) {
      if (!isFormatError(error)) throw error;
      findings.damage('unit/header', error);
    }
    if (next === undefined) {
      return;
    }
    offset = next;
  }
}

/** The parts of a package's sections that belong to its units, by where these start. */
function contributionsOf(
  dwarf: Dwarf,
  name: '.debug_info' | '.debug_types',
  findings: Findings,
): Map<number, Contributions> {
  const found = new Map<number, Contributions>();
  if (dwarf.sections.suffix === '') return found;
  for (const index of ['.debug_cu_index', '.debug_tu_index']) {
    const section = dwarf.sections.named(index);
    if (section === undefined) continue;
    try {
      for (const { contributions } of new UnitIndex(section).rows()) {
        const own = contributions[name];
        if (own !== undefined) found.set(own.offset, contributions);
      }
    } catch (error) {
      if (!isFormatError(error)) throw error;
      findings.damage('package/index', error);
    }
  }
  return found;
}

/** The root entry of a unit has to be that of a unit, of the kind that the header says. */
export function checkRoot(unit: Unit, findings: Findings): void {
  const { header } = unit;
  const place = { section: unit.section.section, offset: header.entriesOffset };
  // Read again: `unit.root` says only once why it cannot be read.
  const root = header.entriesOffset < header.end ? unit.entryAt(header.entriesOffset) : undefined;
  if (root === undefined) {
    findings.add('unit/no-root', 'unit without entries', { ...place, offset: header.offset });
    return;
  }
  if (!UNIT_TAGS.has(root.tag)) {
    findings.add('unit/root', `root entry is a ${nameOfTag(root.tag)}`, place);
    return;
  }
  if (!isOfType(header.unitType, root.tag, header.version)) {
    const message = `root entry of a ${nameOfUnitType(header.unitType)} is a ${nameOfTag(root.tag)}`;
    findings.add('unit/type', message, place);
  }
  if (header.unitType === DW_UT.skeleton && root.hasChildren) {
    findings.add('unit/skeleton-children', 'skeleton has children', place);
  }
}

function isOfType(type: number, tag: number, version: number): boolean {
  switch (type) {
    case DW_UT.compile:
      // Before DWARF 5 the header did not tell these apart.
      return tag === DW_TAG.compile_unit || (version < 5 && tag !== DW_TAG.type_unit);
    case DW_UT.split_compile:
      return tag === DW_TAG.compile_unit;
    case DW_UT.partial:
      return tag === DW_TAG.partial_unit;
    case DW_UT.skeleton:
      return tag === DW_TAG.skeleton_unit;
    default:
      return tag === DW_TAG.type_unit;
  }
}

/** Every table of abbreviations that units use, once. */
export function checkAbbreviations(table: AbbreviationTable, section: Window, findings: Findings): void {
  try {
    for (const { code, attributes, offset } of table.all()) {
      const seen = new Set<number>();
      for (const { name } of attributes) {
        if (seen.has(name)) {
          const message = `abbreviation ${code} has ${nameOfAttribute(name)} more than once`;
          findings.add('abbreviations/duplicate-attribute', message, { section: section.section, offset });
        }
        seen.add(name);
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    findings.damage('abbreviations/damaged', error);
  }
}
