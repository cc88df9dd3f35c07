// Tables of names as clang writes them for Apple systems: good ones, and each kind of damage.
import { describe, expect, test } from 'vitest';
import { hashAppleName } from '../../src/dwarf/read/apple-table.ts';
import { verify } from '../../src/verify/verify.ts';
import { assemble, type Part, u16, u32 } from '../support/assemble.ts';
import { assembleDescribed, described } from '../support/described-module.ts';
import { hasTool } from '../support/tools.ts';
import { compileMoved } from './compile.ts';
import { LLVM_VERIFY, llvmCategories } from './llvm-categories.ts';

const TAGS = { base_type: 0x24, subprogram: 0x2e } as const;
const ATOM = { die_offset: 1, die_tag: 3 } as const;
const FORM = { data2: 0x05, data4: 0x06, sdata: 0x0d, ref4: 0x13 } as const;

/** What a table is made of: each hash has one name, and that one entry. */
interface Spelled {
  magic: number;
  version: number;
  atoms: [type: number, form: number][];
  buckets: number[];
  hashes: number[];
  /** Where the names of a hash are, where that is to be wrong. */
  offsets: (number | undefined)[];
  names: { string: number; offset: number; tag: number }[];
  /** Bytes of the table that are there. */
  size: number;
}

const NAMES = ['int', 'outer'] as const;

/** A module with a table of `int` and `outer`. */
function moduleWith(version: 4 | 5, damage: (table: Spelled) => void): Uint8Array {
  const program = described(version);
  const strings = NAMES.map((name, n) => ({ name, at: n === 0 ? 0 : NAMES[0].length + 1 }));
  // The table's strings begin behind a string of no entry: none is at 0, where lists of names end.
  program.sections['.debug_str'] = ['', ...NAMES];
  const { offsetOf } = assembleDescribed(program);
  const table: Spelled = {
    magic: 0x48415348,
    version: 1,
    atoms: [
      [ATOM.die_offset, FORM.data4],
      [ATOM.die_tag, FORM.data2],
    ],
    buckets: [0],
    hashes: NAMES.map(hashAppleName),
    offsets: [],
    size: 1000,
    names: strings.map(({ name, at }) => ({
      string: at + 1,
      offset: offsetOf(name),
      tag: name === 'int' ? TAGS.base_type : TAGS.subprogram,
    })),
  };
  damage(table);
  program.sections['.apple_names'] = assemble(spell(table)).subarray(0, table.size);
  return assembleDescribed(program).module;
}

function spell({ magic, version, atoms, buckets, hashes, offsets, names }: Spelled): Part {
  const description = assemble(
    u32(0),
    u32(atoms.length),
    atoms.map(([type, form]) => [u16(type), u16(form)]),
  );
  const header = [u32(magic), u16(version), u16(0), u32(buckets.length), u32(hashes.length), u32(description.length)];
  const tables = 20 + description.length + 4 * (buckets.length + 2 * hashes.length);
  const data = names.map(({ string, offset, tag }) => assemble(u32(string), u32(1), u32(offset), u16(tag), u32(0)));
  let at = tables;
  const places = data.map((each, n) => {
    const place = offsets[n] ?? at;
    at += each.length;
    return place;
  });
  return [header, description, buckets.map(u32), hashes.map(u32), places.map(u32), data];
}

