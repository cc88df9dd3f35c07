// Every rule about what debug information says: a module with exactly that damage, and the same one without.
import { describe, expect, test } from 'vitest';
import { hashName } from '../../src/dwarf/read/name-index.ts';
import type { Finding } from '../../src/verify/finding.ts';
import { RULES } from '../../src/verify/rules/index.ts';
import { verify } from '../../src/verify/verify.ts';
import { assemble, block, type Part, to, u16, u32, uleb, unit } from '../support/assemble.ts';
import {
  addr,
  assembleDescribed,
  bodies,
  type Described,
  data1,
  described,
  entryOf,
  type MutableEntry,
} from '../support/described-module.ts';

const [outer, other] = bodies;
const at = outer.instructions;
/** Within the three bytes of `i32.const 128`. */
const within = at[2]! + 1;
const size = (bytes: number): readonly [string, Part] => ['data4', u32(bytes)];
const local = (index: number): readonly number[] => [0xed, 0, index, 0x9f];
const codeEnd = other.end;

interface Damage {
  readonly rule: string;
  /** What is done; where several cases have one rule. */
  readonly when?: string;
  readonly damage: (program: Described) => void;
  /** The entry that the finding is at, or its section. */
  readonly at?: string;
  /** Rules that the same damage cannot but break too. */
  readonly also?: readonly string[];
  readonly versions?: readonly (4 | 5)[];
}

const attributes = (program: Described, entry: string): MutableEntry['attributes'] =>
  entryOf(program, entry).attributes;

function change(entry: string, changed: Record<string, readonly [string, Part]>, removed: readonly string[] = []) {
  return (program: Described): void => {
    const known = attributes(program, entry);
    Object.assign(known, changed);
    for (const each of removed) delete known[each];
  };
}

function addChild(
  program: Described,
  parent: string,
  child: Partial<MutableEntry> & Pick<MutableEntry, 'tag' | 'label'>,
): void {
  entryOf(program, parent).children.push({ attributes: {}, children: [], ...child });
}

