import { describe, expect, test } from 'vitest';
import { LINE_FLAG } from '../../src/dwarf/model/line-row.ts';
import { candidateFrames, framesAt } from '../../src/frames/frame-table.ts';
import { FrameTableBuilder } from '../../src/frames/frame-table-builder.ts';
import { QUALITY } from '../../src/frames/quality.ts';

const file = (name: string) => ({ path: `/src/${name}`, relativePath: name, name });

function outerAndInner(builder: FrameTableBuilder) {
  const unit = builder.unit({ name: 'main.c' });
  const main = builder.file(file('main.c'));
  const outer = builder.function({ name: 'outer', unit, scope: -1 });
  const inner = builder.function({ name: 'inner', unit, scope: -1, file: file('main.c') });
  const root = builder.node(-1, outer, -1, 0, 0, 0, 16);
  const call = builder.node(root, inner, main, 7, 3, 2);
  return { unit, main, outer, inner, root, call };
}

const shown = (frames: ReturnType<typeof framesAt>): string[] =>
  frames.map((frame) => `${frame.function?.name} ${frame.file?.name}:${frame.line}:${frame.column} ${frame.quality}`);

describe('a table put together', () => {
  test('answers with the frames around a call', () => {
    const builder = new FrameTableBuilder();
    const { call, main, root, unit } = outerAndInner(builder);
    builder.span(16, root, unit);
    builder.span(20, call, unit, QUALITY.inferred);
    builder.span(24, -1, -1);
    builder.row(16, main, 5, 1);
    builder.row(20, main, 2, 9, 4);
    builder.endRows(24);
    const table = builder.finish();
    expect(framesAt(table, 15)).toEqual([]);
    expect(shown(framesAt(table, 19))).toEqual(['outer main.c:5:1 exact']);
    expect(shown(framesAt(table, 20))).toEqual(['inner main.c:2:9 inferred', 'outer main.c:7:3 inferred']);
    expect(framesAt(table, 23).map(({ discriminator, inlined, start }) => [discriminator, inlined, start])).toEqual([
      [4, true, undefined],
      [2, false, 16],
    ]);
    expect(framesAt(table, 24)).toEqual([]);
  });

  test('has a frame without a function where only a line is known, and one without a line', () => {
    const builder = new FrameTableBuilder();
    const { main, root, unit } = outerAndInner(builder);
    builder.span(16, -1, unit);
    builder.span(20, root, unit);
    builder.row(16, main, 5);
    builder.endRows(20);
    const table = builder.finish();
    expect(shown(framesAt(table, 16))).toEqual(['undefined main.c:5:undefined exact']);
    expect(shown(framesAt(table, 20))).toEqual(['outer undefined:undefined:undefined exact']);
  });

  test('keeps the candidates of merged code', () => {
    const builder = new FrameTableBuilder();
    const { call, main, root, unit } = outerAndInner(builder);
    builder.span(16, root, unit);
    builder.span(18, root, unit, QUALITY.merged);
    builder.candidate(call, main, 3);
    builder.candidate(-1);
    builder.span(20, root, unit, QUALITY.merged);
    const table = builder.finish();
    expect(table.spans.count).toBe(3);
    expect(candidateFrames(table, 0)).toEqual([]);
    expect(candidateFrames(table, 1).map(shown)).toEqual([
      ['inner main.c:3:undefined merged', 'outer main.c:7:3 merged'],
      [],
    ]);
    expect(candidateFrames(table, 2)).toEqual([]);
  });

  test('lets equal neighbours be one, and the last of an address stand', () => {
    const builder = new FrameTableBuilder();
    const { call, main, root, unit } = outerAndInner(builder);
    builder.span(8, -1, -1);
    builder.span(16, call, unit);
    builder.span(16, root, unit);
    builder.span(20, root, unit);
    builder.endRows(8);
    builder.row(16, main, 1);
    builder.row(16, main, 2);
    builder.row(20, main, 2);
    builder.row(24, main, 2, 0, 0, 0);
    const table = builder.finish();
    expect([...table.spans.starts]).toEqual([16]);
    expect([...table.spans.nodes]).toEqual([root]);
    expect([...table.rows.starts]).toEqual([16, 24]);
    expect([...table.rows.lines]).toEqual([2, 2]);
    expect(table.files.length).toBe(1);
    expect(table.functions[1]!.file).toBe(table.files[0]);
    expect(table.rows.flags[0]).toBe(LINE_FLAG.is_stmt);
  });

  test('takes over what another one refers to', () => {
    const first = new FrameTableBuilder({ addressSize: 8 });
    const { main } = outerAndInner(first);
    const scope = first.scope({ tag: 0x39, name: 'geo', parent: -1 });
    const second = new FrameTableBuilder({ sources: first.finish() });
    expect(second.file(file('main.c'))).toBe(main);
    expect(second.scope({ tag: 0x39, name: 'geo', parent: -1 })).toBe(scope);
    expect(second.finish()).toMatchObject({ addressSize: 8, units: [{ name: 'main.c' }], nodes: { count: 0 } });
  });

  test('refuses what is out of order', () => {
    const builder = new FrameTableBuilder();
    const { root, unit } = outerAndInner(builder);
    builder.span(16, root, unit);
    builder.row(16, -1, 0);
    expect(() => builder.span(12, -1, -1)).toThrow(RangeError);
    expect(() => builder.row(12, -1, 0)).toThrow(RangeError);
    expect(() => builder.node(99, 0)).toThrow(RangeError);
    builder.candidate(root);
    expect(() => builder.span(16, -1, unit)).toThrow(RangeError);
  });

  test('grows', () => {
    const builder = new FrameTableBuilder();
    const { main, root, unit } = outerAndInner(builder);
    for (let at = 0; at < 5000; at++) {
      builder.span(at, at % 2 === 0 ? root : -1, unit);
      builder.row(at, main, at + 1);
      builder.candidate(root);
    }
    const table = builder.finish();
    expect([table.spans.count, table.rows.count, table.candidates.count]).toEqual([5000, 5000, 5000]);
    expect(framesAt(table, 4998)[0]!.line).toBe(4999);
  });
});
