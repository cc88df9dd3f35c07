import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFormatError } from '../../src/errors.ts';
import { findMappings, MappingCursor, writeVlq } from '../../src/rewrite/mappings.ts';

function vlq(value: number): string {
  const bytes = new Uint8Array(16);
  return Buffer.from(bytes.subarray(0, writeVlq(bytes, 0, value))).toString();
}

function segments(mappings: string): (number | undefined)[][] {
  const cursor = new MappingCursor(Buffer.from(mappings));
  const found: (number | undefined)[][] = [];
  while (cursor.next()) {
    const { column, fields, source, line, originalColumn, name } = cursor;
    found.push([column, source, line, originalColumn, name].slice(0, fields));
  }
  return found;
}

// ECMA-426's own examples of the encoding.
test.each([
  [0, 'A'],
  [1, 'C'],
  [-1, 'D'],
  [15, 'e'],
  [16, 'gB'],
  [-16, 'hB'],
  [511, '+f'],
  [1024, 'ggC'],
])('%i is %s', (value, text) => {
  expect(vlq(value)).toBe(text);
});

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 1 << 29 }), { minLength: 4, maxLength: 4 })), (list) => {
      let last = [0, 0, 0, 0];
      const text = list.map((segment) => {
        const fields = segment.map((value, n) => vlq(value - last[n]!)).join('');
        last = segment;
        return fields;
      });
      expect(segments(text.join(','))).toEqual(list);
    }),
  );
});

test('segments of one and five fields', () => {
  expect(segments('AAAA,IACAA,C')).toEqual([[0, 0, 0, 0], [4, 0, 1, 0, 0], [5]]);
});

test.each([
  ['a character that is no digit', 'A!AA'],
  ['a number that does not end', 'AAAg'],
  ['a number of more than 32 bits', 'ggggggggB'],
  ['six fields', 'AAAAAA'],
])('%s is refused', (_, mappings) => {
  expect(() => segments(mappings)).toThrow(expect.toSatisfy(isFormatError));
});

test('mappings are found behind anything', () => {
  const json = Buffer.from('{"names":["mappings"],"x":"\\"mappings","mappings" : "AAAA"}');
  expect(json.subarray(findMappings(json), findMappings(json) + 4).toString()).toBe('AAAA');
  expect(() => findMappings(Buffer.from('{"mapping":""}'))).toThrow(expect.toSatisfy(isFormatError));
});
