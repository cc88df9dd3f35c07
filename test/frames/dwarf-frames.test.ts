// What no compiler writes by itself: damage, dead code, units that say nothing of where they are.
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics.ts';
import type { DwarfOptions } from '../../src/dwarf/read/dwarf.ts';
import { DwarfFrames } from '../../src/frames/dwarf-frames.ts';
import { block, label, type Part, to, u16, u32, uleb, unit } from '../support/assemble.ts';
import { dwarfOf } from '../support/dwarf-sections.ts';
import { ref4, type SpelledEntry, type SpelledUnit, spellUnits } from '../support/entries.ts';
import { spellLineTable } from '../support/line-tables.ts';

const addr = (value: number) => ['addr', u32(value)] as const;
const size = (value: number) => ['udata', uleb(value)] as const;
const name = (value: string) => ['string', value] as const;
const code = (low: number, length: number) => ({ low_pc: addr(low), high_pc: size(length) });

/** Lines 1, 2, 3 … of a.c at these addresses; the last one ends the sequence. */
function lines(...addresses: number[]): Part {
  const [first = 0, ...rest] = addresses;
  let at = first;
  const program: Part[] = [[0, block(2, u32(first))]];
  rest.forEach((address, index) => {
    program.push(1, [2, uleb(address - at)], index + 1 < rest.length ? [3, 1] : []);
    at = address;
  });
  return [program, 0, 1, 1];
}

function framesOf(
  units: readonly SpelledUnit[],
  rest: Readonly<Record<string, Part>> = {},
  options: DwarfOptions = {},
) {
  const frames = new DwarfFrames(dwarfOf({ ...spellUnits(...units), ...rest }, options));
  return (address: number) =>
    frames
      .frames(address)
      .map(
        ({ function: f, file, line, inlined }) =>
          `${f?.qualifiedName ?? f?.name ?? '??'}${inlined ? '*' : ''} ${file?.name ?? '??'}:${line ?? 0}`,
      );
}

const unitOf = (attributes: SpelledEntry['attributes'], ...children: SpelledEntry[]): SpelledUnit => ({
  label: 'unit',
  root: { tag: 'compile_unit', attributes: { ...attributes }, children },
});

const LINES = { '.debug_line': spellLineTable({ program: lines(0x10, 0x20, 0x30) }) };
const STATEMENTS = { stmt_list: ['sec_offset', u32(0)] } as const;

describe('units that declare no ranges', () => {
  const f: SpelledEntry = { tag: 'subprogram', attributes: { name: name('f'), ...code(0x10, 0x10) } };
  const unit = unitOf({ ...STATEMENTS }, f);

  test('are found by their functions, and by their lines', () => {
    const at = framesOf([unit], LINES);
    expect(at(0x18)).toEqual(['f a.c:1']);
    expect(at(0x28)).toEqual(['?? a.c:2']);
    expect(at(0x30)).toEqual([]);
    expect(at(0x0f)).toEqual([]);
  });

  test('LLVM does not see them', () => {
    expect(framesOf([unit], LINES, { likeLlvm: true })(0x18)).toEqual([]);
  });

  test('give way to units that declare theirs', () => {
    const other = unitOf(code(0x10, 4), { tag: 'subprogram', attributes: { name: name('g'), ...code(0x10, 4) } });
    const at = framesOf([unit, other], LINES);
    expect(at(0x12)).toEqual(['g ??:0']);
    expect(at(0x18)).toEqual(['f a.c:1']);
  });
});

describe('dead code that a producer left at a low address', () => {
  const ghost: SpelledEntry = { tag: 'subprogram', attributes: { name: name('ghost'), ...code(0, 0x100) } };
  const live: SpelledEntry = { tag: 'subprogram', attributes: { name: name('live'), ...code(0x20, 0x20) } };

  test('does not take addresses from live code, in another unit or in its own', () => {
    const at = framesOf([unitOf(code(0, 0x100), ghost), unitOf(code(0x20, 0x20), live)], {}, { lowestAddress: 4 });
    expect(at(0x24)).toEqual(['live ??:0']);
    expect(at(0x50)).toEqual([]);
    expect(framesOf([unitOf(code(0x10, 0x90), live, ghost)], {}, { lowestAddress: 4 })(0x24)).toEqual(['live ??:0']);
  });

  test('LLVM believes in ghosts', () => {
    const at = framesOf(
      [unitOf(code(0, 0x100), ghost), unitOf(code(0x20, 0x20), live)],
      {},
      { likeLlvm: true, lowestAddress: 4 },
    );
    expect(at(0x24)).toEqual(['ghost ??:0']);
  });

  test('its lines are dead too', () => {
    const table = spellLineTable({ program: [lines(0, 0x100), lines(0x20, 0x40)] });
    const at = framesOf(
      [unitOf({ ...STATEMENTS, ...code(0x20, 0x20) }, live)],
      { '.debug_line': table },
      { lowestAddress: 4 },
    );
    expect(at(0x24)).toEqual(['live a.c:1']);
  });

  test('tombstones have no code', () => {
    const dead: SpelledEntry = { tag: 'subprogram', attributes: { name: name('dead'), ...code(-1, 0x100) } };
    expect(framesOf([unitOf(code(0, 0x100), dead, live)])(0x24)).toEqual(['live ??:0']);
  });
});

