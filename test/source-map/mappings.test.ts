import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFormatError } from '../../src/errors.ts';
import { MappingCursor, mappingsOf, writeVlq } from '../../src/source-map/mappings.ts';

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
  const found = (json: string) => Buffer.from(mappingsOf(Buffer.from(json))).toString();
  expect(found('{"names":["mappings"],"x":"\\"mappings","mappings" : "AAAA"}')).toBe('AAAA');
  expect(found('{"x_facebook_sources":[[{"names":[],"mappings":"B"}]],"mappings":"AA\\/A"}')).toBe('AA/A');
  expect(found(`\ufeff)]}'\n{"mappings":"C","mappings":"D"}`)).toBe('D');
});

test.each([
  ['no mappings', '{"mapping":""}', 'missing'],
  ['mappings that are no text', '{"mappings":[]}', 'missing'],
  ['no object', '[]', 'bad-value'],
  ['a text that ends', '{"mappings":"AAAA', 'unexpected-end'],
  ['a quote that is escaped', '{"mappings":"AAAA\\"', 'unexpected-end'],
  ['a value without an end', '{"a":[1,{"b":2}', 'unexpected-end'],
  ['no colon', '{"a" 1}', 'bad-value'],
  ['no comma', '{"a":"b" "c":1}', 'bad-value'],
  ['no value', '{"a":}', 'bad-value'],
  ['no name', '{1:2}', 'bad-value'],
  ['a comma too many', '{"a":1,}', 'bad-value'],
  ['nothing', '', 'bad-value'],
])('%s is refused', (_, json, code) => {
  expect(() => mappingsOf(Buffer.from(json))).toThrow(
    expect.toSatisfy((error) => isFormatError(error) && error.code === code),
  );
});