const DAMAGES: readonly Damage[] = [
  // Ranges.
  { rule: 'ranges/backwards', at: 'inlined', damage: (p) => (p.ranges['inlined'] = [[at[3]!, at[2]!]]) },
  {
    rule: 'ranges/impossible',
    at: 'inlined',
    damage: change('inlined', { low_pc: addr(at[0]!), high_pc: size(2 ** 32 - at[0]!) }, ['ranges']),
  },
  {
    rule: 'ranges/outside-code',
    at: 'unit',
    damage: (p) => p.ranges['unit']!.push([other.end, codeEnd + 16]),
  },
  {
    rule: 'ranges/not-instruction',
    when: 'start',
    at: 'inlined',
    damage: (p) => (p.ranges['inlined'] = [[within, at[3]!]]),
  },
  {
    rule: 'ranges/not-instruction',
    when: 'end',
    at: 'inlined',
    damage: (p) => (p.ranges['inlined'] = [[at[0]!, within]]),
  },
  {
    rule: 'ranges/several-functions',
    at: 'block',
    damage: change('block', { high_pc: size(other.instructions[1]! - at[0]!) }),
    also: ['ranges/outside-parent'],
  },
  {
    rule: 'ranges/empty',
    at: 'block',
    damage: change('block', { high_pc: size(0) }),
    // What is in it.
    also: ['ranges/outside-parent'],
  },
  {
    rule: 'ranges/outside-parent',
    when: 'of a unit whose code is gone',
    at: 'outer',
    damage: (p) => {
      change('unit', { low_pc: addr(0), high_pc: size(0) }, ['ranges'])(p);
      entryOf(p, 'unit').children.pop();
      p.rows.splice(5);
    },
    also: ['code/erased'],
  },
  { rule: 'ranges/ghost', at: 'inlined', damage: (p) => (p.ranges['inlined'] = [[0, at[0]!]]), versions: [5] },
  { rule: 'ranges/ghost', at: 'inlined', damage: change('inlined', { low_pc: addr(0), high_pc: size(5) }, ['ranges']) },
  {
    rule: 'ranges/outside-parent',
    when: 'inlined',
    at: 'inlined',
    damage: (p) => (p.ranges['inlined'] = [[at[0]!, at[7]!]]),
  },
  {
    rule: 'ranges/outside-parent',
    when: 'of one whose code is gone',
    at: 'inner',
    damage: (p) => {
      const { ranges: _, ...rest } = attributes(p, 'inlined');
      addChild(p, 'inlined', {
        tag: 'inlined_subroutine',
        label: 'inner',
        attributes: { ...rest, low_pc: addr(at[0]!), high_pc: size(at[1]! - at[0]!) },
      });
      change('inlined', { low_pc: addr(0), high_pc: size(0) }, ['ranges'])(p);
    },
    also: ['inlined/lost'],
  },
  { rule: 'ranges/outside-parent', when: 'function', at: 'other', damage: (p) => p.ranges['unit']!.pop() },
  {
    rule: 'ranges/overlap-sibling',
    at: 'second',
    damage: (p) =>
      addChild(p, 'block', {
        tag: 'inlined_subroutine',
        label: 'second',
        attributes: {
          ...attributes(p, 'inlined'),
          ranges: ['sec_offset', to('ranges of second', 4)],
        },
      }),
  },
  {
    rule: 'ranges/lost',
    at: 'inlined',
    damage: (p) => p.ranges['inlined']!.push([0, 1]),
  },
  {
    rule: 'ranges/overlap-self',
    at: 'inlined',
    damage: (p) =>
      (p.ranges['inlined'] = [
        [at[0]!, at[2]!],
        [at[1]!, at[3]!],
      ]),
  },
  { rule: 'ranges/list', damage: change('inlined', { ranges: ['sec_offset', u32(0x1000)] }) },
  // Functions.
  {
    rule: 'functions/start',
    at: 'outer',
    damage: change('outer', { low_pc: addr(at[0]!), high_pc: size(outer.end - at[0]!) }),
  },
  {
    rule: 'functions/end',
    at: 'outer',
    damage: (p) => {
      change('outer', { high_pc: size(at[7]! - outer.start) })(p);
      p.ranges['unit']![0] = [outer.start, at[7]!];
    },
  },
  {
    rule: 'functions/other-copy',
    at: 'outer',
    damage: change('outer', { high_pc: size(at[7]! - outer.start) }),
    also: ['functions/no-subprogram'],
  },
  {
    rule: 'functions/shared',
    at: 'alias',
    damage: (p) => {
      const { name: _, ...rest } = attributes(p, 'other');
      addChild(p, 'unit', { tag: 'subprogram', label: 'alias', attributes: { name: ['string', 'other2'], ...rest } });
    },
    also: ['ranges/overlap-sibling', 'functions/name'],
  },
  {
    rule: 'functions/copies',
    at: 'copy',
    damage: (p) => addChild(p, 'unit', { tag: 'subprogram', label: 'copy', attributes: { ...attributes(p, 'other') } }),
    also: ['ranges/overlap-sibling'],
  },
  { rule: 'functions/name', at: 'other', damage: (p) => (p.names[1] = [1, 'another']) },
  { rule: 'functions/no-subprogram', at: 'code', damage: (p) => void entryOf(p, 'unit').children.pop() },
  { rule: 'functions/no-rows', at: 'code', damage: (p) => void p.rows.splice(5) },
  // Inlined calls.
  { rule: 'inlined/no-origin', at: 'inlined', damage: change('inlined', {}, ['abstract_origin']) },
  { rule: 'inlined/no-name', at: 'inlined', damage: change('helper', {}, ['name']) },
  {
    rule: 'inlined/concrete-origin',
    at: 'inlined',
    damage: change('inlined', { abstract_origin: ['ref4', to('other', 4, 'start')] }),
  },
  { rule: 'inlined/origin-not-inline', at: 'inlined', damage: change('helper', {}, ['inline']) },
  {
    rule: 'inlined/no-caller',
    at: 'stray',
    damage: (p) =>
      addChild(p, 'unit', {
        tag: 'inlined_subroutine',
        label: 'stray',
        attributes: { ...attributes(p, 'inlined'), ranges: ['sec_offset', to('ranges of stray', 4)] },
      }),
    also: ['ranges/overlap-sibling'],
  },
  { rule: 'inlined/lost', at: 'inlined', damage: change('inlined', { low_pc: addr(0), high_pc: size(0) }, ['ranges']) },
  {
    rule: 'inlined/lost',
    when: 'within one that is a ghost',
    at: 'inner',
    damage: (p) => {
      change('inlined', { low_pc: addr(0), high_pc: size(5) }, ['ranges'])(p);
      const { ranges: _, ...rest } = attributes(p, 'inlined');
      addChild(p, 'inlined', {
        tag: 'inlined_subroutine',
        label: 'inner',
        attributes: { ...rest, low_pc: addr(0), high_pc: size(1) },
      });
    },
    also: ['ranges/ghost'],
  },
  { rule: 'inlined/call-file', at: 'inlined', damage: change('inlined', {}, ['call_file']) },
  { rule: 'inlined/call-line', at: 'inlined', damage: change('inlined', {}, ['call_line']) },
  { rule: 'inlined/call-line-zero', at: 'inlined', damage: change('inlined', { call_line: data1(0) }) },
  { rule: 'inlined/call-column', at: 'inlined', damage: change('inlined', {}, ['call_column']) },
  { rule: 'inlined/call-line-before', at: 'inlined', damage: change('inlined', { call_line: data1(9) }) },
  // References, strings, files.
  { rule: 'references/outside-unit', at: 'v', damage: change('v', { type: ['ref4', u32(0x1000)] }) },
  { rule: 'references/outside-section', at: 'v', damage: change('v', { type: ['ref_addr', u32(0x1000)] }) },
  { rule: 'references/no-entry', when: 'within the unit', at: 'v', damage: change('v', { type: ['ref4', u32(0x0e)] }) },
  {
    rule: 'references/no-entry',
    when: 'by the section',
    at: 'v',
    damage: change('v', { type: ['ref_addr', u32(0x0e)] }),
  },
  {
    rule: 'references/kind',
    when: 'backward',
    at: 'v',
    damage: change('v', { type: ['ref4', to('helper', 4, 'start')] }),
  },
  {
    rule: 'references/kind',
    when: 'forward',
    at: 'v',
    damage: change('v', { type: ['ref4', to('other', 4, 'start')] }),
  },
  {
    rule: 'references/kind',
    when: 'by the section',
    at: 'v',
    damage: change('v', { type: ['ref_addr', to('other', 4)] }),
  },
  {
    rule: 'references/kind',
    when: 'origin',
    at: 'inlined',
    damage: change('inlined', { abstract_origin: ['ref4', to('int', 4, 'start')] }),
    also: ['inlined/origin-not-inline'],
  },
  {
    rule: 'strings/outside-section',
    at: 'v',
    damage: (p) => {
      p.sections['.debug_str'] = ['v'];
      change('v', { name: ['strp', u32(2)] })(p);
    },
  },
  {
    rule: 'strings/outside-section',
    when: 'no section',
    at: 'v',
    damage: change('v', { name: ['line_strp', u32(0)] }),
    versions: [5],
  },
  {
    rule: 'strings/index',
    at: 'v',
    damage: (p) => {
      p.sections['.debug_str'] = ['v'];
      p.sections['.debug_str_offsets'] = unit(4, u16(5), u16(0), u32(0));
      change('v', { name: ['strx1', 1] })(p);
    },
    versions: [5],
  },
  { rule: 'files/decl-file', at: 'other', damage: change('other', { decl_file: data1(2) }) },
  { rule: 'files/call-file', at: 'inlined', damage: change('inlined', { call_file: data1(2) }) },
  {
    rule: 'files/no-table',
    at: 'T',
    damage: (p) =>
      p.more.push({
        version: p.version,
        root: {
          tag: 'compile_unit',
          attributes: { name: ['string', 'b.c'] },
          children: [
            {
              tag: 'base_type',
              label: 'T',
              attributes: {
                name: ['string', 't'],
                encoding: ['data1', 5],
                byte_size: ['data1', 4],
                decl_file: ['data1', 1],
              },
            },
          ],
        },
      }),
  },
  { rule: 'entries/form', at: 'inlined', damage: change('inlined', { call_line: ['string', 'x'] }) },
  // Units.
  {
    rule: 'unit/root',
    damage: (p) =>
      p.more.push({
        version: p.version,
        root: { tag: 'namespace', label: 'bad', attributes: { name: ['string', 'n'] } },
      }),
    at: 'bad',
  },
  {
    rule: 'unit/type',
    damage: (p) =>
      p.more.push({
        version: 5,
        unitType: 'partial',
        root: { tag: 'compile_unit', label: 'bad', attributes: { name: ['string', 'n'] } },
      }),
    at: 'bad',
    versions: [5],
  },
  {
    rule: 'unit/skeleton-children',
    at: 'bad',
    damage: (p) =>
      p.more.push({
        version: 5,
        unitType: 'skeleton',
        id: new Uint8Array(8),
        root: {
          tag: 'skeleton_unit',
          label: 'bad',
          attributes: { name: ['string', 'n'] },
          children: [{ tag: 'namespace', attributes: { name: ['string', 'x'] } }],
        },
      }),
    versions: [5],
  },
  {
    rule: 'unit/shared-line-table',
    at: 'bad',
    damage: (p) =>
      p.more.push({
        version: p.version,
        root: {
          tag: 'compile_unit',
          label: 'bad',
          attributes: { name: ['string', 'n'], stmt_list: ['sec_offset', u32(0)] },
        },
      }),
  },
  {
    rule: 'unit/line-table',
    at: 'bad',
    damage: (p) =>
      p.more.push({
        version: p.version,
        root: {
          tag: 'compile_unit',
          label: 'bad',
          attributes: { name: ['string', 'n'], stmt_list: ['sec_offset', u32(0x1000)] },
        },
      }),
  },
  // Variables.
  { rule: 'variables/expression', damage: change('v', { location: ['exprloc', block([0xff])] }) },
  {
    rule: 'variables/expression',
    when: 'kind of location',
    damage: change('v', { location: ['exprloc', block([0xed, 9, 0])] }),
  },
  { rule: 'variables/local', at: 'v', damage: change('v', { location: ['exprloc', block(local(3))] }) },
  { rule: 'variables/local-type', at: 'v', damage: change('v', { type: ['ref4', to('double', 4, 'start')] }) },
  { rule: 'variables/global', at: 'v', damage: change('v', { location: ['exprloc', block([0xed, 1, 1])] }) },
  {
    rule: 'variables/dropped-global',
    at: 'v',
    damage: change('v', { location: ['exprloc', block([0xed, 3, u32(0xffff_ffff)])] }),
  },
  {
    rule: 'variables/base-type',
    at: 'v',
    // The root entry is no type.
    damage: (p) =>
      change('v', { location: ['exprloc', block([0xed, 0, 0, 0xa8, uleb(p.version === 5 ? 12 : 11), 0x9f])] })(p),
  },
  { rule: 'variables/list', damage: change('w', { location: ['sec_offset', u32(0x1000)] }) },
  {
    rule: 'variables/list-backwards',
    at: '.debug_loc',
    damage: (p) => (p.locations['w'] = [[at[2]!, at[0]!, local(1)]]),
  },
  {
    rule: 'variables/list-outside',
    at: '.debug_loc',
    damage: (p) => (p.locations['w'] = [[at[0]!, other.end, local(1)]]),
  },
  {
    rule: 'variables/list-not-instruction',
    at: '.debug_loc',
    damage: (p) => (p.locations['w'] = [[at[0]!, within, local(1)]]),
  },
  {
    rule: 'variables/local',
    when: 'in a list',
    at: 'w',
    damage: (p) => (p.locations['w'] = [[at[0]!, at[2]!, local(3)]]),
  },
  // Call sites.
  {
    rule: 'call-sites/in-inlined',
    at: 'call',
    damage: (p) => addChild(p, 'inlined', { tag: 'call_site', label: 'call' }),
  },
  {
    rule: 'call-sites/no-function',
    at: 'call',
    damage: (p) => addChild(p, 'unit', { tag: 'call_site', label: 'call' }),
  },
  {
    rule: 'call-sites/undeclared',
    when: 'in a block',
    at: 'call',
    damage: (p) => addChild(p, 'block', { tag: 'call_site', label: 'call' }),
  },
  // Lines.
  {
    rule: 'lines/decreasing-address',
    at: '.debug_line',
    damage: (p) => ([p.rows[2]!.address, p.rows[3]!.address] = [p.rows[3]!.address, p.rows[2]!.address]),
  },
  { rule: 'lines/file', at: '.debug_line', damage: (p) => (p.rows[1]!.file = 2) },
  { rule: 'lines/directory', at: '.debug_line', damage: (p) => p.files.push(['b.c', 3]) },
  { rule: 'lines/duplicate-file', at: '.debug_line', damage: (p) => p.files.push(['b.c', 0], ['b.c', 0]) },
  {
    rule: 'lines/ghost',
    at: '.debug_line',
    damage: (p) => p.rows.push({ address: 0, line: 1 }, { address: 1, line: 1, end: true }),
  },
  {
    rule: 'lines/outside-code',
    at: '.debug_line',
    damage: (p) => p.rows.push({ address: codeEnd, line: 1 }, { address: codeEnd + 8, line: 1, end: true }),
  },
  { rule: 'lines/not-instruction', at: '.debug_line', damage: (p) => (p.rows[2]!.address = within) },
  {
    rule: 'lines/overlapping-sequences',
    at: '.debug_line',
    damage: (p) => p.rows.push({ address: at[2]!, line: 1 }, { address: at[3]!, line: 1, end: true }),
  },
  {
    rule: 'lines/unsorted-sequences',
    at: '.debug_line',
    damage: (p) => p.rows.push(...p.rows.splice(0, 5)),
  },
  {
    rule: 'lines/other-copy',
    at: '.debug_line',
    damage: (p) =>
      p.rows.splice(
        0,
        5,
        { address: outer.start, line: 10 },
        { address: within, line: 11 },
        { address: at[7]!, line: 11, end: true },
      ),
    also: ['functions/no-rows'],
  },
  {
    rule: 'lines/copies',
    at: '.debug_line',
    damage: (p) => {
      // Another unit with the same function, and its rows again.
      p.more.push({
        version: p.version,
        root: {
          tag: 'compile_unit',
          attributes: {
            name: ['string', 'b.c'],
            low_pc: ['addr', u32(other.start)],
            high_pc: ['data4', u32(other.end - other.start)],
          },
        },
      });
      p.rows.push({ address: other.start, line: 20 }, { address: other.end, line: 20, end: true });
    },
  },
  // The code.
  {
    rule: 'code/erased',
    at: '.debug_info',
    damage: (p) => {
      p.ranges['unit'] = [];
      change('outer', { low_pc: addr(0), high_pc: size(0) })(p);
      change('other', { low_pc: addr(0), high_pc: size(0) })(p);
      entryOf(p, 'outer').children = [];
      p.rows.splice(0);
    },
  },
  {
    rule: 'code/stale',
    at: '.debug_info',
    damage: (p) => {
      p.ranges['unit'] = [
        [outer.start + 7, outer.end + 9],
        [other.start + 11, other.end + 13],
      ];
    },
    also: ['ranges/outside-parent'],
  },
  // Tables.
  {
    rule: 'aranges/unit',
    at: '.debug_aranges',
    damage: (p) => (p.sections['.debug_aranges'] = aranges(0x1000, [[outer.start, outer.end]])),
  },
  {
    rule: 'aranges/outside-unit',
    at: '.debug_aranges',
    damage: (p) =>
      (p.sections['.debug_aranges'] = aranges(0, [
        [outer.start, outer.end],
        [other.start, other.end + 1],
      ])),
  },
  {
    rule: 'aranges/incomplete',
    at: '.debug_aranges',
    damage: (p) => (p.sections['.debug_aranges'] = aranges(0, [[outer.start, outer.end]])),
  },
  { rule: 'string-offsets/version', at: '.debug_str_offsets', damage: stringOffsets(4, [0]), versions: [5] },
  { rule: 'string-offsets/offset', at: '.debug_str_offsets', damage: stringOffsets(5, [0, 9]), versions: [5] },
  {
    rule: 'string-offsets/length',
    at: '.debug_str_offsets',
    damage: (p) => (p.sections['.debug_str_offsets'] = [u32(100), u16(5), u16(0)]),
    versions: [5],
  },
  ...nameIndexDamages(),
];

