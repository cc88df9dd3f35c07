/** What llvm-dwarfdump 19 --verify says of a module, where it is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const LLVM_VERIFY = 'llvm-dwarfdump-19';

/** The categories under which it counts errors. */
export function llvmCategories(bytes: Uint8Array): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-test-'));
  try {
    const input = join(folder, 'module.wasm');
    const output = join(folder, 'verify.json');
    writeFileSync(input, bytes);
    const run = spawnSync(LLVM_VERIFY, ['--verify', `--verify-json=${output}`, '--error-display=summary', input], {
      timeout: 20_000,
    });
    if (run.signal !== null) throw new Error(`${LLVM_VERIFY} ended by ${run.signal}`);
    const said = JSON.parse(readFileSync(output, 'utf8')) as { 'error-categories': Record<string, unknown> };
    return Object.keys(said['error-categories']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All categories of LLVM 19, by what they are about. */
export const LLVM_CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  Abbreviations: ['Abbreviation Declaration error', 'Abbreviation declartion contains multiple attributes'],
  'Indexes of packages': ['Overlapping CU index entries', 'Overlapping TU index entries'],
  'Unit headers': [
    'Unit Header Length: Unit too large for .debug_info provided',
    'Unit Header Length: 16 bit unit header version is not valid',
    'Unit Header Length: Unit type encoding is not valid',
    'Unit Header Length: Offset into the .debug_abbrev section is not valid',
    'Unit Header Length: Address size is unsupported',
  ],
  Units: [
    'Compilation unit missing DIE',
    'Compilation unit root DIE is not a unit DIE',
    'Mismatched unit type',
    'Skeleton CU has children',
  ],
  Ranges: [
    'Invalid address range',
    'DIE has overlapping DW_AT_ranges',
    'DIEs have overlapping address ranges',
    'DIE address ranges are not contained by parent ranges',
  ],
  Attributes: [
    'DW_AT_ranges offset out of bounds',
    'Invalid DW_AT_ranges encoding',
    'DW_AT_stmt_list offset out of bounds',
    'Invalid DW_AT_stmt_list encoding',
    'Invalid DWARF expressions',
    'Invalid DW_AT_location',
    'Incompatible DW_AT_abstract_origin tag reference',
    'Incompatible DW_AT_type attribute tag',
    'Invalid file index in DW_AT_decl_file',
    'File index in DW_AT_decl_file reference CU with no line table',
    'Invalid encoding in DW_AT_decl_file',
    'Invalid file index in DW_AT_decl_line',
    'Invalid file index in DW_AT_call_line',
  ],
  Forms: [
    'Invalid CU offset',
    'DW_FORM_ref_addr offset out of bounds',
    'Invalid DW_FORM attribute',
    'Invalid DIE reference',
  ],
  'Names of templates': ['Simplified template DW_AT_name could not be reconstituted'],
  'Call sites': [
    'Call site nested entry within inlined subroutine',
    'Call site entry not nested within valid subprogram',
    'Subprogram with call site entry has no DW_AT_call attribute',
  ],
  'Line tables': [
    'Unparsable .debug_line entry',
    'Identical DW_AT_stmt_list section offset',
    'Invalid index in .debug_line->prologue.file_names->dir_idx',
    'decreasing address between debug_line rows',
    'Invalid file index in debug_line',
  ],
  "Apple's tables": [
    'Section is too small to fit a section header',
    'Invalid hash index',
    'No atoms',
    'Unsupported form',
    'Invalid HashData offset',
    'Invalid DIE offset',
    'Mismatched Tag in accellerator table',
  ],
  'Indexes of names': [
    'Accelerator Table Error',
    "Name Index doesn't index any CU",
    'Name Index references non-existing CU',
    'Duplicate Name Index',
    'Name Index Bucket contains invalid value',
    'Name table entries uncovered by hash table',
    'Name Index point to mismatched hash value',
    "String hash doesn't match Name Index hash",
    'Unknown NameIndex Abbreviation',
    'Unexpected NameIndex Abbreviation',
    'NameIndex Abbreviateion contains multiple attributes',
    'Abbreviation contains no attribute',
    'Abbreviate in NameIndex missing attribute',
    'Unable to get string associated with name',
    'Name Index entry contains invalid CU index',
    'NameIndex references nonexistent DIE',
    'Name index contains mismatched CU of DIE',
    'Name Index contains mismatched Tag of DIE',
    'Name Index contains mismatched name of DIE',
    'NameIndex Name is not associated with any entries',
    'Uncategorized NameIndex error',
    'Name Index DIE entry missing name',
  ],
  'Offsets of strings': [
    'Invalid Section version',
    'Invalid section contribution length',
    'Section contribution length exceeds available space',
    'Section contribution contains invalid string offset',
    'String offset out of bounds of string section',
  ],
};
