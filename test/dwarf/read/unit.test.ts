// How a unit finds what its values refer to: strings, addresses, lists and entries, in all generations.
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics.ts';
import { DW_AT } from '../../../src/dwarf/constants/attributes.ts';
import { DW_TAG } from '../../../src/dwarf/constants/tags.ts';
import { label, type Part, to, u16, u32, u64, uleb, unit, unsigned } from '../../support/assemble.ts';
import { dwarfOf } from '../../support/dwarf-sections.ts';
import { ref4, type SpelledEntry, spellUnits } from '../../support/entries.ts';

const rootOf = (dwarf: ReturnType<typeof dwarfOf>, index = 0) => dwarf.units[index]!.root!;

describe('strings', () => {
  test('in the entry, in .debug_str and in .debug_line_str', () => {
    const dwarf = dwarfOf({
      ...spellUnits({
        version: 5,
        root: {
          tag: 'compile_unit',
          attributes: { name: ['string', 'a.c'], comp_dir: ['strp', u32(4)], producer: ['line_strp', u32(2)] },
        },
      }),
      '.debug_str': ['abc', 'def'],
      '.debug_line_str': 'x clang',
    });
    const [first] = dwarf.units;
    expect(first!.name).toBe('a.c');
    expect(first!.compilationDirectory).toBe('def');
    expect(first!.producer).toBe('clang');
  });

  test.each([4, 8] as const)('by index, offsets of %i bytes', (offsetSize) => {
    const offsets = [4, 0].map((offset) => unsigned(offset, offsetSize));
    const sections = {
      '.debug_str': ['abc', 'def'],
      '.debug_str_offsets': unit(offsetSize, u16(5), u16(0), offsets, offsets),
    };
    const header = offsetSize === 8 ? 16 : 8;
    const attributes = { name: ['strx1', 0], comp_dir: ['strx', uleb(1)] } as const;
    const base = { str_offsets_base: ['sec_offset', unsigned(header + offsetSize, offsetSize)] } as const;
    const dwarf = dwarfOf({
      ...sections,
      ...spellUnits(
        { version: 5, offsetSize, root: { tag: 'compile_unit', attributes } },
        // The base stands after the first value that needs it, as compilers write it.
        { version: 5, offsetSize, root: { tag: 'compile_unit', attributes: { ...attributes, ...base } } },
      ),
    });
    // Without a base the indexes count from behind the first header.
    expect([dwarf.units[0]!.name, dwarf.units[0]!.compilationDirectory]).toEqual(['def', 'abc']);
    expect([dwarf.units[1]!.name, dwarf.units[1]!.compilationDirectory]).toEqual(['abc', 'def']);
  });

  test('in a supplementary file', () => {
    const supplementary = dwarfOf({ '.debug_str': ['xyz', 'shared.c'] });
    const sections = spellUnits({
      version: 5,
      root: { tag: 'compile_unit', attributes: { name: ['strp_sup', u32(4)], comp_dir: ['GNU_strp_alt', u32(0)] } },
    });
    const dwarf = dwarfOf(sections, { supplementary });
    expect([dwarf.units[0]!.name, dwarf.units[0]!.compilationDirectory]).toEqual(['shared.c', 'xyz']);
    expect(() => rootOf(dwarfOf(sections)).string(DW_AT.name)).toThrow(
      'string of a supplementary file that is not there at .debug_str+0x4',
    );
  });

  test.each([
    { form: 'strp', value: u32(9), message: 'string offset outside the section of 4 bytes at .debug_str+0x9' },
    { form: 'line_strp', value: u32(0), message: 'string in a section that is not there at .debug_line_str+0x0' },
    { form: 'strx1', value: 3, message: 'no .debug_str_offsets section at .debug_info+0x0' },
  ] as const)('$form that leads nowhere', ({ form, value, message }) => {
    const reports: Diagnostic[] = [];
    const sections = spellUnits({ version: 5, root: { tag: 'compile_unit', attributes: { name: [form, value] } } });
    const dwarf = dwarfOf({ ...sections, '.debug_str': 'abc' }, { report: (each) => reports.push(each) });
    expect(() => rootOf(dwarf).string(DW_AT.name)).toThrow(message);
    expect(dwarf.units[0]!.name).toBeUndefined();
    expect(reports).toMatchObject([{ severity: 'error', rule: 'unit/root-string' }]);
  });
});

