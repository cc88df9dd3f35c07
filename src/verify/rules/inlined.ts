import type { Rules } from '../rule.ts';

/** Inlined calls. */
export const INLINED_RULES: Rules = {
  'inlined/no-origin': {
    severity: 'error',
    what: 'An inlined call does not say of which function.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'A frame without a name.',
  },
  'inlined/no-name': {
    severity: 'warning',
    what: 'An inlined call is of a function without a name.',
    from: 'Producers that drop names of abstract instances.',
    cost: 'A frame without a name.',
  },
  'inlined/concrete-origin': {
    severity: 'warning',
    what: "An inlined call's origin is a copy of a function rather than its abstract instance.",
    from: 'Optimizers that inline and describe the callee by what stands in the code.',
    cost: 'Names are right; variables and declarations may not be.',
  },
  'inlined/origin-not-inline': {
    severity: 'note',
    what: "An inlined call's origin does not say that it is inlined anywhere.",
    from: 'Rustc, and writers that leave out `DW_AT_inline`.',
    cost: 'Nothing; a debugger may set breakpoints on the wrong copies.',
  },
  'inlined/no-caller': {
    severity: 'error',
    what: 'An inlined call stands outside of any function.',
    from: 'Rewriters that drop the function and keep what was in it.',
    cost: 'The call is in stacks without a caller.',
  },
  'inlined/lost': {
    severity: 'warning',
    what: 'An inlined call has no code left in a function that has some.',
    from: 'Wasm-opt: ranges whose instructions were replaced are written as 0 (binaryen#8964).',
    cost: "If the call's instructions are still there in another form, its frame is missing from their stacks.",
    llvm: [
      'DIE address ranges are not contained by parent ranges',
      'DIEs have overlapping address ranges',
      'DIE has overlapping DW_AT_ranges',
    ],
  },
  'inlined/call-file': {
    severity: 'warning',
    what: 'An inlined call does not say in which file it was called.',
    from: 'Writers that leave it out.',
    cost: "The caller's frame has no file.",
  },
  'inlined/call-line': {
    severity: 'warning',
    what: 'An inlined call does not say in which line it was called.',
    from: 'Writers that leave it out.',
    cost: "The caller's frame has no line.",
  },
  'inlined/call-line-zero': {
    severity: 'note',
    what: 'An inlined call was called in line 0: from no line of the source.',
    from: 'Compilers, for calls that optimizations joined.',
    cost: "The caller's frame has no line.",
  },
  'inlined/call-column': {
    severity: 'note',
    what: 'An inlined call does not say in which column it was called.',
    from: 'Compilers that do not record columns: GCC before 8, rustc with some options.',
    cost: 'Of two calls in one line it is not known which.',
  },
  'inlined/call-line-before': {
    severity: 'note',
    what: 'An inlined call is in a line before its caller begins, in the same file.',
    from: 'Optimizers that mix up callers; also, rightly, initializers of members in a class before its constructor, macros, and generated code with `#line`.',
    cost: "The caller's frame has a line of another function.",
  },
};
