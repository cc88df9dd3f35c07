/**
 * Address ranges, unit indexes, name indexes and location lists of fixtures and of real modules, as llvm-dwarfdump 19
 * prints them.
 */
import { describe, expect, test } from 'vitest';
import type { Window } from '../../../src/bytes/window.ts';
import { DW_LLE, nameOfLocationListEntry } from '../../../src/dwarf/constants/location-lists.ts';
import { DW_IDX, nameOfIndexAttribute } from '../../../src/dwarf/constants/name-index.ts';
import { nameOfTag } from '../../../src/dwarf/constants/tags.ts';
import { readAranges } from '../../../src/dwarf/read/aranges.ts';
import type { FormValue } from '../../../src/dwarf/read/forms.ts';
import { type LocationListLayout, locationListEntries } from '../../../src/dwarf/read/location-lists.ts';
import { hashName, type IndexedName, type NameIndex, readNameIndexes } from '../../../src/dwarf/read/name-index.ts';
import { type PackagedSection, UnitIndex } from '../../../src/dwarf/read/split-index.ts';
import { isFormatError } from '../../../src/errors.ts';
import { sectionIn } from '../../support/dwarf.ts';
import { operationTexts } from '../../support/expressions.ts';
import { dumps } from '../../support/llvm-dwarfdump.ts';
import { corpusModules, fixtureModules, type NamedModule, upstreamModules } from '../../support/modules.ts';
import { hasTool } from '../../support/tools.ts';

const skip = !hasTool('llvm-dwarfdump-19');
const modules = skip ? [] : [...fixtureModules(), ...upstreamModules(), ...corpusModules()];

/** Modules that have a section, by name. */
const having = new Map<string, NamedModule[]>();
function modulesWith(section: string): NamedModule[] {
  if (having.size === 0) {
    const sections = [
      '.debug_aranges',
      '.debug_cu_index',
      '.debug_tu_index',
      '.debug_names',
      '.debug_loc',
      '.debug_loclists',
    ];
    for (const module of modules) {
      const bytes = module.bytes();
      for (const name of [...sections, '.debug_loc.dwo', '.debug_loclists.dwo']) {
        if ((sectionIn(bytes, name)?.size ?? 0) > 0) having.set(name, [...(having.get(name) ?? []), module]);
      }
    }
  }
  return having.get(section) ?? [];
}

/** Some of upstream's modules are damaged by hand; `undefined` for what cannot be read in one of them. */
function readable<T>(module: NamedModule, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (module.name.startsWith('x.') && isFormatError(error)) return undefined;
    throw error;
  }
}

