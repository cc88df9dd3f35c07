import type { Rules } from '../rule.ts';

/** The container. */
export const MODULE_RULES: Rules = {
  'component/unreadable': {
    severity: 'warning',
    what: 'A core module, or a component, within a component cannot be read.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Its code has no frames.',
  },
  'module/section-header': {
    severity: 'error',
    what: "A section's header cannot be read; the rest of the module is not looked at.",
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'module/section-past-end': {
    severity: 'error',
    what: 'A section is longer than the file.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'module/custom-without-name': {
    severity: 'warning',
    what: 'A custom section has no name.',
    from: 'Zero bytes behind the end of a module, and damage.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'module/too-many-sections': {
    severity: 'warning',
    what: 'There are more sections than any producer writes.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'module/custom-name': {
    severity: 'warning',
    what: "A custom section's name cannot be read, or is not UTF-8.",
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'module/duplicate-section': {
    severity: 'warning',
    what: 'A section that may stand once stands there again; the first one is read.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'module/section-order': {
    severity: 'warning',
    what: 'A section stands out of the order of the specification.',
    from: 'Damaged files, cut off or patched by hand.',
    cost: 'Engines refuse such a module, and tools differ in what they take of it.',
  },
  'imports/damaged': {
    severity: 'warning',
    what: 'The imports cannot all be read.',
    from: 'Proposals that are newer than this tool, and damaged files, cut off or patched by hand.',
    cost: 'Function indexes, and the types of locals, may be wrong: names of the name section then go to other functions.',
  },
  'types/damaged': {
    severity: 'warning',
    what: 'The types cannot all be read.',
    from: 'Proposals that are newer than this tool, and damaged files, cut off or patched by hand.',
    cost: 'Function indexes, and the types of locals, may be wrong: names of the name section then go to other functions.',
  },
  'types/declarations': {
    severity: 'warning',
    what: 'The declarations of functions cannot all be read.',
    from: 'Proposals that are newer than this tool, and damaged files, cut off or patched by hand.',
    cost: 'Function indexes, and the types of locals, may be wrong: names of the name section then go to other functions.',
  },
  'globals/damaged': {
    severity: 'warning',
    what: 'The globals cannot all be read.',
    from: 'Proposals that are newer than this tool, and damaged files, cut off or patched by hand.',
    cost: 'Function indexes, and the types of locals, may be wrong: names of the name section then go to other functions.',
  },
  'links/build-id': {
    severity: 'warning',
    what: "The build id's length does not fit its section.",
    from: 'Old tools of Sentry wrote ids without their length.',
    cost: 'Tools that find debug files by their id may not find this one.',
  },
};
