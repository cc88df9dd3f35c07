import { describe, expect, test } from 'vitest';
import type { CodeLocation } from '../../../src/symbolize/answers.ts';
import { GnuPrinter } from '../../../src/symbolize/printers/gnu.ts';
import { JsonPrinter } from '../../../src/symbolize/printers/json.ts';
import { LlvmPrinter } from '../../../src/symbolize/printers/llvm.ts';
import type { PrinterOptions } from '../../../src/symbolize/printers/printer.ts';
import { sourceContext } from '../../../src/symbolize/printers/source-context.ts';

// What LLVM prints is held by the recorded runs (test/conformance); these are the parts that modules seldom have.
const options: PrinterOptions = {
  addresses: false,
  functions: true,
  pretty: false,
  verbose: false,
  sourceLines: 0,
  narrowNumbers: false,
  source: () => undefined,
};
const location: CodeLocation = {
  functionName: 'f',
  file: 'a.c',
  line: 3,
  column: 7,
  discriminator: 2,
  approximate: true,
  startLine: 1,
  startAddress: 0x10,
};

test('approximate lines and discriminators', () => {
  expect(new LlvmPrinter(options).location({ module: '' }, location)).toBe('f\na.c:3:7 (approximate)\n\n');
  expect(new GnuPrinter(options).location({ module: '' }, location)).toBe('f\na.c:3 (approximate) (discriminator 2)\n');
  expect(new LlvmPrinter({ ...options, verbose: true }).location({ module: '' }, location)).toBe(
    'f\n  Filename: a.c\n  Function start filename: <invalid>\n  Function start line: 1\n' +
      '  Function start address: 0x10\n  Line: 3\n  Column: 7\n  Discriminator: 2\n  Approximate: true\n\n',
  );
});

test('addresses beyond 2^53, and below 0 as 64 bits', () => {
  const printer = new LlvmPrinter({ ...options, addresses: true, functions: false });
  expect(printer.location({ module: '', address: 2n ** 64n - 1n }, {})).toBe('0xffffffffffffffff\n??:0:0\n\n');
  expect(printer.data({ module: '', symbol: 'x' }, {})).toBe('0x0\n??\n0 0\n??:?\n\n');
});

describe('JSON', () => {
  test('control characters as LLVM writes them', () => {
    const text = new JsonPrinter(options).location({ module: 'a"\b\f\n\t\\b\u0001' }, {});
    expect(text).toContain('"ModuleName":"a\\"\\u0008\\u000c\\n\\t\\\\b\\u0001"');
    expect(JSON.parse(text).ModuleName).toBe('a"\b\f\n\t\\b\u0001');
  });

  test('one list, or an object a line', () => {
    const printer = new JsonPrinter(options);
    expect(printer.failure({ module: 'm', address: 1 }, 'why')).toBe(
      '{"Address":"0x1","Error":{"Message":"why"},"ModuleName":"m"}\n',
    );
    printer.begin();
    expect(printer.data({ module: 'm', address: 1 }, { name: 'x', start: 255, size: 4 })).toBe('');
    expect(printer.symbols({ module: 'm', symbol: 's' }, [])).toBe('');
    expect(printer.end()).toBe(
      '[{"Address":"0x1","Data":{"Name":"x","Size":"0x4","Start":"0xff"},"ModuleName":"m"},' +
        '{"Loc":[],"ModuleName":"m","SymName":"s"}]\n',
    );
  });

  test('places outside of the stack frame are told where that is asked for', () => {
    const local = { name: 'x', location: 'local 3' };
    expect(new JsonPrinter(options).locals({ module: '', address: 0 }, [local])).not.toContain('Location');
    const printer = new JsonPrinter(options, { locations: true });
    expect(printer.locals({ module: '', address: 0 }, [local])).toContain('"Location":"local 3"');
    expect(printer.locals({ module: '', address: 0 }, [{ ...local, frameOffset: 8 }])).not.toContain('Location');
  });
});

describe('source around a location', () => {
  const text = Array.from({ length: 12 }, (_, index) => `l${index + 1}`).join('\n');
  const context = (line: number | undefined, lines: number, source: string | undefined = text) =>
    sourceContext({ file: 'a.c', line }, { ...options, sourceLines: lines, source: () => source });

  test.each([
    [10, 3, ' 9  : l9\n10 >: l10\n11  : l11\n'],
    [1, 3, '1 >: l1\n2  : l2\n3  : l3\n'],
    [undefined, 2, '1  : l1\n2  : l2\n'],
    [12, 3, '11  : l11\n12 >: l12\n'],
    [14, 3, ''],
    [3, 0, ''],
    [3, -1, ''],
  ])('line %s, %s lines', (line, lines, expected) => expect(context(line, lines)).toBe(expected));

  test('carriage returns, empty lines, a newline at the end', () => {
    expect(context(2, 3, 'a\r\n\r\nb\r\n')).toBe('1  : a\n2 >: \n3  : b\n');
    expect(context(1, 2, '\n\n')).toBe('1 >: \n2  : \n');
  });

  test('embedded source goes before a file', () => {
    const embedded = { file: 'a.c', line: 1, source: 'inside' };
    expect(sourceContext(embedded, { ...options, sourceLines: 1, source: () => 'outside' })).toBe('1 >: inside\n');
    expect(context(1, 1, undefined)).toBe('1 >: l1\n');
    expect(sourceContext({ line: 1 }, { ...options, sourceLines: 1 })).toBe('');
  });

  test('numbers as wide as the logarithm said before LLVM 23', () => {
    const narrow = { ...options, sourceLines: 3, narrowNumbers: true, source: () => text };
    expect(sourceContext({ file: 'a.c', line: 9 }, narrow)).toBe('8  : l8\n9 >: l9\n10  : l10\n');
  });
});
