import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics.ts';
import { DW_OP } from '../../../src/dwarf/constants/operations.ts';
import { readScopes, scopeAround } from '../../../src/dwarf/read/scopes.ts';
import { readSubroutines } from '../../../src/dwarf/read/subroutines.ts';
import { block, type Part, sleb, u16, u24, u32, u64, uleb, unit } from '../../support/assemble.ts';
import { dwarfOf } from '../../support/dwarf-sections.ts';
import { ref4, type SpelledEntry, type SpelledUnit, type SpelledValue, spellUnits } from '../../support/entries.ts';

const reports: Diagnostic[] = [];

function read(children: readonly SpelledEntry[], options: Partial<SpelledUnit> = {}, rest: Record<string, Part> = {}) {
  reports.length = 0;
  const attributes = { addr_base: ['sec_offset', u32(8)] } as const;
  const sections = spellUnits({
    version: 5,
    label: 'unit',
    root: { tag: 'compile_unit', attributes, children },
    ...options,
  });
  const dwarf = dwarfOf({ ...sections, ...rest }, { report: (each) => reports.push(each) });
  return readSubroutines(dwarf.units[0]!);
}

const ADDRESSES = { '.debug_addr': unit(4, u16(5), 4, 0, u32(0x10), u32(0x20), u32(-1)) };
const f = (low_pc: SpelledValue, high_pc: SpelledValue): SpelledEntry => ({
  tag: 'subprogram',
  attributes: { low_pc, high_pc },
});

describe('code', () => {
  test.each([
    { what: 'addresses', low: ['addr', u32(5)], high: ['addr', u32(9)], range: [5, 9] },
    { what: 'a length of one byte', low: ['addr', u32(5)], high: ['data1', 0xff], range: [5, 0x104] },
    { what: 'of two', low: ['addr', u32(5)], high: ['data2', u16(0xffff)], range: [5, 0x10004] },
    { what: 'of four', low: ['addr', u32(5)], high: ['data4', u32(0xffff_ffff)], range: [5, 0x1_0000_0004] },
    { what: 'of eight', low: ['addr', u32(5)], high: ['data8', u64(9)], range: [5, 14] },
    { what: 'a LEB128', low: ['addr', u32(5)], high: ['udata', uleb(300)], range: [5, 305] },
    { what: 'a signed one', low: ['addr', u32(500)], high: ['sdata', sleb(300)], range: [500, 800] },
    { what: 'an implicit constant', low: ['addr', u32(5)], high: ['implicit_const', 7], range: [5, 12] },
    { what: 'an index', low: ['addrx', uleb(1)], high: ['data1', 4], range: [0x20, 0x24] },
    { what: 'an index of one byte', low: ['addrx1', 0], high: ['data1', 4], range: [0x10, 0x14] },
    { what: 'of two', low: ['addrx2', u16(1)], high: ['addrx1', 1], range: [0x20, 0x20] },
    { what: 'of three', low: ['addrx3', u24(0)], high: ['addrx', 1], range: [0x10, 0x20] },
    { what: 'of four', low: ['addrx4', u32(0)], high: ['GNU_addr_index', 1], range: [0x10, 0x20] },
    {
      what: 'an index and an offset',
      low: ['LLVM_addrx_offset', [1, u32(3)]],
      high: ['data1', 4],
      range: [0x23, 0x27],
    },
    {
      what: 'an expression',
      low: ['exprloc', block(DW_OP.addrx, 1, DW_OP.const4u, u32(6), DW_OP.plus)],
      high: ['data1', 4],
      range: [0x26, 0x2a],
    },
  ] as const)('$what', ({ low, high, range }) => {
    const found = read([f(low, high)], {}, ADDRESSES);
    expect([...found.ranges]).toEqual([...range, 0]);
    expect(found.lowPcs[0]).toBe(range[0]);
    expect(reports).toEqual([]);
  });

  test.each([
    { low: ['addr', u32(-1)] },
    { low: ['addrx', 2] },
    { low: ['LLVM_addrx_offset', [2, u32(3)]] },
    { low: ['exprloc', block(DW_OP.addrx, 2, DW_OP.plus_uconst, 5)] },
    { low: ['exprloc', block(DW_OP.call_frame_cfa)] },
  ] as const)('dead: $low', ({ low }) => {
    expect(read([f(low, ['data1', 9])], {}, ADDRESSES).ranges.length).toBe(0);
  });

  test.each([2, 8] as const)('tombstones of %i bytes', (addressSize) => {
    const low = addressSize === 2 ? u16(-1) : u64(-1);
    const found = read([f(['addr', low], ['data1', 9])], { addressSize });
    expect([...found.lowPcs, ...found.ranges]).toEqual([-1]);
  });

  test('an index that is not there is reported', () => {
    expect(read([f(['addrx', 9], ['data1', 4]), f(['addr', u32(1)], ['data1', 1])], {}, ADDRESSES).count).toBe(2);
    expect(reports).toMatchObject([{ rule: 'entries/ranges', message: 'address index 9 outside the section' }]);
  });
});

