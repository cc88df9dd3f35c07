// Values whose form stands in the entry itself (DW_FORM_indirect) are checked like all others.
import { expect, test } from 'vitest';
import { DW_FORM } from '../../src/dwarf/constants/forms.ts';
import { verify } from '../../src/verify/verify.ts';
import { block, type Part, sleb, to, u32, uleb } from '../support/assemble.ts';
import { assembleDescribed, bodies, type Described, described, entryOf } from '../support/described-module.ts';

const [outer] = bodies;

/** A value of some form, and the form in front of it. */
const indirect = (form: keyof typeof DW_FORM, ...value: Part[]): readonly ['indirect', Part] => [
  'indirect',
  [uleb(DW_FORM[form]), ...value],
];

function change(program: Described, entry: string, changed: Record<string, readonly [string, Part]>): void {
  Object.assign(entryOf(program, entry).attributes, changed);
}

/** Every kind of value that is checked, with its form in the entry. */
function allIndirect(version: 4 | 5): Described {
  const program = described(version);
  change(program, 'v', {
    name: indirect('string', 'v'),
    type: indirect('ref4', to('int', 4, 'start')),
    location: indirect('exprloc', block([0xed, 0, 0, 0x9f])),
  });
  change(program, 'other', { decl_file: indirect('udata', 1), decl_line: indirect('data2', 20, 0) });
  change(program, 'outer', {
    low_pc: indirect('addr', u32(outer.start)),
    high_pc: indirect('data4', u32(outer.end - outer.start)),
  });
  change(program, 'inlined', {
    // Forms of forms, and a constant that no abbreviation holds.
    call_file: indirect('indirect', uleb(DW_FORM.data1), 1),
    call_line: indirect('implicit_const', sleb(12)),
    abstract_origin: indirect('ref_udata', to('helper', 1, 'start')),
  });
  return program;
}

const found = (program: Described): { rule: string; offset: number }[] => [
  ...verify(assembleDescribed(program).module),
];

test.each([4, 5] as const)('undamaged, DWARF %i: nothing is found', (version) => {
  expect(found(allIndirect(version))).toEqual([]);
});

test.each([
  { rule: 'references/kind', entry: 'v', changed: { type: indirect('ref4', to('helper', 4, 'start')) } },
  { rule: 'references/outside-unit', entry: 'v', changed: { type: indirect('ref4', u32(0x1000)) } },
  { rule: 'references/outside-section', entry: 'v', changed: { type: indirect('ref_addr', u32(0x1000)) } },
  { rule: 'strings/outside-section', entry: 'v', changed: { name: indirect('strp', u32(0)) } },
  { rule: 'variables/local', entry: 'v', changed: { location: indirect('exprloc', block([0xed, 0, 3, 0x9f])) } },
  { rule: 'files/decl-file', entry: 'other', changed: { decl_file: indirect('udata', 9) } },
  { rule: 'files/call-file', entry: 'inlined', changed: { call_file: indirect('implicit_const', sleb(9)) } },
  { rule: 'inlined/call-line-before', entry: 'inlined', changed: { call_line: indirect('data1', 9) } },
  { rule: 'entries/form', entry: 'inlined', changed: { call_line: indirect('string', 'x') } },
  {
    rule: 'functions/start',
    entry: 'outer',
    changed: {
      low_pc: indirect('addr', u32(outer.instructions[0]!)),
      high_pc: indirect('data4', u32(outer.end - outer.instructions[0]!)),
    },
  },
])('$rule', ({ rule, entry, changed }) => {
  for (const version of [4, 5] as const) {
    const program = allIndirect(version);
    change(program, entry, changed);
    const { module, offsetOf } = assembleDescribed(program);
    const findings = [...verify(module)];
    expect(findings.map((each) => [each.rule, each.offset])).toEqual([[rule, offsetOf(entry)]]);
  }
});

test.each([
  { what: 'an unknown form', value: ['indirect', uleb(0x7e)] as const },
  { what: 'forms of forms without an end', value: ['indirect', Array(40).fill(uleb(DW_FORM.indirect))] as const },
  { what: 'a value longer than the unit', value: indirect('block4', u32(0x7fff_ffff)) },
])('$what is damage of the unit', ({ value }) => {
  const program = described(4);
  change(program, 'v', { name: value });
  expect(found(program).map(({ rule }) => rule)).toContain('entries/damaged');
});
