import { readFileSync } from 'node:fs';
import { SourceMap as EngineMap } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFormatError } from '../../src/errors.ts';
import { SourceMap } from '../../src/source-map/source-map.ts';
import { recordedCases } from '../support/cases.ts';

const read = (json: unknown): SourceMap => SourceMap.read(Buffer.from(JSON.stringify(json)));

/**
 * What each offset is from, by us and by Node's own source maps (lines and columns from 0 there). Of the last segment of
 * a text Node reads five fields however many there are.
 */
function expectAsEngine(json: Record<string, unknown>, end: number): void {
  const engine = new EngineMap(json as never);
  const own = read(json);
  const { columns, lines, names, sources } = own.segments;
  for (let offset = 0; offset < end; offset++) {
    const entry = engine.findEntry(0, offset) as Partial<ReturnType<EngineMap['findEntry']>> & Record<string, unknown>;
    const segment = own.find(offset);
    const known = segment >= 0 && sources[segment]! >= 0;
    expect([
      offset,
      known ? own.sources[sources[segment]!] : undefined,
      known ? lines[segment]! - 1 : undefined,
      known ? columns[segment]! - 1 : undefined,
      known ? own.names[names[segment]!] : undefined,
    ]).toEqual([offset, entry['originalSource'], entry['originalLine'], entry['originalColumn'], entry['name']]);
  }
}

describe('as the engine reads them', () => {
  // Offsets 10 (a place), 20 (no place), 300 (another file, a name).
  const map = { version: 3, sources: ['a.c', 'b.c'], names: ['f'], mappings: 'UACE,U,wRCCGA' };

  test('segments of one, four and five fields', () => {
    expectAsEngine(map, 400);
  });

  test('an index map', () => {
    const other = { version: 3, sources: ['c.c'], names: ['g', 'h'], mappings: 'AAAAC,IAEA,KAAAA' };
    const sections = [
      { offset: { line: 0, column: 0 }, map },
      { offset: { line: 0, column: 350 }, map: other },
      { offset: { line: 0, column: 500 }, map },
      { offset: { line: 1, column: 0 }, map: other },
    ];
    expectAsEngine({ version: 3, sections }, 900);
  });

  test('a map that a tool made', () => {
    const folder = recordedCases('formats');
    if (folder === undefined) return;
    const json = JSON.parse(readFileSync(`${folder}inline.plain.wasm.map`, 'utf8'));
    expectAsEngine(json, read(json).segments.offsets.at(-1)!);
  });
});

test('segments out of order', () => {
  // 10, then 4 at line 2, then 10 at line 3: of two at one place the later holds.
  const map = read({ version: 3, sources: ['a'], mappings: 'UAAA,NACA,MACA' });
  expect([3, 4, 9, 10, 99].map((offset) => map.segments.lines[map.find(offset)])).toEqual([undefined, 2, 2, 3, 3]);
});

test('sources stand below their root', () => {
  const sources = ['a.c', '/b.c', 'https://c/d.c', null, '../e.c'];
  const under = (sourceRoot: unknown) => read({ version: 3, sourceRoot, sources, mappings: '' }).sources;
  expect(under('x/y')).toEqual(['x/y/a.c', '/b.c', 'https://c/d.c', undefined, 'x/y/../e.c']);
  expect(under('x/')).toEqual(['x/a.c', '/b.c', 'https://c/d.c', undefined, 'x/../e.c']);
  expect(under(null)).toEqual(['a.c', '/b.c', 'https://c/d.c', undefined, '../e.c']);
});

test('the text of a source is read when it is asked for', () => {
  const part = (texts: unknown[]) => ({ version: 3, sources: ['a', 'b'], sourcesContent: texts, mappings: '' });
  const own = read({
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: part(['x"\n']) },
      { offset: { line: 0, column: 9 }, map: part([null, '}']) },
    ],
  });
  expect([0, 1, 2, 3, 4].map((source) => own.sourceContent(source))).toEqual([
    'x"\n',
    undefined,
    undefined,
    '}',
    undefined,
  ]);
  const damaged = read({ version: 3, sources: ['a'], sourcesContent: [1], mappings: '' });
  expect(() => damaged.sourceContent(0)).toThrow(expect.toSatisfy(isFormatError));
});

describe('what is refused', () => {
  test.each([
    ['version 2', { version: 2, mappings: '' }, 'unknown-version'],
    ['no version', { mappings: '' }, 'unknown-version'],
    ['no mappings', { version: 3 }, 'missing'],
    ['an offset below 0', { version: 3, mappings: 'D' }, 'bad-value'],
    ['a source below 0', { version: 3, mappings: 'ADAA' }, 'bad-value'],
    ['a line below 0', { version: 3, mappings: 'AADA' }, 'bad-value'],
    ['a column below 0', { version: 3, mappings: 'AAAD' }, 'bad-value'],
    ['a name below 0', { version: 3, mappings: 'AAAAD' }, 'bad-value'],
    ['sources that are no list', { version: 3, sources: {}, mappings: '' }, 'bad-value'],
    ['a source that is no text', { version: 3, sources: [1], mappings: '' }, 'bad-value'],
    ['a section without a map', { version: 3, sections: [{ offset: { line: 0, column: 0 } }] }, 'missing'],
    ['a section without an offset', { version: 3, sections: [{ map: {} }] }, 'bad-value'],
    ['an index map in an index map', { version: 3, sections: [section(0, { sections: [] })] }, 'too-deep'],
    ['sections out of order', { version: 3, sections: [section(5), section(4)] }, 'bad-value'],
  ])('%s', (_, json, code) => {
    const use = (): unknown => {
      const map = read(json);
      return [map.segments, map.sources, map.names];
    };
    expect(use).toThrow(expect.toSatisfy((error) => isFormatError(error) && error.code === code));
  });

  test('damaged text ends in a value or a FormatError', () => {
    const text = JSON.stringify({
      version: 3,
      sourceRoot: 'x',
      names: ['f'],
      sections: [section(0), section(9, { version: 3, sources: ['a'], sourcesContent: ['b'], mappings: 'AAAA,CAAAA' })],
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(text.length), fc.nat(255)), { maxLength: 4 }), fc.nat(400), (edits, cut) => {
        const bytes = Buffer.from(text).subarray(0, cut > 300 ? text.length : text.length - cut);
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        try {
          const map = SourceMap.read(bytes);
          map.find(3);
          expect([map.sources, map.names, map.sourceContent(0)]).toHaveLength(3);
        } catch (error) {
          if (!isFormatError(error)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

function section(column: number, map: unknown = { version: 3, mappings: '' }): unknown {
  return { offset: { line: 0, column }, map };
}