describe('ranges that make no sense', () => {
  test('backwards ones are reported and left out', () => {
    const reports: Diagnostic[] = [];
    const backwards: SpelledEntry = {
      tag: 'subprogram',
      attributes: { name: name('backwards'), low_pc: addr(0x30), high_pc: addr(0x10) },
    };
    const f: SpelledEntry = { tag: 'subprogram', attributes: { name: name('f'), ...code(0x10, 0x30) } };
    const at = framesOf([unitOf(code(0x10, 0x30), f, backwards)], {}, { report: (each) => reports.push(each) });
    expect(at(0x20)).toEqual(['f ??:0']);
    expect(at(0x30)).toEqual(['f ??:0']);
    expect(reports).toMatchObject([
      {
        severity: 'error',
        rule: 'entries/backwards-range',
        message: 'range from 0x30 to 0x10; left out',
        section: '.debug_info',
      },
    ]);
  });

  test('empty ones hold nothing', () => {
    const empty: SpelledEntry = { tag: 'subprogram', attributes: { name: name('empty'), ...code(0x20, 0) } };
    const f: SpelledEntry = { tag: 'subprogram', attributes: { name: name('f'), ...code(0x10, 0x30) } };
    expect(framesOf([unitOf(code(0x10, 0x30), f, empty)])(0x20)).toEqual(['f ??:0']);
  });

  test('a list that cannot be read is reported, and the rest answers', () => {
    const reports: Diagnostic[] = [];
    const f: SpelledEntry = { tag: 'subprogram', attributes: { name: name('f'), ranges: ['sec_offset', u32(0x99)] } };
    const g: SpelledEntry = { tag: 'subprogram', attributes: { name: name('g'), ...code(0x10, 0x10) } };
    const at = framesOf(
      [unitOf(code(0x10, 0x10), f, g)],
      { '.debug_ranges': u32(0) },
      { report: (each) => reports.push(each) },
    );
    expect(at(0x18)).toEqual(['g ??:0']);
    expect(reports).toMatchObject([{ rule: 'entries/ranges', section: '.debug_ranges', offset: 0x99 }]);
  });
});

describe('inlined calls', () => {
  const abstract: SpelledEntry = { tag: 'subprogram', label: 'abstract', attributes: { name: name('callee') } };
  const call = (low: number, length: number, line: Part, ...children: SpelledEntry[]): SpelledEntry => ({
    tag: 'inlined_subroutine',
    attributes: {
      abstract_origin: ref4('abstract', 'unit'),
      ...code(low, length),
      call_file: ['data1', 2],
      call_line: ['data1', line],
    },
    children,
  });
  const f = (...children: SpelledEntry[]): SpelledEntry => ({
    tag: 'subprogram',
    attributes: { name: name('f'), ...code(0x10, 0x20) },
    children,
  });

  test('stand in their caller, through lexical blocks', () => {
    const inner: SpelledEntry = { tag: 'lexical_block', children: [call(0x14, 4, 9)] };
    const at = framesOf([unitOf({ ...STATEMENTS, ...code(0x10, 0x20) }, abstract, f(call(0x12, 8, 7, inner)))], LINES);
    expect(at(0x15)).toEqual(['callee* a.c:1', 'callee* b.c:9', 'f b.c:7']);
    expect(at(0x12)).toEqual(['callee* a.c:1', 'f b.c:7']);
    expect(at(0x1a)).toEqual(['f a.c:1']);
  });

  test('a call without a place', () => {
    const bare: SpelledEntry = {
      tag: 'inlined_subroutine',
      attributes: { abstract_origin: ref4('abstract', 'unit'), ...code(0x12, 8) },
    };
    expect(framesOf([unitOf({ ...STATEMENTS, ...code(0x10, 0x20) }, abstract, f(bare))], LINES)(0x12)).toEqual([
      'callee* a.c:1',
      'f ??:0',
    ]);
  });

  test('a call that stands in no function ends its chain', () => {
    expect(framesOf([unitOf({ ...STATEMENTS, ...code(0x10, 0x20) }, abstract, call(0x12, 8, 7))], LINES)(0x12)).toEqual(
      ['callee* a.c:1'],
    );
  });
});

