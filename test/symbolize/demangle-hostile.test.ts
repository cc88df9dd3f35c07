/** Names made to take a demangler's time, memory or stack: each must end, after work in proportion to its length. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { demangle } from '../../src/symbolize/demangle.ts';

/** `S_`, `S0_`, … by their place in the table. */
const substitution = (index: number): string => (index === 0 ? 'S_' : `S${(index - 1).toString(36).toUpperCase()}_`);

/** `T<X, X>` of the type before, 60 times: 2^60 times its text. */
function doubling(first: number): string {
  let text = '';
  let last = first;
  for (let times = 0; times < 60; times++) {
    text += `1TI${substitution(last)}${substitution(last)}E`;
    last += 2;
  }
  return text;
}

/** Rust's base-62 numbers: `_` is 0, `0_` is 1. */
function base62(value: number): string {
  if (value === 0) return '_';
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let text = '';
  let rest = value - 1;
  do {
    text = digits.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  } while (rest > 0);
  return `${text}_`;
}

/** A tuple of the tuple before, twice, 60 times. */
function doublingInRust(): string {
  let text = 'IC1aT';
  let last = text.length;
  text += 'TiiE';
  for (let times = 0; times < 60; times++) {
    const reference = `B${base62(last)}`;
    last = text.length;
    text += `T${reference}${reference}E`;
  }
  return `_R${text}EE`;
}

/** Too deep, or too large: given back as they are. */
const refused: Readonly<Record<string, string>> = {
  pointers: `_Z1f${'P'.repeat(100_000)}i`,
  qualifiers: `_Z1f${'K'.repeat(100_000)}i`,
  'vendor qualifiers': `_Z1f${'U1a'.repeat(50_000)}i`,
  protocols: `_Z1f${'U11objcproto1A'.repeat(30_000)}i`,
  arrays: `_Z1f${'A1_'.repeat(50_000)}i`,
  functions: `_Z1f${'PFv'.repeat(30_000)}`,
  expansions: `_Z1f${'Dp'.repeat(60_000)}i`,
  'template arguments': `_Z1f${'1AI'.repeat(50_000)}i${'E'.repeat(50_000)}`,
  'nested names': `_Z${'N1AI'.repeat(20_000)}`,
  'argument packs': `_Z1fI${'J'.repeat(50_000)}`,
  encodings: `_Z${'Z'.repeat(100_000)}`,
  'template parameters of template parameters': `_ZN1aUl${'Tt'.repeat(50_000)}`,
  'parameter packs': `_ZN1aUl${'Tp'.repeat(50_000)}`,
  'parameters of arguments': `_Z1fI${'Ty'.repeat(50_000)}`,
  lambdas: `_ZZ${'N1aUl'.repeat(50_000)}`,
  operators: `_Z1fIXad${'ng'.repeat(50_000)}Li1EEEvv`,
  initializers: `_Z1fIXtl1A${'di1a'.repeat(50_000)}Li1EEEEvv`,
  constraints: `_Z1fvQ${'aa'.repeat(50_000)}`,
  'digits without end': `_Z${'9'.repeat(100_000)}`,
  'a type doubled 60 times': `_Z1f1A${doubling(0)}`,
  'a pack doubled 60 times': `_Z1fIJiiEEvPT_${doubling(2)}Dp${substitution(122)}`,
  'a forward reference doubled 60 times': `_ZcvFvT_${doubling(0)}EIiE`,
  'a Rust tuple doubled 60 times': doublingInRust(),
  'a Rust slice of slices': `_RIC1a${'S'.repeat(100_000)}iE`,
  'a Rust reference to itself': '_RB_',
  'a Rust binder of a billion lifetimes': '_RIC1aFGzzzzzz_EuE',
  'D references in a row': `_D1a${'Qb'.repeat(50_000)}`,
  'D symbols without a name': `_D${'0'.repeat(100_000)}`,
};

/** Long, and still names. */
const read: Readonly<Record<string, readonly [mangled: string, length: number]>> = {
  'many arguments': [`_Z1fI${'i'.repeat(200_000)}Evv`, 'void f<>()'.length + 200_000 * 'int, '.length - 2],
  'many lambdas': [`_ZN1a${'UlvE_'.repeat(50_000)}E`, 1 + 50_000 * "::'lambda'()".length],
  'a long suffix': [`_Z1fv.${'x'.repeat(1_000_000)}`, 'f() (.)'.length + 1_000_000],
  'D parents to skip': [`_D${'4__S1'.repeat(50_000)}1aZ`, 1],
};

/** Characters looked at and lists walked through so far; every step of the parsers and of the printer does one of them. */
function countSteps(): () => number {
  let steps = 0;
  for (const [prototype, name] of [
    [String.prototype, 'charCodeAt'],
    [String.prototype, 'charAt'],
    [String.prototype, 'startsWith'],
    [Array.prototype, 'map'],
  ] as const) {
    const original = (prototype as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
    vi.spyOn(prototype as unknown as Record<string, () => unknown>, name).mockImplementation(function (
      this: unknown,
      ...args: unknown[]
    ) {
      steps++;
      return original.apply(this, args);
    });
  }
  return () => steps;
}

/** Enough for 2^18 nodes of one name and no more than that. */
const allowed = (name: string): number => 20 * name.length + 4 * 2 ** 18;

describe('hostile names', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each(Object.entries(refused))('%s', (_, name) => {
    const steps = countSteps();
    const answer = demangle(name);
    const taken = steps();
    vi.restoreAllMocks();
    expect(answer === name).toBe(true);
    expect(taken).toBeLessThan(allowed(name));
  });

  test.each(Object.entries(read))('%s', (_, [name, length]) => {
    expect(demangle(name).length).toBe(length);
  });

  test('a name read with little stack left is given back, and the next one is read', () => {
    const deep = `_Z1f${'1AI'.repeat(500)}i${'E'.repeat(500)}`;
    const whole = demangle(deep);
    expect(whole).toMatch(/^f\(A<A</);
    const answers = new Set<string>();
    const descend = (): void => {
      try {
        descend();
      } catch {}
      if (answers.size < 2) answers.add(demangle(deep));
    };
    descend();
    expect([...answers].every((answer) => answer === deep || answer === whole)).toBe(true);
    expect(demangle('_Z1fv')).toBe('f()');
  });
});

test('lengths count bytes of UTF-8', () => {
  expect(demangle('_Z2ñv')).toBe('ñ()');
  expect(demangle('_Z1ñv')).toBe('_Z1ñv');
  expect(demangle('_ZN6東京1fE3ñb')).toBe('東京::f(ñb)');
  expect(demangle('_Z4🦁i')).toBe('🦁(int)');
  expect(demangle('_D2ñZ')).toBe('ñ');
  expect(demangle('_RNvC1a1b.ñ')).toBe('a::b (.ñ)');
});
