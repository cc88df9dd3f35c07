// What llvm-dwarfdump 19 --verify says of every module, ours says too: its categories are held by the rules that name
// them. What it alone says is listed here, with the reason.
import { describe, expect, test } from 'vitest';
import { RULES } from '../../src/verify/rules/index.ts';
import { verify } from '../../src/verify/verify.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { onlySections } from '../support/dwarf.ts';
import { fixtureModules, upstreamModules } from '../support/modules.ts';
import { hasTool } from '../support/tools.ts';
import { LLVM_VERIFY, llvmCategories } from './llvm-categories.ts';

/** It does not come to an end where a call site is below a lexical block. */
const ENDLESS =
  /^(elf-dwarf64-v3|elf-dwz.*|elf-gcc-(lines|lto|v4|v5|split\/module\.wasm\.dwp|split-v5\/game-main\.dwo)|elf-ghosts|x\.tools_llvm-dwarfdump_X86_DW_AT_language_version-pretty.s.wasm)$/;

/** Categories that are no damage, wherever they are said. */
const FALSE_ALARMS = [
  // Offsets into the middle of a string: wasm-ld merges the tails of strings.
  'Section contribution contains invalid string offset',
];

/** Categories that are said of a module where nothing is wrong that could be told more than once, or at all. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  // Operations that LLVM does not know, of which GCC writes some.
  'elf-gcc-nested': ['Invalid DWARF expressions'],
  'elf-gcc-shapes': ['Invalid DWARF expressions'],
  'elf-gcc-types': ['Invalid DWARF expressions'],
  'y.tools_llvm-dwarfdump_X86_DW_OP_GNU_implicit_pointer.yaml.wasm': ['Invalid DWARF expressions'],
  'y.tools_llvm-dwarfdump_X86_DW_OP_implicit_pointer.yaml.wasm': ['Invalid DWARF expressions'],
  // Names of a split unit, whose entries are in another file.
  'x.tools_llvm-dwarfdump_X86_debug-names-find-dwo.s.wasm': ['NameIndex references nonexistent DIE'],
  // Offsets of locations without a base address, which count from 0 here.
  'x.tools_llvm-dwarfdump_X86_debug_loc-OP_addr.s.wasm': ['Invalid DW_AT_location'],
  'x.tools_llvm-dwarfdump_X86_debug_loc_OP_entry_value.s.wasm': ['Invalid DW_AT_location'],
  // A table of abbreviations without an end, of which everything that is used can be read.
  's.MC_WebAssembly_section-symbol.s.wasm': ['Abbreviation Declaration error'],
  'x.DebugInfo_X86_dwarfdump-bogus-LNE.s.wasm': [
    'Abbreviation Declaration error',
    'Compilation unit missing DIE',
    'Unit Header Length: Offset into the .debug_abbrev section is not valid',
  ],
  'x.tools_llvm-dwarfdump_X86_debug_addr_64bit_address.s.wasm': [
    'Unit Header Length: Offset into the .debug_abbrev section is not valid',
  ],
  'x.tools_llvm-dwarfdump_X86_debug_addr_address_size_mismatch.s.wasm': [
    'Unit Header Length: Offset into the .debug_abbrev section is not valid',
  ],
  'x.tools_llvm-dwarfdump_X86_debug_addr_unsupported_version.s.wasm': [
    'Unit Header Length: Offset into the .debug_abbrev section is not valid',
  ],
};

describe.skipIf(!hasTool(LLVM_VERIFY))('llvm-dwarfdump --verify', () => {
  const categories = (bytes: Uint8Array): string[] => {
    const names = WasmModule.read(bytes)
      .sections.map(({ name }) => name)
      .filter((name) => /^\.(debug|apple)_/.test(name));
    // LLVM refuses some of the other sections.
    return llvmCategories(onlySections(bytes, names));
  };

  const modules = [...fixtureModules(), ...upstreamModules()].filter(({ name }) => !ENDLESS.test(name));
  test.each(modules)('$name', ({ name, bytes }) => {
    const said = categories(bytes()).filter((each) => !FALSE_ALARMS.includes(each));
    const ours = new Set<string>();
    for (const { rule } of verify(bytes(), { addressesOfStale: true })) {
      for (const category of RULES[rule]?.llvm ?? []) ours.add(category);
    }
    expect(said.filter((each) => !ours.has(each)).sort()).toEqual([...(EXPECTED[name] ?? [])].sort());
  });
});
