import type { Rules } from '../rule.ts';

/** Entries: references, strings, files. */
export const ENTRIES_RULES: Rules = {
  'entries/damaged': {
    severity: 'error',
    what: "A unit's entries cannot be read on from here.",
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'All functions and inlined calls behind this place are lost.',
    llvm: ['DIE has invalid DW_AT encoding'],
  },
  'entries/ranges': {
    severity: 'error',
    what: "An entry's ranges cannot be read.",
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'The function or inlined call is in no stack.',
  },
  'entries/form': {
    severity: 'error',
    what: 'An attribute has a form that cannot be what it means.',
    from: 'Writers of DWARF that are new, and damage.',
    cost: 'The attribute is taken as missing.',
    llvm: [
      'Invalid DW_AT_ranges encoding',
      'Invalid DW_AT_stmt_list encoding',
      'Invalid DW_AT_location',
      'Invalid encoding in DW_AT_decl_file',
      'Invalid file index in DW_AT_decl_line',
      'Invalid file index in DW_AT_call_line',
    ],
  },
  'entries/no-children': {
    severity: 'note',
    what: 'An abbreviation says that there are children, and there are none.',
    from: 'LLVM, for units and functions without contents.',
    cost: 'Nothing; a byte.',
  },
  'references/outside-unit': {
    severity: 'error',
    what: 'A reference within the unit reaches past its end.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Names of functions, or their types, are missing.',
    llvm: ['Invalid CU offset'],
  },
  'references/outside-section': {
    severity: 'error',
    what: 'A reference reaches past the section.',
    from: 'Tools that concatenate sections without relocating them.',
    cost: 'Names of functions, or their types, are missing.',
    llvm: ['DW_FORM_ref_addr offset out of bounds'],
  },
  'references/no-entry': {
    severity: 'error',
    what: 'A reference is to a place where no entry starts.',
    from: 'Rewriters that move entries and do not update references.',
    cost: 'Names of functions are missing, or are bytes of something else.',
    llvm: ['Invalid DIE reference'],
  },
  'references/kind': {
    severity: 'error',
    what: 'A reference is to an entry of a kind that it cannot mean: an inlined call of something that is no function, a type that is none.',
    from: 'Rewriters that move entries and do not update references.',
    cost: 'Names of functions are those of something else.',
    llvm: ['Incompatible DW_AT_abstract_origin tag reference', 'Incompatible DW_AT_type attribute tag'],
  },
  'strings/outside-section': {
    severity: 'error',
    what: 'A string is outside of its section.',
    from: 'Tools that drop or truncate string sections.',
    cost: 'Names are missing.',
    llvm: ['Invalid DW_FORM attribute'],
  },
  'strings/index': {
    severity: 'error',
    what: "A string's index is outside of `.debug_str_offsets`.",
    from: 'Tools that drop the section; a wrong `DW_AT_str_offsets_base`.',
    cost: 'Names are missing.',
    llvm: ['Invalid DW_FORM attribute'],
  },
  'files/decl-file': {
    severity: 'error',
    what: 'A declaration is in a file that the line table does not have.',
    from: "Rewriters that replace the line table's header.",
    cost: 'Where functions are declared is told wrongly or not at all.',
    llvm: ['Invalid file index in DW_AT_decl_file'],
  },
  'files/call-file': {
    severity: 'error',
    what: 'An inlined call is in a file that the line table does not have.',
    from: "Rewriters that replace the line table's header.",
    cost: "The caller's frame has no file.",
    llvm: ['Invalid file index in DW_AT_decl_file', 'Invalid file index in DW_AT_call_file'],
  },
  'files/no-table': {
    severity: 'error',
    what: 'An entry is in a file, and its unit has no line table.',
    from: 'Tools that drop `.debug_line`.',
    cost: 'No file of the unit is known.',
    llvm: [
      'File index in DW_AT_decl_file reference CU with no line table',
      'File index in DW_AT_call_file reference CU with no line table',
    ],
  },
};
