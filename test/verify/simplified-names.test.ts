// Names that clang marks as ones that their template parameters can rebuild (-gsimple-template-names=mangled).
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { verify } from '../../src/verify/verify.ts';
import { type Part, to } from '../support/assemble.ts';
import {
  assembleDescribed,
  type Described,
  described,
  entryOf,
  type MutableEntry,
} from '../support/described-module.ts';
import { ask, hasTool } from '../support/tools.ts';
import { compileWasm } from './compile.ts';

const parameter = (tag: MutableEntry['tag'], label: string, type: string, value?: number): MutableEntry => ({
  tag,
  label,
  attributes: {
    type: ['ref4', to(type, 4, 'start')],
    ...(value === undefined ? {} : { const_value: ['sdata', value] as const }),
  },
  children: [],
});

/** A structure `box<int, 5>` whose name is in the entry, or in `.debug_str`. */
function templated(version: 4 | 5, name: string, isShared: boolean): Described {
  const program = described(version);
  entryOf(program, 'unit').children.push({
    tag: 'structure_type',
    label: 'box',
    attributes: { name: isShared ? ['strp', [0, 0, 0, 0]] : ['string', name] },
    children: [
      parameter('template_type_parameter', 'first', 'int'),
      parameter('template_value_parameter', 'second', 'int', 5),
    ],
  });
  if (isShared) program.sections['.debug_str'] = [name] as Part;
  return program;
}

describe.each([4, 5] as const)('DWARF %i', (version) => {
  test.each([
    { name: '_STN|box|<int, 5>', rules: [] },
    // Not marked: nobody promises that it can be rebuilt.
    { name: 'box<double>', rules: [] },
    { name: '_STN|box|<int, 6>', rules: ['entries/simplified-name'] },
    { name: '_STN|box|<double, 5>', rules: ['entries/simplified-name'] },
    { name: '_STN|box|<int>', rules: ['entries/simplified-name'] },
    { name: '_STN|box', rules: ['entries/simplified-name'] },
  ])('$name', ({ name, rules }) => {
    for (const isShared of [false, true]) {
      const { module, offsetOf } = assembleDescribed(templated(version, name, isShared));
      const findings = [...verify(module)];
      expect(findings.map(({ rule }) => rule)).toEqual(rules);
      for (const { offset } of findings) expect(offset).toBe(offsetOf('box'));
    }
  });

  test('types that refer to themselves end', () => {
    const program = templated(version, '_STN|box|<int, 5>', false);
    const box = entryOf(program, 'box');
    box.children.push(parameter('template_type_parameter', 'third', 'circle'));
    entryOf(program, 'unit').children.push({
      tag: 'pointer_type',
      label: 'circle',
      attributes: { type: ['ref4', to('circle', 4, 'start')] },
      children: [],
    });
    expect([...verify(assembleDescribed(program).module)]).toEqual([]);
  });
});

