import type { Rules } from '../rule.ts';

/** Units and abbreviations. */
export const UNITS_RULES: Rules = {
  'unit/header': {
    severity: 'error',
    what: "A unit's header cannot be read; the unit is left out.",
    from: 'Damaged files, cut off or patched by hand; versions newer than 5.',
    cost: 'All code of the unit has no frames.',
    llvm: [
      'Unit Header Length: Unit too large for .debug_info provided',
      'Unit Header Length: 16 bit unit header version is not valid',
      'Unit Header Length: Unit type encoding is not valid',
      'Unit Header Length: Address size is unsupported',
      'Unit Header Length: Offset into the .debug_abbrev section is not valid',
    ],
  },
  'unit/abbreviations': {
    severity: 'error',
    what: "A unit's abbreviations are outside of `.debug_abbrev`.",
    from: 'Tools that concatenate sections without relocating them.',
    cost: 'All code of the unit has no frames.',
    llvm: [
      'Unit Header Length: Offset into the .debug_abbrev section is not valid',
      'Abbreviation Declaration error',
      'Compilation unit missing DIE',
      'Compilation unit root DIE is not a unit DIE',
      'Mismatched unit type',
    ],
  },
  'unit/no-root': {
    severity: 'error',
    what: 'A unit has no entries.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'All code of the unit has no frames.',
    llvm: ['Compilation unit missing DIE', 'Compilation unit root DIE is not a unit DIE', 'Mismatched unit type'],
  },
  'unit/root': {
    severity: 'error',
    what: 'The first entry of a unit is not that of a unit.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: "The unit's ranges, lines and names may not be found.",
    llvm: ['Compilation unit root DIE is not a unit DIE', 'Mismatched unit type'],
  },
  'unit/type': {
    severity: 'error',
    what: 'The first entry of a unit is not of the kind that its header says.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Tools differ in whether they take the unit for code or for a type.',
    llvm: ['Mismatched unit type'],
  },
  'unit/skeleton-children': {
    severity: 'note',
    what: 'A skeleton has children.',
    from: 'Clang with `-fsplit-dwarf-inlining`, rightly for those who have no split file; LLVM takes it for an error.',
    cost: 'Nothing: inlined calls are told even without the split file.',
    llvm: ['Skeleton CU has children', 'Skeleton compilation unit has children'],
  },
  'unit/root-string': {
    severity: 'error',
    what: "A unit's name or directory cannot be read.",
    from: 'Tools that drop or truncate string sections.',
    cost: 'Paths of its sources are incomplete.',
  },
  'unit/split-unit': {
    severity: 'error',
    what: "A unit's split file cannot be read.",
    from: 'A file of another build, or damage.',
    cost: 'Inlined calls of the unit are not told.',
  },
  'unit/line-table': {
    severity: 'error',
    what: "A unit's line table is outside of `.debug_line`, or that is not there.",
    from: 'Tools that drop or truncate sections.',
    cost: 'All code of the unit has no lines, and inlined calls have no file.',
    llvm: ['DW_AT_stmt_list offset out of bounds'],
  },
  'unit/shared-line-table': {
    severity: 'error',
    what: 'Two compile units have the same line table.',
    from: 'Tools that concatenate sections without relocating them.',
    cost: 'Lines of one of them are those of the other.',
    llvm: ['Identical DW_AT_stmt_list section offset'],
  },
  'abbreviations/damaged': {
    severity: 'error',
    what: 'A table of abbreviations cannot be read to its end.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Entries that use the abbreviations behind the damage, and all after them, are lost.',
    llvm: ['Abbreviation Declaration error'],
  },
  'abbreviations/duplicate-attribute': {
    severity: 'error',
    what: 'An abbreviation has an attribute twice.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'The first one is taken; tools differ.',
    llvm: ['Abbreviation declartion contains multiple attributes'],
  },
};
