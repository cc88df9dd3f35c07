import type { Rules } from '../rule.ts';

/** The name section. */
export const NAMES_RULES: Rules = {
  'names/damaged': {
    severity: 'warning',
    what: 'The name section cannot all be read.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/duplicate': {
    severity: 'warning',
    what: 'An index has two names; the first is taken.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/duplicate-section': {
    severity: 'warning',
    what: 'There is more than one name section.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/duplicate-subsection': {
    severity: 'warning',
    what: 'A kind of names stands there twice.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/empty': {
    severity: 'note',
    what: 'A name is empty.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/order': {
    severity: 'warning',
    what: 'Names are not in the order of their indexes.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/out-of-range': {
    severity: 'warning',
    what: 'A name is for an index that nothing has.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/subsection-past-end': {
    severity: 'warning',
    what: 'A subsection is longer than the section.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
  'names/unknown-subsection': {
    severity: 'warning',
    what: 'A subsection is of a kind that is not known.',
    from: 'Tools that rewrite names by hand, and damaged files, cut off or patched by hand.',
    cost: 'Functions without debug information have no name, or another one; LLVM 19 refuses the module.',
  },
};
