import { expect, test } from 'vitest';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_LNCT } from '../../../src/dwarf/constants/line.ts';
import { type LineStrings, readLineHeader } from '../../../src/dwarf/read/line-header.ts';
import { assemble, block, type Part, sized, u16, u24, u32, u64, uleb, unit, unsigned } from '../../support/assemble.ts';
import { collect, sectionOf } from '../../support/dwarf.ts';
import { lineContext, spellLineTable } from '../../support/line-tables.ts';

const strings: LineStrings = {
  string: (offset) => `str ${offset}`,
  lineString: (offset) => `line_str ${offset}`,
  stringIndex: (index) => `index ${index}`,
  supplementaryString: (offset) => `supplementary ${offset}`,
};

const DIGEST = Uint8Array.from({ length: 16 }, (_, index) => index * 17);

function read(bytes: Uint8Array, context = {}) {
  const { reports, report } = collect();
  const header = readLineHeader(sectionOf('.debug_line', bytes), 0, { ...lineContext(4, report), ...context });
  return { header, reports };
}

/** A table of version 5 whose files have one more field. */
function withField(content: number, form: number, value: Part): Uint8Array {
  const files: Part = [2, DW_LNCT.path, DW_FORM.string, uleb(content), uleb(form), 1, 'a.c', value];
  return assemble(spellLineTable({ version: 5, tables: [1, DW_LNCT.path, DW_FORM.string, 1, '/d', files] }));
}

test.each([2, 3, 4, 5])('the fields of version %i, in both formats', (version) => {
  for (const offsetSize of [4, 8] as const) {
    const bytes = assemble(
      spellLineTable({ version, offsetSize, minimumInstructionLength: 2, maximumOperations: 3, program: [1, 1] }),
    );
    const { header, reports } = read(bytes);
    const { directories, files, standardOpcodeLengths, ...fields } = header;
    expect(fields).toEqual({
      offset: 0,
      end: bytes.length,
      programOffset: bytes.length - 2,
      version,
      offsetSize,
      addressSize: 4,
      segmentSelectorSize: 0,
      minimumInstructionLength: 2,
      maximumOperations: version >= 4 ? 3 : 1,
      defaultIsStatement: true,
      lineBase: -5,
      lineRange: 14,
      opcodeBase: 13,
    });
    expect([...standardOpcodeLengths]).toEqual([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]);
    expect(directories.map(({ path }) => path)).toEqual(version >= 5 ? ['/build', '/src'] : ['/src']);
    expect(files.map(({ name, directory }) => [name, directory])).toEqual(
      version >= 5
        ? [
            ['b.c', 0],
            ['a.c', 1],
          ]
        : [
            ['a.c', 1],
            ['b.c', 0],
          ],
    );
    expect(reports).toEqual([]);
  }
});

test.each([
  ['string', DW_FORM.string, 'x.c', 'x.c'],
  ['line_strp', DW_FORM.line_strp, u32(7), 'line_str 7'],
  ['strp', DW_FORM.strp, u32(8), 'str 8'],
  ['strp_sup', DW_FORM.strp_sup, u32(9), 'supplementary 9'],
  ['strx', DW_FORM.strx, uleb(300), 'index 300'],
  ['strx1', DW_FORM.strx1, 3, 'index 3'],
  ['strx2', DW_FORM.strx2, u16(4), 'index 4'],
  ['strx3', DW_FORM.strx3, u24(5), 'index 5'],
  ['strx4', DW_FORM.strx4, u32(6), 'index 6'],
])('a path of form %s', (_, form, value, name) => {
  const list: Part = [1, DW_LNCT.path, form, 1, value];
  const { header, reports } = read(assemble(spellLineTable({ version: 5, tables: [list, list] })), { strings });
  expect(header.directories.map(({ path }) => path)).toEqual([name]);
  expect(header.files.map((file) => file.name)).toEqual([name]);
  expect(reports).toEqual([]);
});

test.each([
  ['directory_index', DW_LNCT.directory_index, DW_FORM.udata, uleb(300), { directory: 300 }],
  ['directory_index', DW_LNCT.directory_index, DW_FORM.data1, 3, { directory: 3 }],
  ['directory_index', DW_LNCT.directory_index, DW_FORM.data2, u16(3), { directory: 3 }],
  ['timestamp', DW_LNCT.timestamp, DW_FORM.data4, u32(70_000), { modified: 70_000 }],
  ['timestamp', DW_LNCT.timestamp, DW_FORM.data8, u64(2 ** 40), { modified: 2 ** 40 }],
  ['timestamp of a layout that is the producer’s own', DW_LNCT.timestamp, DW_FORM.block, block(1, 2), { modified: 0 }],
  ['size', DW_LNCT.size, DW_FORM.udata, uleb(70_000), { size: 70_000 }],
  ['MD5', DW_LNCT.MD5, DW_FORM.data16, DIGEST, { md5: '00112233445566778899aabbccddeeff' }],
  ['MD5 in a block', DW_LNCT.MD5, DW_FORM.block1, sized(1, DIGEST), { md5: '00112233445566778899aabbccddeeff' }],
  ['source', DW_LNCT.LLVM_source, DW_FORM.line_strp, u32(5), { source: 'line_str 5' }],
  ['source that is empty', DW_LNCT.LLVM_source, DW_FORM.string, '', { source: undefined }],
  ['unknown content', 0x3000, DW_FORM.block2, sized(2, 1, 2, 3), {}],
  ['unknown content', 0x3001, DW_FORM.sec_offset, u32(1), {}],
])('%s', (_, content, form, value, expected) => {
  const { header, reports } = read(withField(content, form, value), { strings });
  expect(header.files.length).toBe(1);
  expect(header.files[0]).toMatchObject({ name: 'a.c', ...expected });
  expect(reports).toEqual([]);
});

