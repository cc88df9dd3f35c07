import type { Rules } from '../rule.ts';

/** Functions. */
export const FUNCTIONS_RULES: Rules = {
  'functions/count-mismatch': {
    severity: 'warning',
    what: 'The code section has more or fewer bodies than functions are declared.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Indexes of functions, and with them names, may be off.',
  },
  'functions/declarations': {
    severity: 'warning',
    what: 'The function section cannot be read.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Indexes of functions, and with them names, may be off.',
  },
  'functions/body-past-end': {
    severity: 'error',
    what: 'A body is longer than the code section.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Addresses behind it belong to no function.',
  },
  'functions/bytes-after-last': {
    severity: 'error',
    what: 'Bytes stand behind the last body.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Addresses there belong to no function.',
  },
  'functions/missing-bodies': {
    severity: 'error',
    what: 'The code section ends before its last body.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Addresses behind it belong to no function.',
  },
  'functions/start': {
    severity: 'error',
    what: "A subprogram does not begin where a function's body begins.",
    from: 'Optimizers that move code and leave the entry as it was, or map its start to an instruction (Binaryen falls back to other positions).',
    cost: "Frames of the function's first bytes are another function's or none; start addresses are wrong.",
  },
  'functions/end': {
    severity: 'error',
    what: "A subprogram does not end where its function's body ends.",
    from: 'Optimizers that shrink or grow a function and keep `DW_AT_high_pc`.',
    cost: 'The last bytes of the function have no frame, or bytes of the next have this one.',
  },
  'functions/other-copy': {
    severity: 'warning',
    what: 'A subprogram describes another copy of an inline function than the one the linker kept: another unit has exactly the kept one.',
    from: 'Wasm-ld, where two units compiled the same inline function to different code: the relocations of the copy that is dropped go to the one that is kept.',
    cost: 'Where this unit answers, lines and inlined calls of the function are those of code that is not there. What is below the entry is not checked.',
    llvm: [
      'DIE has overlapping DW_AT_ranges',
      'DIEs have overlapping address ranges',
      'DIE address ranges are not contained by parent ranges',
    ],
  },
  'functions/copies': {
    severity: 'note',
    what: 'A function is described by several units, by the same name.',
    from: 'Wasm-ld: of an inline function that several units compiled it keeps one copy, and lets the entries of all units point to it.',
    cost: 'The first unit answers; where its copy is not the kept one, lines may be wrong.',
  },
  'functions/shared': {
    severity: 'warning',
    what: "Two subprograms of different names have the same function's body.",
    from: "Optimizers that fold functions with the same code (wasm-opt's duplicate-function-elimination); aliases.",
    cost: 'One of the two answers for both: a name and lines of a function that may not have been called.',
  },
  'functions/name': {
    severity: 'warning',
    what: 'The name section calls a function otherwise than the debug information.',
    from: 'Optimizers that fold functions or renumber them and keep one of the two names; stale debug information.',
    cost: 'The name of the frame depends on which of the two a tool reads.',
  },
  'functions/no-subprogram': {
    severity: 'note',
    what: 'A function has lines and no subprogram covers it.',
    from: '`-gline-tables-only`; optimizers that lose entries and keep rows; assembly.',
    cost: 'Frames have a line, and their name is that of the name section; inlined calls are not told.',
  },
  'functions/no-rows': {
    severity: 'note',
    what: 'A subprogram covers a function and no row does.',
    from: 'Optimizers that rewrite a whole function and keep its entry; functions that the compiler made.',
    cost: 'Frames have a name and no line.',
  },
};