function aranges(unitOffset: number, ranges: readonly (readonly [number, number])[]): Part {
  return unit(
    4,
    u16(2),
    u32(unitOffset),
    4,
    0,
    u32(0),
    ranges.map(([start, end]) => [u32(start), u32(end - start)]),
    u32(0),
    u32(0),
  );
}

function stringOffsets(version: number, offsets: readonly number[]): (p: Described) => void {
  return (p) => {
    p.sections['.debug_str'] = ['a'];
    p.sections['.debug_str_offsets'] = unit(4, u16(version), u16(0), offsets.map(u32));
  };
}

interface SpelledIndex {
  units: readonly number[];
  buckets: readonly number[];
  hashes: readonly number[];
  strings: readonly number[];
  entries: Part[];
  abbreviations: Part;
}

/** An index of `helper`, with no code, `int` and `double`, `outer`, `other`. */
function nameIndexDamages(): Damage[] {
  const named = ['int', 'double', 'outer', 'other', 'helper'];
  const tags = [0x24, 0x24, 0x2e, 0x2e, 0x1d];
  const labels = ['int', 'double', 'outer', 'other', 'inlined'];
  const wrong = (rule: string, damage: (index: SpelledIndex) => void, also: readonly string[] = []): Damage => ({
    rule: `name-index/${rule}`,
    at: '.debug_names',
    also: also.map((each) => `name-index/${each}`),
    versions: [5],
    damage: (p) => {
      const strings: number[] = [];
      let length = 0;
      for (const each of named) {
        strings.push(length);
        length += each.length + 1;
      }
      p.sections['.debug_str'] = named;
      const { offsetOf } = assembleDescribed(p);
      const index: SpelledIndex = {
        units: [0],
        buckets: [1],
        hashes: named.map(hashName),
        strings,
        entries: named.map((_, n) => [[0x24, 0x2e, 0x1d].indexOf(tags[n]!) + 1, u32(offsetOf(labels[n]!)), 0]),
        abbreviations: [1, 0x24, 3, 0x13, 0, 0, 2, 0x2e, 3, 0x13, 0, 0, 3, 0x1d, 3, 0x13, 0, 0, 0],
      };
      damage(index);
      p.sections['.debug_names'] = indexPart(index);
    },
  });
  return [
    wrong('no-units', (index) => (index.units = [])),
    wrong('unit', (index) => (index.units = [1])),
    wrong('no-hashes', (index) => (index.buckets = [])),
    wrong('bucket', (index) => (index.buckets = [9]), ['uncovered']),
    wrong('uncovered', (index) => (index.buckets = [2])),
    wrong('hash', (index) => (index.hashes = [index.hashes[0]! ^ 1, ...index.hashes.slice(1)])),
    wrong('string', (index) => (index.strings = [0x1000, ...index.strings.slice(1)]), ['incomplete']),
    wrong('no-entries', (index) => (index.entries[0] = [0]), ['incomplete']),
    wrong('entry', (index) => (index.entries[0] = [1, u32(1), 0]), ['incomplete']),
    wrong('tag', (index) => (index.entries[0] = [2, (index.entries[0] as Part[])[1]!, 0])),
    wrong('name', (index) => (index.entries[0] = index.entries[1]!), ['incomplete']),
    wrong('abbreviation', (index) => (index.entries[0] = [7, u32(0), 0]), ['incomplete']),
    wrong('repeated-abbreviation', (index) => {
      index.abbreviations = [
        1,
        0x24,
        3,
        0x13,
        0,
        0,
        1,
        0x2e,
        3,
        0x13,
        0,
        0,
        (index.abbreviations as number[]).slice(6),
      ];
    }),
    // DW_IDX_die_offset as a number, DW_IDX_parent as one.
    wrong('form', (index) => {
      index.abbreviations = [
        1, 0x24, 3, 0x13, 0, 0, 2, 0x2e, 3, 0x13, 0, 0, 3, 0x1d, 3, 0x13, 0, 0, 4, 0x2e, 3, 6, 0, 0, 0,
      ];
    }),
    wrong('form', (index) => {
      index.abbreviations = [1, 0x24, 3, 0x13, 4, 0x0f, 0, 0, 2, 0x2e, 3, 0x13, 0, 0, 3, 0x1d, 3, 0x13, 0, 0, 0];
      for (const n of [0, 1]) index.entries[n] = [1, (index.entries[n] as Part[])[1]!, 0, 0];
    }),
    wrong('unknown', (index) => {
      index.abbreviations = [1, 0x24, 3, 0x13, 9, 0x0b, 0, 0, 2, 0x2e, 3, 0x13, 0, 0, 3, 0x1d, 3, 0x13, 0, 0, 0];
      for (const n of [0, 1]) index.entries[n] = [1, (index.entries[n] as Part[])[1]!, 7, 0];
    }),
    {
      ...wrong('unit-without-index', () => {}),
      damage: (p) => {
        p.more.push({ version: 5, root: { tag: 'compile_unit', attributes: { name: ['string', 'b.c'] } } });
        wrong('unit-without-index', () => {}).damage(p);
      },
    },
    wrong(
      'unit-index',
      (index) => {
        index.abbreviations = [(index.abbreviations as number[]).slice(0, -1), 4, 0x24, 2, 0x0b, 3, 0x13, 0, 0, 0];
        index.entries[0] = [4, 0, (index.entries[0] as Part[])[1]!, 0];
      },
      ['incomplete'],
    ),
    wrong(
      'unit-index',
      (index) => {
        index.abbreviations = [1, 0x24, 1, 0x0b, 3, 0x13, 0, 0, 2, 0x2e, 3, 0x13, 0, 0, 3, 0x1d, 3, 0x13, 0, 0, 0];
        index.entries[0] = [1, 5, u32(0), 0];
        index.entries[1] = [1, 0, (index.entries[1] as Part[])[1]!, 0];
      },
      ['incomplete'],
    ),
    wrong('incomplete', (index) => {
      index.hashes = index.hashes.slice(0, 4);
      index.strings = index.strings.slice(0, 4);
      index.entries = index.entries.slice(0, 4);
    }),
    {
      ...wrong('duplicate', () => {}),
      damage: (p) => {
        wrong('duplicate', () => {}).damage(p);
        p.sections['.debug_names'] = [p.sections['.debug_names']!, p.sections['.debug_names']!];
      },
    },
  ];
}

