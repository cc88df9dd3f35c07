import { describe, expect, test } from 'vitest';
import { InputLines } from '../../src/cli/input-lines.ts';
import { parseQuery, type QueryContext, QueryError } from '../../src/cli/query.ts';

const symbolizer: QueryContext = { addr2line: false, object: '', buildId: undefined, plusAddresses: true };
const withObject: QueryContext = { ...symbolizer, object: 'a.wasm' };
const addr2line: QueryContext = { ...withObject, addr2line: true };

describe('with a module on the command line', () => {
  test.each([
    ['0x92', { kind: 'code', module: 'a.wasm', offset: 0x92 }],
    ['CODE 0x92', { kind: 'code', offset: 0x92 }],
    ['DATA 1104', { kind: 'data', offset: 1104 }],
    ['FRAME 0x10 ignored', { kind: 'frame', offset: 0x10 }],
    ['  0x92\t', { kind: 'code', offset: 0x92 }],
    ['c_func+0x10', { symbol: 'c_func', offset: 16 }],
    ['c_func+', { symbol: 'c_func+', offset: 0 }],
    ['a+b+2', { symbol: 'a+b', offset: 2 }],
    ['+4', { symbol: '+4', offset: 0 }],
    ['code 0x92', { symbol: 'code', offset: 0 }],
  ])('%j', (line, expected) => expect(parseQuery(line, withObject)).toMatchObject(expected));

  test.each([
    ['0x', 'expected a number as module offset'],
    ['12zz', 'expected a number as module offset'],
    ['   ', 'no module offset has been specified'],
    ['FILE:', 'must be followed by an input file'],
    ['BUILDID:', 'must be followed by a hash'],
    ['FILE:b.wasm 1', 'input file has already been specified'],
  ])('%j is none', (line, message) => {
    expect(() => parseQuery(line, withObject)).toThrow(new QueryError(message, 'a.wasm'));
  });
});

describe('without one', () => {
  test.each([
    ['b.wasm 0x92', { module: 'b.wasm', offset: 0x92 }],
    ['"dir with space/b.wasm" 1', { module: 'dir with space/b.wasm', offset: 1 }],
    ["DATA FILE:'b c.wasm' 1", { kind: 'data', module: 'b c.wasm', offset: 1 }],
    ['FILE: b.wasm 1', { module: 'b.wasm' }],
    ['BUILDID:0A1b 0x2', { module: '', buildId: '0a1b', offset: 2 }],
  ])('%j', (line, expected) => expect(parseQuery(line, symbolizer)).toMatchObject(expected));

  test.each([
    ['0x92', 'no module offset has been specified'],
    ['"b.wasm 0x92', 'no input filename has been specified'],
    ['FILE:"b.wasm 0x92', 'unbalanced quotes in input file name'],
    ['FILE:FILE:b.wasm 1', 'duplicate input file specification prefix'],
    ['BUILDID:xyz 1', 'wrong format of build-id'],
  ])('%j is none', (line, message) => expect(() => parseQuery(line, symbolizer)).toThrow(message));
});

describe('addr2line counts in sixteens', () => {
  test.each([
    ['92', 0x92],
    ['0x92', 0x92],
    ['0X92', 0x92],
    ['+0x92', 0x92],
    ['010', 0x10],
  ])('%s', (line, offset) => expect(parseQuery(line, addr2line)).toMatchObject({ symbol: undefined, offset }));

  test('a plus sign alone is part of a name', () => {
    expect(parseQuery('+92', addr2line).symbol).toBe('+92');
    expect(parseQuery('+0x92', { ...addr2line, plusAddresses: false }).symbol).toBe('+0x92');
  });
});

describe('lines of a stream', () => {
  const linesOf = (...chunks: string[]): string[] => {
    const lines = new InputLines();
    return [...chunks.flatMap((chunk) => [...lines.take(Buffer.from(chunk))]), ...lines.end()];
  };

  test('in any pieces', () => {
    expect(linesOf('0x', '1\n0x2', '\n', '0x3')).toEqual(['0x1', '0x2', '0x3']);
  });

  test('carriage returns go wherever they stand, a zero byte ends what is looked at', () => {
    expect(linesOf('0x1\r\n0x\r2\n0x3\0rest\n\n')).toEqual(['0x1', '0x2', '0x3', '']);
  });

  test('longer lines come as several', () => {
    expect(linesOf(`${'a'.repeat(1023)}\n`)).toEqual(['a'.repeat(1023), '']);
    expect(linesOf(`${'a'.repeat(1022)}\nb\n`)).toEqual(['a'.repeat(1022), 'b']);
    expect(linesOf('a'.repeat(1500), 'b'.repeat(600))).toEqual([
      'a'.repeat(1023),
      `${'a'.repeat(477)}${'b'.repeat(546)}`,
      'b'.repeat(54),
    ]);
  });

  test('a line is there as soon as it is complete', () => {
    const lines = new InputLines();
    expect([...lines.take(Buffer.from('0x1'))]).toEqual([]);
    expect([...lines.take(Buffer.from('\n'))]).toEqual(['0x1']);
  });
});