test('a form that nobody knows ends the table of files, not the line program', () => {
  const bytes = withField(0x3000, 0x7f, 0);
  const { header, reports } = read(bytes);
  expect(header.directories.map(({ path }) => path)).toEqual(['/d']);
  expect(header.files).toEqual([]);
  expect(header.programOffset).toBe(bytes.length);
  expect(reports).toEqual(['lines/file-table at .debug_line+0x1e']);
});

test.each([
  ['a name that is a number', [1, DW_LNCT.path, DW_FORM.data1, 1, 3]],
  [
    'an index that is a string',
    [2, DW_LNCT.path, DW_FORM.string, DW_LNCT.directory_index, DW_FORM.string, 1, 'a', 'b'],
  ],
  ['an MD5 of four bytes', [2, DW_LNCT.path, DW_FORM.string, DW_LNCT.MD5, DW_FORM.block1, 1, 'a', sized(1, u32(1))]],
  ['entries without a path', [1, DW_LNCT.size, DW_FORM.udata, 1, 3]],
  ['2^60 entries of no bytes', [1, DW_LNCT.path, DW_FORM.flag_present, unsigned(-1n, 8), 0x0f]],
  ['entries cut off', [1, DW_LNCT.path, DW_FORM.string, 2, 'a']],
])('%s', (_, list: Part) => {
  const tables: Part = [1, DW_LNCT.path, DW_FORM.string, 0, list];
  const { header, reports } = read(assemble(spellLineTable({ version: 5, tables })));
  expect(header.files.length).toBeLessThanOrEqual(1);
  expect(reports).toEqual(['lines/file-table at .debug_line+0x1e']);
});

test('a table without entries may have no format', () => {
  const { header, reports } = read(assemble(spellLineTable({ version: 5, tables: [0, 0, 0, 0] })));
  expect(header.directories).toEqual([]);
  expect(header.files).toEqual([]);
  expect(reports).toEqual([]);
});

test.each([
  ['directories', ['/src', 'a']],
  ['files', ['/src', '', 'a.c', 1, 0, 0, 'b.c', 0]],
])('a table of %s that does not end is kept as far as it goes', (_, tables: Part) => {
  const { header, reports } = read(assemble(spellLineTable({ tables })));
  expect(header.directories[0]?.path).toBe('/src');
  expect(reports).toEqual(['lines/file-table at .debug_line+0x1c']);
});

test('bytes between the tables and the program are left out', () => {
  const { header, reports } = read(assemble(spellLineTable({ tables: ['', '', 1, 2, 3], program: 1 })));
  expect(header.programOffset).toBe(header.end - 1);
  expect(reports).toEqual(['lines/header-length at .debug_line+0x1e']);
});

test('a header that is longer than its table leaves no program', () => {
  const bytes = assemble(unit(4, u16(4), u32(1000), 1, 1, 1, -5, 14, 1, '', ''));
  const { header, reports } = read(bytes);
  expect(header.programOffset).toBe(bytes.length);
  expect(reports).toEqual(['lines/header-too-long at .debug_line+0x6']);
});

test('a table that is longer than its section is read as far as that goes', () => {
  const whole = assemble(spellLineTable({ program: [1, 1, 1] }));
  const { header, reports } = read(whole.subarray(0, whole.length - 2));
  expect(header.end).toBe(whole.length - 2);
  expect(reports).toEqual(['lines/table-too-long at .debug_line+0x0']);
});

test('an address size that is not its unit’s is reported, and the header’s counts', () => {
  const { header, reports } = read(assemble(spellLineTable({ version: 5, addressSize: 8 })));
  expect(header.addressSize).toBe(8);
  expect(reports).toEqual(['lines/address-size at .debug_line+0x6']);
});

test.each([
  ['version 1', unit(4, u16(1)), 'version 1 of a line table at .debug_line+0x4'],
  ['version 6', unit(4, u16(6)), 'version 6 of a line table at .debug_line+0x4'],
  ['a reserved length', u32(0xffff_fff0), 'reserved unit length 0xfffffff0 at .debug_line+0x0'],
  ['no bytes', unit(4), '2 bytes needed, 0 left at .debug_line+0x4'],
  ['a header cut off', unit(4, u16(4), sized(4, 1, 1, 1)), '1 byte needed, 0 left at .debug_line+0xd'],
  ['lengths cut off', unit(4, u16(4), sized(4, 1, 1, 1, 1, 1, 9)), '8 bytes needed, 0 left at .debug_line+0x10'],
])('%s', (_, parts, message) => {
  expect(() => read(assemble(parts))).toThrow(message);
});

test('a string of a supplementary file that is not there is an error when it is asked for', () => {
  const list: Part = [1, DW_LNCT.path, DW_FORM.strp_sup, 1, u32(3)];
  const { header } = read(assemble(spellLineTable({ version: 5, tables: [list, list] })));
  expect(() => header.files[0]!.name).toThrow('supplementary file');
});
