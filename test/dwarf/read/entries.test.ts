import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { DW_AT, nameOfAttribute } from '../../../src/dwarf/constants/attributes.ts';
import { nameOfForm } from '../../../src/dwarf/constants/forms.ts';
import { DW_TAG, nameOfTag } from '../../../src/dwarf/constants/tags.ts';
import { EntryCursor } from '../../../src/dwarf/read/entry-cursor.ts';
import type { Unit } from '../../../src/dwarf/read/unit.ts';
import { isFormatError } from '../../../src/errors.ts';
import { type Part, u16, u32, uleb, unit } from '../../support/assemble.ts';
import { dwarfOf } from '../../support/dwarf-sections.ts';
import { ref4, spellUnits } from '../../support/entries.ts';
import { fixtures } from '../../support/fixtures.ts';
import { hasTool } from '../../support/tools.ts';

const tree = spellUnits({
  label: 'unit',
  root: {
    tag: 'compile_unit',
    attributes: { name: ['string', 'a.c'] },
    children: [
      {
        tag: 'namespace',
        attributes: { sibling: ref4('last', 'unit') },
        children: [{ tag: 'label' }, { tag: 'label' }],
      },
      {
        tag: 'variable',
        label: 'last',
        attributes: { location: ['exprloc', [2, 0x91, 0]], const_value: ['block', [1, 7]] },
      },
      { tag: 'subprogram', children: [{ tag: 'lexical_block', children: [{ tag: 'variable' }] }] },
    ],
  },
});

test('entries in the order of the section, with their depth', () => {
  const [unit] = dwarfOf(tree).units;
  expect([...unit!.entries()].map(({ entry, depth }) => `${depth} ${nameOfTag(entry.tag)}`)).toEqual([
    '0 DW_TAG_compile_unit',
    '1 DW_TAG_namespace',
    '2 DW_TAG_label',
    '2 DW_TAG_label',
    '1 DW_TAG_variable',
    '1 DW_TAG_subprogram',
    '2 DW_TAG_lexical_block',
    '3 DW_TAG_variable',
  ]);
});

test('children, whatever is below them', () => {
  const [unit] = dwarfOf(tree).units;
  const children = [...unit!.root!.children()];
  expect(children.map(({ tag }) => tag)).toEqual([DW_TAG.namespace, DW_TAG.variable, DW_TAG.subprogram]);
  expect([...children[0]!.children()].length).toBe(2);
  expect([...children[1]!.children()]).toEqual([]);
  expect(children[0]!.reference(DW_AT.sibling)?.offset).toBe(children[1]!.offset);
});

test('attributes one by one, several at once, and those that are not there', () => {
  const [unit] = dwarfOf(tree).units;
  const variable = [...unit!.root!.children()][1]!;
  expect([...variable.attributes()].map(({ name, form }) => `${nameOfAttribute(name)} ${nameOfForm(form)}`)).toEqual([
    'DW_AT_location DW_FORM_exprloc',
    'DW_AT_const_value DW_FORM_block',
  ]);
  const [none, value, location] = variable.values([DW_AT.name, DW_AT.const_value, DW_AT.location]);
  expect(none).toBeUndefined();
  expect([value?.class, location?.class]).toEqual(['block', 'expression']);
  expect(variable.value(DW_AT.name)).toBeUndefined();
  expect(variable.constant(DW_AT.location)).toBeUndefined();
  expect(variable.has(DW_AT.location)).toBe(true);
  expect(variable.flag(DW_AT.external)).toBe(false);
});

test('a walk that starts inside stays there', () => {
  const [unit] = dwarfOf(tree).units;
  const [namespace] = [...unit!.root!.children()];
  const cursor = new EntryCursor(unit!, namespace!.offset);
  const seen: number[] = [];
  while (cursor.next()) seen.push(cursor.depth);
  expect(seen).toEqual([0, 1, 1]);
  expect(cursor.next()).toBe(false);
});

test('no entry where a list of siblings ends, none outside the unit', () => {
  const [first] = dwarfOf(tree).units;
  expect(first!.entryAt(first!.header.end - 1)).toBeUndefined();
  expect(() => first!.entryAt(3)).toThrow('no entry of the unit at 0x0 at .debug_info+0x3');
  expect(() => first!.entryAt(first!.header.end)).toThrow('no entry of the unit');
});

