import type { Rules } from '../rule.ts';

/** Tables beside the entries. */
export const TABLES_RULES: Rules = {
  'aranges/set': {
    severity: 'error',
    what: 'Ranges of a unit in `.debug_aranges` cannot be read.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Tools that find units by them do not find this one.',
  },
  'aranges/early-end': {
    severity: 'warning',
    what: 'Ranges of a unit go on after their end.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Tools differ in what they take of them.',
  },
  'aranges/no-end': {
    severity: 'warning',
    what: 'Ranges of a unit have no end.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Tools differ in what they take of them.',
  },
  'aranges/padding': {
    severity: 'warning',
    what: 'Bytes stand behind the ranges of a unit.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Tools differ in what they take of them.',
  },
  'aranges/unit': {
    severity: 'error',
    what: '`.debug_aranges` is of a unit that is not there.',
    from: 'Rewriters that move units and copy the section unchanged (Binaryen).',
    cost: 'Tools that find units by it find nothing, or another one.',
  },
  'aranges/outside-unit': {
    severity: 'error',
    what: 'A range in `.debug_aranges` is none of its unit.',
    from: 'Rewriters that move code and copy the section unchanged (Binaryen).',
    cost: 'Tools that find units by it answer from the wrong unit.',
  },
  'aranges/incomplete': {
    severity: 'warning',
    what: "A unit's code is missing from its ranges in `.debug_aranges`.",
    from: 'Rewriters that move code and copy the section unchanged (Binaryen).',
    cost: 'Tools that find units by it find no frames for this code.',
  },
  'string-offsets/version': {
    severity: 'error',
    what: 'A table of string offsets is of a version that is not known.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Names of its unit are missing.',
    llvm: ['Invalid Section version'],
  },
  'string-offsets/length': {
    severity: 'error',
    what: 'A table of string offsets is longer than the section, or holds a part of an offset.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Names of its unit are missing.',
    llvm: [
      'Invalid section contribution length',
      'Section contribution length exceeds available space',
      'String offset error',
    ],
  },
  'string-offsets/offset': {
    severity: 'error',
    what: 'A string offset is outside of `.debug_str`.',
    from: 'Tools that drop or truncate string sections.',
    cost: 'Names are missing.',
    llvm: ['String offset out of bounds of string section'],
  },
  'package/index': {
    severity: 'error',
    what: "A package's index of units cannot be read.",
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'No split unit of the package is found: no inlined calls are told.',
  },
  'package/overlap': {
    severity: 'error',
    what: 'Two units of a package have the same bytes.',
    from: 'Packagers, with `.dwo` files of the same unit compiled twice.',
    cost: 'Inlined calls of one of them are those of the other.',
    llvm: ['Overlapping CU index entries', 'Overlapping TU index entries'],
  },
};
