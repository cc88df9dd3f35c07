// What compilers seldom or never make, optimizers do: tables put together by hand, written and read again.
import { describe, expect, test } from 'vitest';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { DW_AT } from '../../src/dwarf/constants/attributes.ts';
import { DW_FORM } from '../../src/dwarf/constants/forms.ts';
import { DW_TAG } from '../../src/dwarf/constants/tags.ts';
import type { Entry } from '../../src/dwarf/read/entry.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { type FrameTable, framesAt } from '../../src/frames/frame-table.ts';
import { FrameTableBuilder } from '../../src/frames/frame-table-builder.ts';
import { QUALITY } from '../../src/frames/quality.ts';
import { writeDwarf } from '../../src/frames/write-dwarf.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { writeModule } from '../../src/wasm/module-writer.ts';

const file = (directory: string, name: string) => ({
  path: `${directory}/${name}`,
  relativePath: name,
  name,
});

function written(table: FrameTable, version: 4 | 5) {
  const empty = WasmModule.read(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const append = Array.from(writeDwarf(table, { version }), ([name, contents]) => ({ name, contents }));
  const reports: unknown[] = [];
  const module = openModule(writeModule(empty, { append }), { report: (each) => reports.push(each) });
  const read = frameTable(module);
  expect(reports).toEqual([]);
  return { module, read };
}

const shown = (frames: readonly Frame[]): string[] =>
  frames.map(
    (frame) =>
      `${frame.function?.qualifiedName ?? frame.function?.linkageName} ${frame.file?.path}:${frame.line}:${frame.column}`,
  );

describe.each([4, 5] as const)('in DWARF %i', (version) => {
  test('a function of another unit is inlined, that has no code of its own', () => {
    const builder = new FrameTableBuilder();
    const one = builder.unit({ name: 'one.c', compilationDirectory: '/one' });
    const two = builder.unit({ name: 'two.c', compilationDirectory: '/two' });
    const [first, second] = [builder.file(file('/one', 'one.c')), builder.file(file('/two', 'two.c'))];
    const outer = builder.function({ name: 'outer', unit: one, scope: -1 });
    const inner = builder.function({ name: 'inner', unit: two, scope: -1, file: file('/two', 'two.c'), line: 40 });
    const root = builder.node(-1, outer);
    const call = builder.node(root, inner, first, 8, 2, 5);
    builder.span(32, root, one);
    builder.span(40, call, one);
    builder.span(48, -1, -1);
    builder.row(32, first, 7);
    builder.row(40, second, 41, 3);
    builder.endRows(48);
    const { module, read } = written(builder.finish(), version);
    expect(shown(framesAt(read, 40))).toEqual(['inner /two/two.c:41:3', 'outer /one/one.c:8:2']);
    expect(framesAt(read, 47)[1]!.discriminator).toBe(5);
    expect(framesAt(read, 40)[0]!.function).toMatchObject({ line: 40, file: { path: '/two/two.c' } });
    const [, other] = module.dwarf.units;
    expect(other!.root!.has(DW_AT.low_pc)).toBe(false);
    const inlined = entriesOf(module.dwarf.units[0]!.root!).find(({ tag }) => tag === DW_TAG.inlined_subroutine)!;
    expect(inlined.abbreviation.attributes.find(({ name }) => name === DW_AT.abstract_origin)!.form).toBe(
      DW_FORM.ref_addr,
    );
    expect(inlined.reference(DW_AT.abstract_origin)!.unit).toBe(other);
  });

  test('namespaces and classes are around what is declared in them', () => {
    const builder = new FrameTableBuilder();
    const unit = builder.unit({ name: 'a.cpp', compilationDirectory: '/src' });
    const source = builder.file(file('/src', 'a.cpp'));
    const geo = builder.scope({ tag: DW_TAG.namespace, name: 'geo', parent: -1 });
    const anonymous = builder.scope({ tag: DW_TAG.namespace, parent: geo });
    const shape = builder.scope({ tag: DW_TAG.class_type, name: 'Shape', parent: anonymous });
    const area = builder.function({ name: 'area', unit, scope: shape });
    const helper = builder.function({ name: 'helper', unit, scope: geo });
    const root = builder.node(-1, area);
    builder.span(32, root, unit);
    builder.span(34, builder.node(root, helper, source, 3), unit);
    builder.span(40, -1, -1);
    builder.row(32, source, 1);
    builder.endRows(40);
    const { read } = written(builder.finish(), version);
    expect(shown(framesAt(read, 34)).map((each) => each.split(' /')[0])).toEqual([
      'geo::helper',
      'geo::(anonymous namespace)::Shape::area',
    ]);
  });

  test('code in pieces, of which one stands in another unit, stays one function', () => {
    const builder = new FrameTableBuilder();
    const one = builder.unit({ name: 'one.c', compilationDirectory: '/src' });
    const two = builder.unit({ name: 'two.c', compilationDirectory: '/src' });
    const source = builder.file(file('/src', 'one.c'));
    const split = builder.node(-1, builder.function({ name: 'split', unit: one, scope: -1 }));
    const whole = builder.node(-1, builder.function({ name: 'whole', unit: two, scope: -1 }));
    for (const [start, node, unit] of [
      [32, split, one],
      [64, whole, two],
      [96, split, one],
      [128, -1, -1],
    ] as const) {
      builder.span(start, node, unit);
      builder.row(start, source, start);
    }
    builder.endRows(128);
    const { module, read } = written(builder.finish(), version);
    for (const [address, name] of [
      [33, 'split'],
      [70, 'whole'],
      [100, 'split'],
    ] as const) {
      const line = address - (address % 32);
      expect(shown(framesAt(read, address))).toEqual([`${name} /src/one.c:${line}:undefined`]);
    }
    const [unit] = module.dwarf.units;
    expect(unit!.root!.ranges()).toEqual([32, 64, 96, 128]);
    expect([...unit!.root!.children()][0]!.ranges()).toEqual([32, 64, 96, 128]);
  });

  test('where nothing is known there is no line: a gap without a row, line 0 where only the line is unknown', () => {
    const builder = new FrameTableBuilder();
    const unit = builder.unit({ name: 'a.c', compilationDirectory: '/src' });
    const source = builder.file(file('/src', 'a.c'));
    const root = builder.node(-1, builder.function({ name: 'f', unit, scope: -1 }));
    builder.span(32, root, unit, QUALITY.merged);
    builder.candidate(root, source, 99);
    builder.span(64, -1, -1);
    builder.row(32, source, 5, 1);
    builder.row(36, -1, 0);
    builder.row(40, source, 6);
    builder.endRows(44);
    builder.row(48, -1, 7);
    builder.row(52, source, 8);
    builder.endRows(64);
    const { module, read } = written(builder.finish(), version);
    const at = (address: number) => shown(framesAt(read, address))[0];
    expect([32, 36, 40, 44, 48, 52].map(at)).toEqual([
      'f /src/a.c:5:1',
      'f /src/a.c:undefined:undefined',
      'f /src/a.c:6:undefined',
      'f undefined:undefined:undefined',
      'f undefined:undefined:undefined',
      'f /src/a.c:8:undefined',
    ]);
    expect(module.dwarf.units[0]!.lineTable!.sequences.count).toBe(2);
  });

  test('inlining a thousand deep, and addresses of 64 bits', () => {
    const builder = new FrameTableBuilder({ addressSize: 8 });
    const unit = builder.unit({ name: 'a.c', compilationDirectory: '/src' });
    const source = builder.file(file('/src', 'a.c'));
    const f = builder.function({ name: 'f', unit, scope: -1 });
    const start = 2 ** 33;
    let node = builder.node(-1, f);
    for (let depth = 1; depth < 1000; depth++) node = builder.node(node, f, source, depth);
    builder.span(start, node, unit);
    builder.span(start + 8, -1, -1);
    builder.row(start, source, 1000);
    builder.endRows(start + 8);
    const { module, read } = written(builder.finish(), version);
    expect(module.dwarf.units[0]!.addressSize).toBe(8);
    expect(framesAt(read, start + 7).map(({ line }) => line)).toEqual(Array.from({ length: 1000 }, (_, i) => 1000 - i));
  });

  test('nothing is written of nothing', () => {
    expect([...writeDwarf(new FrameTableBuilder().finish(), { version }).keys()]).toEqual([]);
  });
});

function entriesOf(entry: Entry): Entry[] {
  return [entry, ...[...entry.children()].flatMap(entriesOf)];
}