const DAMAGES: readonly { rule: string; when?: string; damage: (table: Spelled) => void; llvm?: string }[] = [
  { rule: 'apple-tables/header', when: 'magic', damage: (table) => (table.magic = 0x48415349) },
  { rule: 'apple-tables/header', when: 'version', damage: (table) => (table.version = 2) },
  {
    rule: 'apple-tables/header',
    when: 'cut off',
    damage: (table) => (table.size = 12),
    llvm: 'Section is too small to fit a section header',
  },
  { rule: 'apple-tables/header', when: 'longer than the section', damage: (table) => (table.size = 50) },
  { rule: 'apple-tables/atoms', when: 'none', damage: (table) => (table.atoms = []), llvm: 'No atoms' },
  {
    rule: 'apple-tables/atoms',
    when: 'form',
    damage: (table) => (table.atoms[1]![1] = FORM.ref4),
    llvm: 'Unsupported form',
  },
  {
    rule: 'apple-tables/atoms',
    when: 'form of no fixed size',
    damage: (table) => (table.atoms[1]![1] = FORM.sdata),
    llvm: 'Section is too small to fit a section header',
  },
  { rule: 'apple-tables/bucket', damage: (table) => table.buckets.push(7), llvm: 'Invalid hash index' },
  { rule: 'apple-tables/uncovered', damage: (table) => (table.buckets = [1]) },
  { rule: 'apple-tables/data', damage: (table) => (table.offsets[1] = 0x1000), llvm: 'Invalid HashData offset' },
  { rule: 'apple-tables/string', damage: (table) => (table.names[0]!.string = 0x1000) },
  { rule: 'apple-tables/hash', damage: (table) => (table.hashes[0]! ^= 1) },
  { rule: 'apple-tables/entry', damage: (table) => table.names[0]!.offset++, llvm: 'Invalid DIE offset' },
  {
    rule: 'apple-tables/tag',
    damage: (table) => (table.names[0]!.tag = TAGS.subprogram),
    llvm: 'Mismatched Tag in accellerator table',
  },
  {
    rule: 'apple-tables/name',
    damage: (table) => (table.names[0]!.offset = table.names[1]!.offset) && (table.names[0]!.tag = TAGS.subprogram),
  },
];

const hasLlvm = hasTool(LLVM_VERIFY);

describe.each([4, 5] as const)('DWARF %i', (version) => {
  test('a good table', () => {
    expect([...verify(moduleWith(version, () => {}))]).toEqual([]);
  });

  test.each(DAMAGES)('$rule $when', ({ rule, damage, llvm }) => {
    const module = moduleWith(version, damage);
    const findings = [...verify(module)];
    const found = findings.filter((each) => each.rule === rule);
    expect(found).toHaveLength(1);
    expect(found[0]!.section).toBe('.apple_names');
    // A bucket more moves every hash to another one.
    if (rule !== 'apple-tables/bucket') expect(findings).toHaveLength(1);
    if (llvm !== undefined && hasLlvm) expect([llvm, ...llvmCategories(module)]).toEqual([llvm, llvm]);
  });
});

test('tables whose hashes share all names end', () => {
  const count = 4000;
  const module = moduleWith(4, (table) => {
    table.size = 1e6;
    table.names = Array.from({ length: count }, () => table.names[0]!);
    table.hashes = Array(count).fill(table.hashes[0]!);
    table.offsets = Array(count).fill(20 + 8 + 8 + 4 + 8 * count);
  });
  expect([...verify(module)].map(({ rule }) => rule).filter((each) => each !== 'apple-tables/hash')).toEqual([]);
});

const PROGRAM = `
namespace space { struct Point { int x, y; int sum() const { return x + y; } }; int counter = 3;
template <class T> T twice(T t) { return t + t; } }
using Alias = space::Point;
enum Color { red, green };
static inline int helper(int v) { return v * 3; }
namespace { int hidden = 4; }
extern "C" int use(int n, Color c) { Alias p{n, 2}; space::counter += helper(n); return p.sum() + space::twice(n) + c + hidden++; }`;

describe.skipIf(!hasTool('clang++-19') || !hasTool('ld.lld-19'))('of clang', () => {
  test.each([
    ['-gdwarf-4', '-O0'],
    ['-gdwarf-5', '-O0'],
    ['-gdwarf-4', '-O2'],
  ])('%s %s', (...flags) => {
    const module = compileMoved(PROGRAM, [...flags, '-mllvm', '-accel-tables=Apple']);
    const tables = ['.apple_names', '.apple_types', '.apple_namespaces', '.apple_objc'];
    for (const name of tables) expect(Buffer.from(module).includes(name)).toBe(true);
    const about = [...verify(module)].filter(({ section }) => tables.includes(section));
    expect(about).toEqual([]);
  });
});