function indexPart({ units, buckets, hashes, strings, entries, abbreviations }: SpelledIndex): Part {
  const offsets: number[] = [];
  let length = 0;
  for (const each of entries) {
    offsets.push(length);
    length += assemble(each).length;
  }
  return unit(
    4,
    u16(5),
    u16(0),
    u32(units.length),
    u32(0),
    u32(0),
    u32(buckets.length),
    u32(strings.length),
    u32(assemble(abbreviations).length),
    u32(0),
    units.map(u32),
    buckets.map(u32),
    buckets.length > 0 ? hashes.map(u32) : [],
    strings.map(u32),
    offsets.map(u32),
    abbreviations,
    entries,
  );
}

function run(program: Described): { findings: Finding[]; offsetOf: (entry: string) => number } {
  // Lists that only the damage needs.
  program.ranges['second'] ??= [[at[1]!, at[3]!]];
  program.ranges['stray'] ??= [[other.instructions[1]!, other.instructions[2]!]];
  const { module, offsetOf } = assembleDescribed(program);
  return { findings: [...verify(module)], offsetOf };
}

const cases = DAMAGES.flatMap((each) =>
  (each.versions ?? [4, 5]).map((version) => ({ ...each, version, when: each.when ?? '' })),
);

describe('the good twin', () => {
  test.each([4, 5] as const)('of version %i has nothing to find', (version) => {
    expect(run(described(version)).findings).toEqual([]);
  });

  test('with a name index, address ranges and string offsets', () => {
    const program = described(5);
    nameIndexDamages()
      .find(({ rule }) => rule === 'name-index/duplicate')!
      .damage(program);
    program.sections['.debug_names'] = (program.sections['.debug_names'] as readonly Part[])[0]!;
    program.sections['.debug_aranges'] = aranges(0, [
      [outer.start, outer.end],
      [other.start, other.end],
    ]);
    stringOffsets(5, [0, 1])(program);
    program.sections['.debug_str'] = ['int', 'double', 'outer', 'other', 'helper'];
    expect(run(program).findings).toEqual([]);
  });
});