describe('addresses by index', () => {
  const table = unit(4, u16(5), 4, 0, u32(0x10), u32(0x20), u32(-1), u32(0x40));

  test.each([
    { form: 'addrx', value: uleb(1), address: 0x20 },
    { form: 'addrx1', value: 0, address: 0x10 },
    { form: 'addrx2', value: u16(3), address: 0x40 },
    { form: 'addrx1', value: 2, address: -1 },
    { form: 'LLVM_addrx_offset', value: [1, u32(4)], address: 0x24 },
    { form: 'LLVM_addrx_offset', value: [2, u32(4)], address: -1 },
  ] as const)('$form', ({ form, value, address }) => {
    const sections = spellUnits({
      version: 5,
      root: { tag: 'compile_unit', attributes: { low_pc: [form, value], addr_base: ['sec_offset', u32(8)] } },
    });
    expect(rootOf(dwarfOf({ ...sections, '.debug_addr': table })).address(DW_AT.low_pc)).toBe(address);
  });

  test("GNU's, from its base, before DWARF 5", () => {
    const sections = spellUnits({
      root: {
        tag: 'compile_unit',
        attributes: { low_pc: ['GNU_addr_index', 0], GNU_addr_base: ['sec_offset', u32(4)] },
      },
    });
    expect(rootOf(dwarfOf({ ...sections, '.debug_addr': [u32(1), u32(2)] })).address(DW_AT.low_pc)).toBe(2);
  });

  test('outside the section', () => {
    const sections = spellUnits({
      version: 5,
      root: { tag: 'compile_unit', attributes: { low_pc: ['addrx', 9], addr_base: ['sec_offset', u32(8)] } },
    });
    const dwarf = dwarfOf({ ...sections, '.debug_addr': table });
    expect(() => rootOf(dwarf).address(DW_AT.low_pc)).toThrow('address index 9 outside the section at .debug_addr+0x8');
    expect(() => rootOf(dwarfOf(sections)).address(DW_AT.low_pc)).toThrow('no .debug_addr section at .debug_info+0x0');
  });
});

describe('ranges', () => {
  const ranges = (version: 2 | 3 | 4 | 5, attributes: NonNullable<SpelledEntry['attributes']>, rest = {}) =>
    rootOf(dwarfOf({ ...spellUnits({ version, root: { tag: 'compile_unit', attributes } }), ...rest })).ranges();

  test('a low address and a high one, or a length', () => {
    expect(ranges(2, { low_pc: ['addr', u32(4)], high_pc: ['addr', u32(9)] })).toEqual([4, 9]);
    expect(ranges(4, { low_pc: ['addr', u32(4)], high_pc: ['data1', 9] })).toEqual([4, 13]);
    expect(ranges(4, { low_pc: ['addr', u32(-1)], high_pc: ['data1', 9] })).toEqual([]);
    expect(ranges(4, { low_pc: ['addr', u32(4)] })).toEqual([]);
  });

  test('a list, which counts from the low address', () => {
    const list = { '.debug_ranges': [u32(9), u32(9), u32(1), u32(2), u32(0), u32(0)] };
    expect(ranges(4, { low_pc: ['addr', u32(0x10)], ranges: ['sec_offset', u32(8)] }, list)).toEqual([0x11, 0x12]);
    // Before DWARF 4 offsets into sections were constants.
    expect(ranges(3, { ranges: ['data4', u32(8)] }, list)).toEqual([1, 2]);
  });

  test.each([4, 8] as const)('a list by index, with and without a base; offsets of %i bytes', (offsetSize) => {
    const offsets = [label('offsets'), to('list', offsetSize, 'offsets')];
    const list = unit(offsetSize, u16(5), 4, 0, u32(1), offsets, label('list'), 7, u32(0x30), 5, 0);
    const header = unsigned(offsetSize === 8 ? 20 : 12, offsetSize);
    for (const base of [{}, { rnglists_base: ['sec_offset', header] as const }]) {
      const attributes = { ranges: ['rnglistx', 0] as const, ...base };
      const sections = spellUnits({ version: 5, offsetSize, root: { tag: 'compile_unit', attributes } });
      expect(rootOf(dwarfOf({ ...sections, '.debug_rnglists': list })).ranges()).toEqual([0x30, 0x35]);
    }
  });

  test('a list that is not there', () => {
    expect(() => ranges(4, { ranges: ['sec_offset', u32(0)] })).toThrow('no .debug_ranges section at .debug_info+0x0');
    expect(() => ranges(5, { ranges: ['rnglistx', 0] })).toThrow('no .debug_rnglists section at .debug_info+0x0');
  });
});