describe('damage', () => {
  const walk = (entries: Part, abbreviations: Part) => {
    const info = unit(4, u16(4), u32(0), 4, entries);
    return [...dwarfOf({ '.debug_info': info, '.debug_abbrev': abbreviations }).units[0]!.entries()].length;
  };
  const NAMED: Part = [1, DW_TAG.variable, 0, DW_AT.name, 0x08, 0, 0];
  const PARENT: Part = [2, DW_TAG.namespace, 1, 0, 0];

  test.each([
    {
      what: 'a code that is not declared',
      entries: [2, 9],
      message: 'abbreviation code 9 is not in its table at .debug_info+0xc',
    },
    {
      what: 'a long code that is not declared',
      entries: [2, uleb(1 << 20)],
      message: 'abbreviation code 1048576 is not',
    },
    {
      what: 'a value past the unit',
      entries: [1, 65, 66],
      message: 'entry reaches past the end of its unit at .debug_info+0xb',
    },
  ])('$what', ({ entries, message }) => {
    expect(() => walk(entries, [NAMED, PARENT, 0])).toThrow(message);
  });

  test('entries nested deeper than any source', () => {
    expect(() => walk(new Uint8Array(10_000).fill(2), [PARENT, 0])).toThrow('entries nested deeper than 4096');
  });

  test('lists of siblings that nobody opened end the walk', () => {
    expect(walk([2, 0, 0, 0], [PARENT, 0])).toBe(1);
  });

  test('lists of siblings that nobody closes end with the unit', () => {
    expect(walk([2, 2, 2], [PARENT, 0])).toBe(3);
  });
});

// Every entry of every fixture: place, tag, attributes, forms and texts, as llvm-dwarfdump prints them.
describe.runIf(hasTool('llvm-dwarfdump-19'))('as llvm-dwarfdump 19 reads them', () => {
  const sections = ['.debug_info', '.debug_info.dwo'] as const;
  const cases = fixtures()
    .filter(({ kind, dwarf }) => dwarf > 0 && kind !== 'archive' && kind !== 'component')
    .map(({ name }) => name);

  test.each(cases)('%s', (name) => {
    const fixture = fixtures().find((each) => each.name === name)!;
    const theirs = dump(`${fixture.folder}${fixture.oracle || fixture.main}`);
    const { dwarf } = openModule(fixture.file(fixture.oracle || fixture.main));
    for (const section of sections) {
      if (theirs[section] === undefined || section !== '.debug_info') continue;
      expect(dwarf.units.flatMap(describeUnit)).toEqual(theirs[section]);
    }
  });
});

function describeUnit(unit: Unit): string[] {
  const lines: string[] = [];
  for (const { entry } of unit.entries()) {
    lines.push(`0x${entry.offset.toString(16).padStart(8, '0')}: ${nameOfTag(entry.tag)}`);
    for (const { name, form, value } of entry.attributes()) {
      let text: string | undefined;
      try {
        text = unit.string(value);
      } catch (error) {
        if (!isFormatError(error)) throw error;
      }
      const shown = text === undefined || text === '' || /[^ -!#-[\]-~]/.test(text) ? '' : ` "${text}"`;
      lines.push(`${nameOfAttribute(name)} ${nameOfForm(form)}${shown}`);
    }
  }
  return lines;
}

function dump(file: string): Record<string, string[]> {
  const run = spawnSync('llvm-dwarfdump-19', ['--debug-info', '--verbose', file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
  });
  const found: Record<string, string[]> = {};
  let lines: string[] = [];
  for (const line of run.stdout.split('\n')) {
    const section = /^(\.debug_\S+) contents:/.exec(line);
    if (section) {
      lines = found[section[1]!] ??= [];
      continue;
    }
    const entry = /^(0x[0-9a-f]+):\s+(DW_TAG_\S+) \[/.exec(line);
    if (entry) {
      lines.push(`${entry[1]}: ${entry[2]}`);
      continue;
    }
    const attribute = /^\s+(DW_AT_\S+) \[(DW_FORM_\S+)\](.*)/.exec(line);
    if (!attribute) continue;
    const text = /"(.*)"\)$/.exec(attribute[3]!);
    const isText = /_(?:strp|string|strx\d?|GNU_str_index)$/.test(attribute[2]!);
    const shown = isText && text && text[1] !== '' && !/[^ -!#-[\]-~]/.test(text[1]!) ? ` "${text[1]}"` : '';
    lines.push(`${attribute[1]} ${attribute[2]}${shown}`);
  }
  return found;
}