const PROGRAM = `
namespace ns { struct Plain { int x; }; enum Color { red, green = 5 }; enum class Scoped : unsigned char { a, b = 200 };
inline namespace v1 { struct Deep {}; } template <typename T> struct box { T *p; int get() const { return 1; } };
template <typename A, typename B = int> struct pair { A a; }; }
namespace { struct Hidden { int h; }; }
struct Member { int f(int) const volatile; int g(ns::Plain *) &&; int m; };
template <typename... T> struct tuple { int n; };
template <typename... T> int all() { return sizeof...(T); }
template <auto V> int value() { return 3; }
template <int... N> int numbers() { return sizeof...(N); }
template <template <typename> class C, typename T> int wrap() { return sizeof(C<T>); }
template <typename T, typename U, int N> struct outer { template <typename V, long long M> static int in() { return N; } };
extern "C" int use() {
  struct Local {};
  auto lambda = [] { return 1; };
  static int g;
  ns::box<ns::pair<int, ns::box<int>>> b{};
  return b.get() + all<>() + all<int>() + all<void>() + all<Local>() + all<decltype(lambda)>()
    + all<int, char *, const char *, char *const, const volatile int *const *>()
    + all<int &, int &&, const int &, int *&>()
    + all<int[3], const int[3], int *[2][4], int (&)[3], int (*)[], const char (&)[4]>()
    + all<int (), void (int, char), int *(int), int (*)(int), int *(*)(int, ...), void (**)(), int (&)()>()
    + all<int (*(*)(int))(char), int (*const)(int), int *const (int), int *const[3], int (*const[2])(int)>()
    + all<int Member::*, int (Member::*)(int) const volatile, int (Member::*)(ns::Plain *) &&, int *Member::*>()
    + all<void (Member::*)(), int (Member::*)[3], void () const>()
    + all<ns::Plain, ns::box<int>, ns::box<ns::box<int>>, ns::box<ns::box<int> *>, ns::pair<int>, Hidden>()
    + all<tuple<>, tuple<tuple<>>, tuple<int, tuple<char>>>() + all<ns::v1::Deep, ns::Color, ns::Scoped>()
    + all<bool, short, unsigned short, unsigned, long, unsigned long, long long, float, long double, wchar_t>()
    + all<decltype(nullptr), const void *, int *__restrict, __int128, signed char, char16_t, volatile int>()
    + value<true>() + value<1>() + value<-5>() + value<7u>() + value<8l>() + value<9ul>() + value<10ll>()
    + value<11ull>() + value<(short)3>() + value<(unsigned short)4>() + value<'a'>() + value<'\\n'>() + value<'\\0'>()
    + value<'\\''>() + value<'\\\\'>() + value<'"'>() + value<(char)200>() + value<(unsigned char)'x'>()
    + value<(signed char)-3>() + value<L'w'>() + value<u'q'>() + value<U'Q'>() + value<L'\\u1234'>()
    + value<ns::green>() + value<ns::Scoped::b>() + value<nullptr>() + value<&g>() + value<&Member::m>()
    + numbers<>() + numbers<1, -2, 3>() + wrap<ns::box, int>() + outer<int, ns::box<char>, 4>::in<char, -9>();
}`;

/** The second lets declarations have their template parameters, as the driver does for `=simple`. */
const MANGLED = ['-Xclang', '-gsimple-template-names=mangled', '-Xclang', '-debug-forward-template-params'];

describe.skipIf(!hasTool('clang++-19') || !hasTool('wasm-ld-19') || !hasTool('llvm-dwarfdump-19'))('of clang', () => {
  test.each([
    ['-gdwarf-4', '-O0'],
    ['-gdwarf-5', '-O0'],
    ['-gdwarf-5', '-O2'],
    ['-gdwarf-4', '-O0', '-fstandalone-debug'],
  ])('%s %s', (...flags) => {
    const module = compileWasm(PROGRAM, [...flags, ...MANGLED]);
    expect([...verify(module)].filter(({ severity }) => severity === 'error')).toEqual([]);
    const entries = ask('llvm-dwarfdump-19', ['--debug-info', '--debug-types'], module).match(
      /DW_AT_name\s+\("_STN\|/g,
    );
    // Damaged alike: `box<int>` becomes `box{int>`.
    const damaged = Uint8Array.from(Buffer.from(module.slice()).toString('latin1').replaceAll('|<', '|{'), (letter) =>
      letter.charCodeAt(0),
    );
    const found = [...verify(damaged)].filter(({ rule }) => rule === 'entries/simplified-name');
    expect(found).toHaveLength(entries?.length ?? 0);
    expect(found.length).toBeGreaterThan(2);
  });

  test('what LLVM says of the same module is false', () => {
    const module = compileWasm(PROGRAM, ['-gdwarf-5', '-O0', ...MANGLED]);
    const run = spawnSync('llvm-dwarfdump-19', ['--verify', '-'], { input: module, encoding: 'utf8' });
    const names = [...run.stdout.concat(run.stderr).matchAll(/original: (.*)\n/g)].map(([, name]) => name!);
    // Each of these has a type that LLVM 19 cannot write.
    expect(names.filter((name) => !/\[3\]|__restrict|\[2\]|[LuU]'/.test(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(3);
  });
});
