import type { Rules } from '../rule.ts';

/** Ranges of code. */
export const RANGES_RULES: Rules = {
  'ranges/backwards': {
    severity: 'error',
    what: 'A range ends before it begins.',
    from: 'Wasm-opt: ends of ranges are mapped one by one, and a lost one becomes 0 (emscripten#15552, binaryen#6406).',
    cost: 'The function or inlined call is in no stack of this code, and what is below it neither.',
    llvm: ['Invalid address range'],
  },
  'ranges/impossible': {
    severity: 'error',
    what: 'A range is longer than any code: a number that wrapped.',
    from: 'Wasm-opt: a lost end that counts from its start is written as a 4 GiB range (binaryen#6406).',
    cost: 'Inlined calls appear in stacks of all code behind them.',
    llvm: ['DIE address ranges are not contained by parent ranges', 'DIEs have overlapping address ranges'],
  },
  'ranges/outside-code': {
    severity: 'error',
    what: 'A range reaches past the code section.',
    from: 'Stale debug information; optimizers that shrink the code.',
    cost: 'Nothing that runs is there; frames of the last functions may be wrong.',
  },
  'ranges/not-instruction': {
    severity: 'error',
    what: 'A range of an inlined call or block begins or ends within an instruction, or outside of any function.',
    from: 'Optimizers that map ends of ranges to something else (emscripten#15552); stale debug information.',
    cost: 'Calls at the edges of the range have one frame too many or too few.',
  },
  'ranges/several-functions': {
    severity: 'error',
    what: 'A range of an inlined call or block reaches over the end of its function.',
    from: 'Wasm-opt, where the end of a range is found in another function or falls back to one (emscripten#15552).',
    cost: 'The inlined call appears in stacks of other functions.',
  },
  'ranges/empty': {
    severity: 'note',
    what: 'A range is empty.',
    from: 'Compilers and optimizers, where all instructions of an inlined call or block are gone.',
    cost: 'Nothing.',
  },
  'ranges/ghost': {
    severity: 'warning',
    what: 'A range begins before the first function: code that was dropped, written as a low address rather than as a tombstone.',
    from: 'Wasm-ld before 12, Emscripten before 3.1.7, wasm-opt for what it drops (binaryen#4155).',
    cost: 'Tools that do not know this answer with names of dropped functions: `fmodl` for code at low addresses. It is left out here.',
    llvm: [
      'DIE address ranges are not contained by parent ranges',
      'DIEs have overlapping address ranges',
      'DIE has overlapping DW_AT_ranges',
    ],
  },
  'ranges/lost': {
    severity: 'warning',
    what: 'Ranges of an inlined call or block are gone, and others, or the scope around, are there.',
    from: 'Wasm-opt, which writes [0, 1) for a range of whose ends it lost one (binaryen#8964).',
    cost: 'If the instructions are still there in another form, the call is missing from their stacks.',
    llvm: [
      'DIE address ranges are not contained by parent ranges',
      'DIEs have overlapping address ranges',
      'DIE has overlapping DW_AT_ranges',
    ],
  },
  'ranges/outside-parent': {
    severity: 'error',
    what: 'A range is not within the scope around it: an inlined call outside of its caller, or within one whose code is gone; a function outside of its unit.',
    from: 'Wasm-opt, which maps the ranges of an entry and of those around it one by one (emscripten#15552, binaryen#8964).',
    cost: 'The call appears in stacks without its caller, or a function is found by no lookup.',
    llvm: [
      "DIE address ranges are not contained in its parent's ranges",
      'DIE address ranges are not contained by parent ranges',
    ],
  },
  'ranges/overlap-sibling': {
    severity: 'error',
    what: 'Two scopes next to each other share code: two calls that were inlined one after the other, two functions.',
    from: 'Wasm-opt, where code moves between the ends of ranges (emscripten#15552).',
    cost: 'One of the two calls is told, and it may be the wrong one.',
    llvm: ['DIEs have overlapping address ranges'],
  },
  'ranges/overlap-self': {
    severity: 'warning',
    what: 'Ranges of one entry overlap.',
    from: 'Linkers and optimizers that write the ranges of dropped code over others.',
    cost: "Nothing in itself; the entry's end is not where it seems.",
    llvm: ['DIE has overlapping DW_AT_ranges'],
  },
  'ranges/list': {
    severity: 'error',
    what: 'A range list, or an address in it, is not there or damaged.',
    from: 'Optimizers that do not know `.debug_rnglists` or `.debug_addr` (Binaryen).',
    cost: 'The function or inlined call is in no stack.',
    llvm: ['DW_AT_ranges offset out of bounds'],
  },
};