describe('names', () => {
  test('qualified by namespaces, classes and functions, where there is no linkage name', () => {
    const method: SpelledEntry = { tag: 'subprogram', label: 'method', attributes: { name: name('m') } };
    const definition: SpelledEntry = {
      tag: 'subprogram',
      attributes: { specification: ref4('method', 'unit'), ...code(0x10, 0x10) },
    };
    const scopes: SpelledEntry = {
      tag: 'namespace',
      attributes: { name: name('n') },
      children: [
        {
          tag: 'namespace',
          children: [
            {
              tag: 'class_type',
              attributes: { name: name('C<int>') },
              children: [{ tag: 'union_type', children: [method] }],
            },
          ],
        },
      ],
    };
    expect(framesOf([unitOf(code(0x10, 0x10), scopes, definition)])(0x10)).toEqual([
      'n::(anonymous namespace)::C<int>::(anonymous union)::m ??:0',
    ]);
  });

  test('a linkage name stands for itself, in both spellings', () => {
    for (const attribute of ['linkage_name', 'MIPS_linkage_name']) {
      const f: SpelledEntry = {
        tag: 'subprogram',
        attributes: { name: name('f'), [attribute]: name('_Z1fv'), ...code(0x10, 4) },
      };
      const dwarf = dwarfOf(spellUnits(unitOf(code(0x10, 4), f)));
      const named = new DwarfFrames(dwarf).frames(0x10)[0]!.function!;
      expect([named.name, named.linkageName, named.qualifiedName]).toEqual(['f', '_Z1fv', undefined]);
      expect([named.file, named.line]).toEqual([undefined, undefined]);
    }
  });

  test('from another unit, and damage on the way', () => {
    const reports: Diagnostic[] = [];
    const home: SpelledUnit = {
      label: 'home',
      root: {
        tag: 'compile_unit',
        children: [
          { tag: 'subprogram', label: 'abstract', attributes: { name: name('far'), decl_line: ['data1', 3] } },
        ],
      },
    };
    const user = unitOf(
      code(0x10, 0x20),
      { tag: 'subprogram', attributes: { abstract_origin: ['ref_addr', to('abstract', 4)], ...code(0x10, 0x10) } },
      { tag: 'subprogram', attributes: { abstract_origin: ['ref_addr', u32(0x7777)], ...code(0x20, 0x10) } },
    );
    const at = framesOf([home, user], {}, { report: (each) => reports.push(each) });
    expect(at(0x18)).toEqual(['far ??:0']);
    expect(at(0x28)).toEqual(['?? ??:0']);
    expect(reports).toMatchObject([{ rule: 'entries/name', message: 'no unit holds this offset', offset: 0x7777 }]);
  });
});

describe('.debug_aranges', () => {
  const f: SpelledEntry = { tag: 'subprogram', attributes: { name: name('f'), ...code(0x10, 0x20) } };
  const table = (...pairs: Part[]): Part => unit(4, u16(2), to('unit', 4), 4, 0, u32(0), pairs, u32(0), u32(0));

  // Labels of one section are not known in another; the unit stands at 0.
  const aranges = (...pairs: Part[]): Part => [label('unit'), table(...pairs)];

  test('counts instead of what the unit’s entry says', () => {
    const at = framesOf([unitOf(code(0x10, 4), f)], { '.debug_aranges': aranges(u32(0x10), u32(0x18)) });
    expect(at(0x20)).toEqual(['f ??:0']);
    expect(at(0x28)).toEqual([]);
  });

  test('a list that says nothing is not believed', () => {
    expect(framesOf([unitOf(code(0x10, 0x20), f)], { '.debug_aranges': aranges() })(0x20)).toEqual(['f ??:0']);
    expect(framesOf([unitOf(code(0x10, 0x20), f)], { '.debug_aranges': aranges() }, { likeLlvm: true })(0x20)).toEqual(
      [],
    );
  });
});
