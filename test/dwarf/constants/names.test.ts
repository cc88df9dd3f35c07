/** The names are those that llvm-dwarfdump 19 prints for an abbreviation table with every code in it. */
import { describe, expect, test } from 'vitest';
import { DW_AT, nameOfAttribute } from '../../../src/dwarf/constants/attributes.ts';
import { nameOfBaseType } from '../../../src/dwarf/constants/base-types.ts';
import { DW_FORM, nameOfForm } from '../../../src/dwarf/constants/forms.ts';
import { nameOfLanguage } from '../../../src/dwarf/constants/languages.ts';
import { DW_TAG, nameOfTag } from '../../../src/dwarf/constants/tags.ts';
import { assemble, type Part, u16, u32, uleb, unit } from '../../support/assemble.ts';
import { ask, hasTool } from '../../support/tools.ts';
import { custom, wasm } from '../../support/wasm-builder.ts';

/** Vendors that are not in our tables, because nothing they make comes near wasm. */
const ELSEWHERE = /^DW_\w+_(GHS|HP|SUN|ALTIUM|UPC|IBM|PGI|BORLAND|DW_AT_INTEL|GOOGLE)_/;

function dump(option: string, ...sections: readonly [string, Uint8Array][]): string {
  return ask('llvm-dwarfdump-19', [option], wasm(...sections.map(([name, bytes]) => custom(name, bytes))));
}

/** Codes of a table whose names differ from those that LLVM gives, in order. */
function differences(start: number, llvm: readonly string[], nameOf: (code: number) => string): string[] {
  return llvm.flatMap((name, index) => {
    const ours = nameOf(start + index);
    return ours === name || ELSEWHERE.test(name) ? [] : [`${start + index}: ${ours}, LLVM ${name}`];
  });
}

describe.skipIf(!hasTool('llvm-dwarfdump-19'))('names as LLVM 19 has them', () => {
  test('tags', () => {
    const codes = Array.from({ length: 0xbfff }, (_, index) => index + 1);
    const table = assemble(
      codes.map((code): Part => [uleb(code), uleb(code), 0, 0, 0]),
      0,
    );
    const llvm = [...dump('--debug-abbrev', ['.debug_abbrev', table]).matchAll(/^\[\d+\] (DW_TAG_\w+)/gm)];
    expect(llvm.length).toBe(codes.length);
    expect(
      differences(
        1,
        llvm.map((match) => match[1]!),
        nameOfTag,
      ),
    ).toEqual([]);
  });

  test('attributes', () => {
    const codes = Array.from({ length: 0x3fff }, (_, index) => index + 1);
    const list = codes.map((code): Part => [uleb(code), DW_FORM.data1]);
    const table = assemble(1, DW_TAG.compile_unit, 0, list, 0, 0, 0);
    const llvm = [...dump('--debug-abbrev', ['.debug_abbrev', table]).matchAll(/^\t(DW_AT_\w+)\t/gm)];
    expect(llvm.length).toBe(codes.length);
    expect(
      differences(
        1,
        llvm.map((match) => match[1]!),
        nameOfAttribute,
      ),
    ).toEqual([]);
  });

  test('forms', () => {
    const codes = Array.from({ length: 0x20ff }, (_, index) => index + 1);
    const list = codes.map((code): Part => [DW_AT.name, uleb(code), code === DW_FORM.implicit_const ? 0 : []]);
    const table = assemble(1, DW_TAG.compile_unit, 0, list, 0, 0, 0);
    const llvm = [...dump('--debug-abbrev', ['.debug_abbrev', table]).matchAll(/^\tDW_AT_name\t(DW_FORM_\w+)/gm)];
    expect(llvm.length).toBe(codes.length);
    expect(
      differences(
        1,
        llvm.map((match) => match[1]!),
        nameOfForm,
      ),
    ).toEqual([]);
  });

  test.each([
    { attribute: DW_AT.language, nameOf: nameOfLanguage, prefix: 'DW_LANG', codes: [1, 0x42] },
    { attribute: DW_AT.encoding, nameOf: nameOfBaseType, prefix: 'DW_ATE', codes: [1, 0x12] },
  ])('$prefix', ({ attribute, nameOf, prefix, codes: [first, last] }) => {
    const codes = Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
    const abbreviations = assemble(
      [1, DW_TAG.compile_unit, 1, 0, 0],
      [2, DW_TAG.base_type, 0, attribute, DW_FORM.data2, 0, 0],
      0,
    );
    const info = assemble(
      unit(
        4,
        u16(4),
        u32(0),
        4,
        1,
        codes.map((code): Part => [2, u16(code)]),
        0,
      ),
    );
    const text = dump('--debug-info', ['.debug_abbrev', abbreviations], ['.debug_info', info]);
    const llvm = [...text.matchAll(/DW_AT_\w+\t\((\w+)\)/g)].map((match) => match[1]!);
    expect(llvm.length).toBe(codes.length);
    // LLVM prints a number where it has no name.
    const named = llvm.map((name, index) => (name.startsWith('DW_') ? name : nameOf(codes[index]!)));
    expect(named.filter((name) => name.startsWith(prefix)).length).toBeGreaterThan(15);
    expect(differences(first!, named, nameOf)).toEqual([]);
  });
});

test('a code without a name is printed in hexadecimal', () => {
  expect(nameOfTag(0x4242)).toBe('DW_TAG_unknown_4242');
  expect(nameOfTag(DW_TAG.inlined_subroutine)).toBe('DW_TAG_inlined_subroutine');
});