describe('who is around whom', () => {
  const code = (low: number): SpelledEntry['attributes'] => ({ low_pc: ['addr', u32(low)], high_pc: ['data1', 9] });

  test('declarations are left out, and inlined calls know their callers', () => {
    const found = read([
      { tag: 'subprogram', label: 'abstract', attributes: { name: ['string', 'a'] }, children: [{ tag: 'variable' }] },
      {
        tag: 'subprogram',
        attributes: { ...code(0x10), name: ['string', 'f'] },
        children: [
          {
            tag: 'lexical_block',
            children: [
              {
                tag: 'inlined_subroutine',
                attributes: {
                  ...code(0x12),
                  abstract_origin: ref4('abstract', 'unit'),
                  call_file: ['data1', 1],
                  call_line: ['implicit_const', 77],
                  call_column: ['udata', 5],
                  GNU_discriminator: ['data2', u16(900)],
                },
                children: [
                  { tag: 'inlined_subroutine', attributes: { ...code(0x13), abstract_origin: ['ref_sig8', u64(1)] } },
                ],
              },
            ],
          },
        ],
      },
    ]);
    expect([...found.inlined]).toEqual([0, 1, 1]);
    expect([...found.parents]).toEqual([-1, 0, 1]);
    expect([...found.named]).toEqual([1, 0, 0]);
    expect(found.origins[0]).toBe(-1);
    expect(found.origins[1]).toBeGreaterThan(0);
    // In another unit that nobody has read.
    expect(found.origins[2]).toBe(-2);
    expect(
      [found.callFiles, found.callLines, found.callColumns, found.discriminators].map((column) => [...column]),
    ).toEqual([
      [-1, 1, -1],
      [-1, 77, -1],
      [-1, 5, -1],
      [-1, 900, -1],
    ]);
  });

  test('a function without code gets its row where there is code in it', () => {
    const found = read([
      {
        tag: 'subprogram',
        children: [
          { tag: 'variable' },
          { tag: 'lexical_block', children: [{ tag: 'inlined_subroutine', attributes: code(0x10)! }] },
          { tag: 'inlined_subroutine', attributes: code(0x20)! },
        ],
      },
      { tag: 'subprogram', attributes: code(0x30)! },
    ]);
    expect([...found.inlined]).toEqual([0, 1, 1, 0]);
    expect([...found.parents]).toEqual([-1, 0, 0, -1]);
    expect([...found.offsets]).toEqual([...found.offsets].sort((a, b) => a - b));
  });

  test('scopes by the places that they are around', () => {
    const sections = spellUnits({
      root: {
        tag: 'compile_unit',
        children: [
          {
            tag: 'namespace',
            label: 'n',
            children: [
              { tag: 'class_type', children: [{ tag: 'subprogram' }] },
              { tag: 'subprogram', children: [{ tag: 'variable' }] },
            ],
          },
          { tag: 'subprogram' },
        ],
      },
    });
    const [unit] = dwarfOf(sections).units;
    const scopes = readScopes(unit!);
    expect([...scopes.parents]).toEqual([-1, 0, 0]);
    const around = [...unit!.entries()].map(({ entry }) => scopeAround(scopes, entry.offset));
    // Unit, namespace, class, method, function, variable, function.
    expect(around).toEqual([-1, -1, 0, 1, 0, 2, -1]);
  });
});

describe('damage ends the walk, and what stands before it is there', () => {
  test('an entry past its unit', () => {
    const sections = spellUnits({
      root: {
        tag: 'compile_unit',
        children: [
          f(['addr', u32(1)], ['data1', 4]),
          { tag: 'subprogram', attributes: { low_pc: ['addr', u32(1)], name: ['block1', 200] } },
        ],
      },
    });
    reports.length = 0;
    const [first] = dwarfOf(sections, { report: (each) => reports.push(each) }).units;
    expect(readSubroutines(first!).count).toBe(1);
    expect(reports).toMatchObject([{ rule: 'entries/damaged', message: 'entry reaches past the end of its unit' }]);
  });
});