const hex = (value: number | bigint, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

describe.skipIf(skip)('.debug_aranges', () => {
  const found = modulesWith('.debug_aranges');
  const dumpOf = dumps('--debug-aranges', ['.debug_aranges'], found);
  test.each(found)('$name', (module) => {
    const text = [
      ...dumpOf(module).matchAll(/^Address Range Header:.*cu_offset = (\w+), addr_size = (\w+)|^\[(\w+), *(\w+)\)/gm),
    ];
    const llvm = text.map(([, unit, size, start, end]) =>
      unit ? `${unit} ${size}` : /^0x(ff)+$/.test(start!) ? 'gone' : `${start}-${end}`,
    );
    const sets = readAranges(sectionIn(module.bytes(), '.debug_aranges')!);
    const ours = sets.flatMap(({ unitOffset, addressSize, offsetSize, ranges }) => [
      `${hex(unitOffset, 2 * offsetSize)} ${hex(addressSize, 2)}`,
      ...ranges.map(({ start, end }) =>
        start < 0 ? 'gone' : `${hex(start, 2 * addressSize)}-${hex(end, 2 * addressSize)}`,
      ),
    ]);
    expect(ours).toEqual(llvm);
  });
});

/** Columns by the names that LLVM has for them. */
const COLUMNS: Readonly<Record<string, PackagedSection>> = {
  INFO: '.debug_info',
  TYPES: '.debug_types',
  ABBREV: '.debug_abbrev',
  LINE: '.debug_line',
  LOC: '.debug_loc',
  LOCLISTS: '.debug_loclists',
  STR_OFFSETS: '.debug_str_offsets',
  MACINFO: '.debug_macinfo',
  MACRO: '.debug_macro',
  RNGLISTS: '.debug_rnglists',
};

describe.skipIf(skip).each(['.debug_cu_index', '.debug_tu_index'])('%s', (name) => {
  const found = modulesWith(name);
  const dumpOf = dumps(name.replace('.debug_', '--debug-').replace('_', '-'), [name], found);
  test.each(found)('$name', (module) => {
    const text = dumpOf(module);
    const index = new UnitIndex(sectionIn(module.bytes(), name)!);
    expect(index.count).toBe(Number(/units = (\d+)/.exec(text)?.[1] ?? 0));
    if (index.count === 0) return;
    const columns = /^Index Signature +(.*)$/m
      .exec(text)![1]!
      .trim()
      .split(/ +/)
      .map((each) => COLUMNS[each]!);
    const llvm = [...text.matchAll(/^ +\d+ (0x[0-9a-f]{16}) (.*)$/gm)].map(([, signature, ranges]) => ({
      signature: BigInt(signature!),
      contributions: Object.fromEntries(
        [...ranges!.matchAll(/\[(\w+), (\w+)\)/g)].map(([, start, end], index) => {
          return [columns[index]!, { offset: Number(start), size: Number(end) - Number(start) }];
        }),
      ),
    }));
    expect(llvm.length).toBeGreaterThan(0);
    expect([...index.rows()]).toEqual(llvm);
    for (const row of llvm) expect(index.find(row.signature)).toEqual(row);
  });
});

describe.skipIf(skip)('.debug_names', () => {
  const found = modulesWith('.debug_names');
  const dumpOf = dumps('--debug-names', ['.debug_names', '.debug_str', '.debug_info', '.debug_abbrev'], found);
  test.each(found)('$name', (module) => {
    const llvm = printedNames(dumpOf(module));
    const bytes = module.bytes();
    const strings = sectionIn(bytes, '.debug_str')!;
    const indexes = readNameIndexes(sectionIn(bytes, '.debug_names')!);
    // LLVM leaves out names that its hash table does not lead to, and all indexes after one that is damaged.
    for (const index of indexes) {
      for (const name of index.names()) {
        const printed = llvm.get(`${index.offset} ${name.index}`);
        if (printed !== undefined && name.stringOffset < strings.size)
          expect(readable(module, () => nameAsPrinted(index, name, strings)) ?? printed).toEqual(printed);
      }
    }
    // Upstream's modules are made by hand, and some of them to be refused.
    if (!module.name.startsWith('elf')) return;
    expect(indexes.reduce((sum, index) => sum + index.nameCount, 0)).toBe(llvm.size);
    for (const index of indexes) {
      for (const { stringOffset, entriesOffset, hash } of index.names()) {
        const name = strings.stringAt(stringOffset);
        expect(hashName(name)).toBe(hash);
        expect(index.find(name, (offset) => strings.stringAt(offset))).toEqual(index.entriesAt(entriesOffset));
      }
    }
  });
});

/** By offset of the index and number of the name, what LLVM prints of it; numbers without zeros in front. */
function printedNames(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const index of text
    .replace(/Abbreviations \[[\s\S]*?\n {2}\]/g, '')
    .split(/^(?=Name Index @)/m)
    .slice(1)) {
    const offset = Number(/^Name Index @ (\w+)/.exec(index)![1]);
    for (const name of index.split(/^ *(?=Name \d+ \{)/m).slice(1)) {
      const lines = name.split('\n').map((line) => line.trim().replace(/0x0*(?=[\da-fA-F])/g, '0x'));
      const wanted = lines.filter((line) => /^(Hash|String|Entry @|Tag|DW_IDX)/.test(line));
      names.set(
        `${offset} ${/\d+/.exec(name)![0]}`,
        wanted.map((line) => line.replace(/ \{$/, '')),
      );
    }
  }
  return names;
}

function nameAsPrinted(
  index: NameIndex,
  { hash, stringOffset, entriesOffset }: IndexedName,
  strings: Window,
): string[] {
  const lines: string[] = [];
  if (hash !== undefined) lines.push(`Hash: 0x${hash.toString(16).toUpperCase()}`);
  lines.push(`String: ${hex(stringOffset, 1)} "${strings.stringAt(stringOffset)}"`);
  for (const entry of index.entriesAt(entriesOffset)) {
    lines.push(`Entry @ 0x${entry.offset.toString(16)}`, `Tag: ${nameOfTag(entry.tag)}`);
    for (const [attribute, value] of entry.values) {
      const parent = entry.parent === undefined ? '<parent not indexed>' : `Entry @ 0x${entry.parent.toString(16)}`;
      const text = attribute === DW_IDX.parent ? parent : printedValue(value);
      lines.push(`${nameOfIndexAttribute(attribute)}: ${text}`);
    }
  }
  return lines;
}

function printedValue(value: FormValue): string {
  if (value.class === 'unit-reference') return hex(value.offset, 1);
  if (value.class === 'constant') return hex(value.bits ?? value.value, 1);
  return value.class;
}

const LISTS: readonly { section: string; layout: LocationListLayout; option: string }[] = [
  { section: '.debug_loc', layout: 'pairs', option: '--debug-loc' },
  { section: '.debug_loclists', layout: 'entries', option: '--debug-loclists' },
  { section: '.debug_loc.dwo', layout: 'gnu-split', option: '--debug-loc' },
  { section: '.debug_loclists.dwo', layout: 'entries', option: '--debug-loclists' },
];

describe.skipIf(skip).each(LISTS)('$section', ({ section, layout, option }) => {
  // GCC's views stand before its lists. LLVM takes them for lists when it prints the whole section, and loses its place.
  const found = modulesWith(section).filter(
    ({ name, bytes }) => !name.startsWith('elf-dwz') && !Buffer.from(bytes()).includes('GNU C'),
  );
  // The sizes of addresses are those of the units.
  const suffix = section.endsWith('.dwo') ? '.dwo' : '';
  const dumpOf = dumps(option, [section, `.debug_info${suffix}`, `.debug_abbrev${suffix}`], found);
  test.each(found)('$name', (module) => {
    const window = sectionIn(module.bytes(), section)!;
    const text = dumpOf(module);
    const width = /[([]0x((?:[0-9a-f]{4}){1,4}),/.exec(text)?.[1]?.length ?? 8;
    let compared = 0;
    for (const [, offset, list] of text.matchAll(/^(0x[0-9a-f]+): ?\n((?: {12}.*\n)*)/gm)) {
      const lines = list!
        .split('\n')
        .slice(0, -1)
        // An address of more than 53 bits is not exact as a number.
        .map((line) => line.trim().replace(/ +\(/, ' (').replace('0xdeadbeefbaadf00d', '0xdeadbeefbaadf000'));
      const ours = readable(module, () => printList(window, Number(offset), layout, width));
      // LLVM prints damaged lists as far as they go.
      if (ours !== undefined) expect(ours, `list ${offset}`).toEqual(lines);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

/** LLVM prints addresses where it can, which is where no index or base of the unit is in them, and else the numbers. */
function printList(window: Window, offset: number, layout: LocationListLayout, width: number): string[] {
  const lines: string[] = [];
  const encoding = { version: layout === 'entries' ? 5 : 4, addressSize: width / 2, offsetSize: 4 } as const;
  const number = (value: number): string => hex(BigInt.asUintN(width * 4, BigInt(value)), width);
  // LLVM counts on from a base of -2, which wasm-ld writes for code that is gone.
  const between = (start: number, length: number, base = 0): string => {
    const from = BigInt.asUintN(width * 4, BigInt(base));
    return `[${hex(from + BigInt(start), width)}, ${hex(from + BigInt(length), width)})`;
  };
  let base: number | undefined;
  for (const { kind, first, second, expression } of locationListEntries(window, offset, layout, width / 2)) {
    if (kind === DW_LLE.end_of_list) break;
    const operands = kind === DW_LLE.base_addressx ? number(first) : `${number(first)}, ${number(second)}`;
    let place = `${layout === 'pairs' ? '' : `${nameOfLocationListEntry(kind)} `}(${operands})`;
    if (kind === DW_LLE.base_address) base = first;
    if (kind === DW_LLE.base_addressx) base = undefined;
    if (kind === DW_LLE.default_location) place = '<default>';
    if (kind === DW_LLE.start_end) place = between(first, second);
    if (kind === DW_LLE.start_length) place = between(first, first + second);
    if (kind === DW_LLE.offset_pair && base !== undefined) place = between(first, second, base);
    const text = expression === undefined ? '' : `: ${operationTexts(expression, encoding).join(', ') || '<empty>'}`;
    if (kind !== DW_LLE.base_address) lines.push(`${place}${text}`);
  }
  return lines;
}