describe('damage', () => {
  test.each(cases)('$rule $when, DWARF $version', ({ rule, damage, at: place, also = [], version }) => {
    const program = described(version);
    damage(program);
    const { findings, offsetOf } = run(program);
    expect(findings.map((each) => each.rule).sort()).toEqual([rule, ...also].sort());
    const found = findings.find((each) => each.rule === rule)!;
    expect(found.severity).toBe(RULES[rule]!.severity);
    if (place === undefined) return;
    if (place.startsWith('.') || place === 'code') {
      const section = place === '.debug_loc' && version === 5 ? '.debug_loclists' : place;
      expect(found.section).toBe(section);
    } else {
      expect([found.section, found.offset]).toEqual(['.debug_info', offsetOf(place)]);
    }
  });
});

test('findings say where in the line program the row is made', () => {
  const program = described(4);
  program.rows[2]!.address = within;
  const { module } = assembleDescribed(program);
  const [found] = [...verify(module)];
  // The opcode there is the copy that makes the row.
  const line = Buffer.from(module).indexOf('.debug_line') + '.debug_line'.length;
  expect(module[line + found!.offset]).toBe(1);
  expect(found!.address).toBe(within);
});

test('findings say the path of their entry', () => {
  const program = described(5);
  program.ranges['inlined'] = [[within, at[3]!]];
  const [found] = run(program).findings;
  expect(found!.path).toEqual([
    'compile unit app.c',
    'subprogram outer',
    expect.stringMatching(/^lexical block at 0x/),
    'inlined helper',
  ]);
});

test('rows with the same finding in one sequence are one finding', () => {
  const program = described(5);
  program.rows[2]!.address = within;
  program.rows[3]!.address = within;
  const { findings } = run(program);
  expect(findings.map(({ rule, count }) => [rule, count])).toEqual([['lines/not-instruction', 2]]);
});