describe('references', () => {
  test('in the unit, in the section, from unit to unit, and along a chain', () => {
    const dwarf = dwarfOf(
      spellUnits(
        {
          label: 'a',
          root: {
            tag: 'compile_unit',
            children: [
              {
                tag: 'subprogram',
                label: 'declaration',
                attributes: { name: ['string', 'f'], external: ['flag_present', []] },
              },
              { tag: 'subprogram', label: 'definition', attributes: { specification: ref4('declaration', 'a') } },
            ],
          },
        },
        {
          root: {
            tag: 'compile_unit',
            children: [
              { tag: 'inlined_subroutine', attributes: { abstract_origin: ['ref_addr', to('definition', 4)] } },
            ],
          },
        },
      ),
    );
    const [inlined] = [...rootOf(dwarf, 1).children()];
    const chain = [...inlined!.chain()];
    expect(chain.map((entry) => entry.tag)).toEqual([DW_TAG.inlined_subroutine, DW_TAG.subprogram, DW_TAG.subprogram]);
    expect(chain.map((entry) => entry.unit.offset)).toEqual([dwarf.units[1]!.offset, 0, 0]);
    expect(chain[2]!.string(DW_AT.name)).toBe('f');
    expect(chain[2]!.flag(DW_AT.external)).toBe(true);
  });

  test('a chain in a circle ends', () => {
    const dwarf = dwarfOf(
      spellUnits({
        label: 'a',
        root: {
          tag: 'compile_unit',
          children: [{ tag: 'subprogram', label: 'self', attributes: { specification: ref4('self', 'a') } }],
        },
      }),
    );
    expect([...[...rootOf(dwarf).children()][0]!.chain()].length).toBe(16);
  });

  test.each(['.debug_info', '.debug_types'] as const)('to a type by its signature, in %s', (section) => {
    const v5 = section === '.debug_info';
    const type = {
      version: v5 ? (5 as const) : (4 as const),
      unitType: 'type' as const,
      label: 'type',
      id: [u64(0x1234), to('point', 4, 'type')],
      root: {
        tag: 'type_unit' as const,
        children: [
          { tag: 'structure_type' as const, label: 'point', attributes: { name: ['string', 'point'] as const } },
        ],
      },
    };
    const user = {
      version: v5 ? (5 as const) : (4 as const),
      root: { tag: 'compile_unit' as const, attributes: { type: ['ref_sig8', u64(0x1234)] as const } },
    };
    const both = spellUnits(type, user);
    const sections = v5
      ? both
      : {
          ...both,
          '.debug_types': spellUnits(type)['.debug_info'],
          '.debug_info': (both['.debug_info'] as Part[]).at(-1)!,
        };
    const dwarf = dwarfOf(sections);
    expect(
      rootOf(dwarf, v5 ? 1 : 0)
        .reference(DW_AT.type)
        ?.string(DW_AT.name),
    ).toBe('point');
    expect([dwarf.units.length, dwarf.typeUnits.length]).toEqual(v5 ? [2, 0] : [1, 1]);
  });

  test('that lead nowhere', () => {
    const dwarf = dwarfOf(
      spellUnits({
        root: {
          tag: 'compile_unit',
          attributes: {
            sibling: ['ref4', u32(0x500)],
            import: ['ref_addr', u32(0x500)],
            type: ['ref_sup4', u32(1)],
            signature: ['ref_sig8', u64(1)],
          },
        },
      }),
    );
    const root = rootOf(dwarf);
    expect(() => root.reference(DW_AT.sibling)).toThrow('no entry of the unit at 0x0 at .debug_info+0x500');
    expect(() => root.reference(DW_AT.import)).toThrow('no unit holds this offset at .debug_info+0x500');
    expect(() => root.reference(DW_AT.type)).toThrow('entry of a supplementary file that is not there');
    expect(root.reference(DW_AT.signature)).toBeUndefined();
  });
});

describe('damage stays in its unit', () => {
  test('a header that cannot be read is left out by its length', () => {
    const reports: Diagnostic[] = [];
    const { '.debug_info': info, '.debug_abbrev': abbrev } = spellUnits({
      label: 'good',
      root: { tag: 'compile_unit' },
    });
    const sections = { '.debug_info': [unit(4, u16(9), u32(0), 4, 1), info, u32(77)], '.debug_abbrev': abbrev };
    const dwarf = dwarfOf(sections, { report: (each) => reports.push(each) });
    expect(dwarf.units.map((each) => each.offset)).toEqual([12]);
    expect(reports.map(({ message, offset }) => `${message} at ${offset}`)).toEqual([
      'version 9 of a unit at 4',
      'unit of 77 bytes, 0 left at 24',
    ]);
  });

  test('LLVM gives up at the first such header', () => {
    const { '.debug_info': info, '.debug_abbrev': abbrev } = spellUnits({ root: { tag: 'compile_unit' } });
    const sections = { '.debug_info': [unit(4, u16(9), u32(0), 4, 1), info], '.debug_abbrev': abbrev };
    expect(dwarfOf(sections, { likeLlvm: true }).units).toEqual([]);
  });

  test('units without abbreviations, without entries, with a code that is not declared', () => {
    const sections = spellUnits({ root: { tag: 'compile_unit' } });
    expect(dwarfOf({ '.debug_info': sections['.debug_info'] }).units).toEqual([]);
    const empty = dwarfOf({ ...sections, '.debug_info': unit(4, u16(4), u32(0), 4) });
    expect(empty.units[0]!.root).toBeUndefined();
    const wrong = dwarfOf({ ...sections, '.debug_info': unit(4, u16(4), u32(0), 4, 9) });
    expect(() => wrong.units[0]!.root).toThrow('abbreviation code 9 is not in its table at .debug_info+0xb');
    // It is not read again, and stays unknown.
    expect(wrong.units[0]!.root).toBeUndefined();
    expect(dwarfOf({}).units).toEqual([]);
  });
});
