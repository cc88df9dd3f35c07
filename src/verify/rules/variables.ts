import type { Rules } from '../rule.ts';

/** Variables and call sites. */
export const VARIABLES_RULES: Rules = {
  'variables/expression': {
    severity: 'error',
    what: 'A location or frame base cannot be read.',
    from: 'Writers of DWARF that are new, and damage.',
    cost: 'The variable is not told.',
    llvm: ['Invalid DWARF expressions'],
  },
  'variables/base-type': {
    severity: 'error',
    what: 'An operation refers to a type that is no base type.',
    from: 'Rewriters that move entries and do not update expressions.',
    cost: "The variable's value is wrong.",
    llvm: ['Invalid DWARF expressions'],
  },
  'variables/global': {
    severity: 'error',
    what: 'A location is a global that the module does not have.',
    from: 'Optimizers that remove or renumber globals and keep locations.',
    cost: 'The variable, or all variables of the frame, have the value of something else.',
  },
  'variables/dropped-global': {
    severity: 'warning',
    what: 'A location is a global that the linker dropped.',
    from: 'Wasm-ld, for shared libraries: the frame base of functions whose stack pointer is imported.',
    cost: 'Variables on the stack of the frame are not told.',
  },
  'variables/local': {
    severity: 'error',
    what: 'A location is a local that the function does not have.',
    from: 'Optimizers that reorder or coalesce locals and copy locations unchanged (Binaryen).',
    cost: 'The variable has the value of something else, or none.',
  },
  'variables/local-type': {
    severity: 'warning',
    what: 'A location is a local of a type that cannot hold the variable.',
    from: 'Optimizers that reorder or coalesce locals and copy locations unchanged (Binaryen).',
    cost: 'The variable has the value of something else.',
  },
  'variables/list': {
    severity: 'error',
    what: 'A location list cannot be read.',
    from: 'Optimizers that do not know `.debug_loclists` (Binaryen).',
    cost: 'The variable is not told.',
    llvm: ['Invalid DW_AT_location', 'Invalid DWARF expressions'],
  },
  'variables/list-backwards': {
    severity: 'error',
    what: 'A location ends before it begins.',
    from: 'Wasm-opt, where one end of a range is lost.',
    cost: 'The variable is not told where it should be.',
  },
  'variables/list-outside': {
    severity: 'error',
    what: 'A location holds outside of its function.',
    from: 'Stale debug information; optimizers that map ends of ranges to something else.',
    cost: 'The variable is told where it is not, and not where it is.',
  },
  'variables/list-not-instruction': {
    severity: 'warning',
    what: 'A location begins or ends within an instruction.',
    from: 'Stale debug information; optimizers that map ends of ranges to something else.',
    cost: "The variable's value may be one instruction early or late.",
  },
  'call-sites/in-inlined': {
    severity: 'error',
    what: 'A call site stands within an inlined call.',
    from: 'Compilers that copy call sites when they inline.',
    cost: 'Debuggers do not find it.',
    llvm: ['Call site nested entry within inlined subroutine'],
  },
  'call-sites/no-function': {
    severity: 'error',
    what: 'A call site stands outside of any function.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Debuggers do not find it.',
    llvm: ['Call site entry not nested within valid subprogram'],
  },
  'call-sites/undeclared': {
    severity: 'error',
    what: 'A function has call sites and does not say that its calls are described.',
    from: 'Writers that leave out `DW_AT_call_all_calls`.',
    cost: 'Debuggers take the calls that are not described for calls that do not happen.',
    llvm: ['Subprogram with call site entry has no DW_AT_call attribute'],
  },
};
