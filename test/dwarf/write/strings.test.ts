import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StringTable } from '../../../src/dwarf/write/strings.ts';
import { windowOf } from '../../support/written.ts';

test('a string that another ends with stands in its tail', () => {
  const strings = new StringTable();
  for (const text of ['measure', 'remeasure', 'sure', 'other']) strings.add(text);
  const bytes = strings.place();
  expect(new TextDecoder().decode(bytes)).toBe('remeasure\0other\0');
  expect(strings.offset(strings.find('sure')!)).toBe(5);
});

test('strings are found where they were placed, whatever they are', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((each) => !each.includes('\0'));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (texts) => {
      const strings = new StringTable();
      strings.keep(new TextEncoder().encode('kept\0sta\0'));
      for (const each of texts) strings.add(each);
      const section = windowOf('.debug_str', strings.place());
      for (const each of texts) expect(section.stringAt(strings.offset(strings.find(each)!))).toBe(each);
      expect(section.stringAt(5)).toBe('sta');
    }),
  );
});

test('how often a text is used', () => {
  const strings = new StringTable();
  strings.add('a');
  strings.add('a');
  expect([strings.usesOf('a'), strings.usesOf('b')]).toEqual([2, 0]);
});
