import { expect, test } from 'vitest';
import { demangleMicrosoft } from '../../src/symbolize/microsoft-names.ts';

// Answers of llvm-undname 19 with --no-access-specifier --no-calling-convention --no-member-type --no-return-type.
test.each([
  ['?fn3@@YAXXZ', 'fn3(void)'],
  ['?x5@@YA?AUx2@@XZ', 'x5(void)'],
  ['??0B@@QEAA@XZ', 'B::B(void)'],
  ['??1Inner@Outer@@QEAA@XZ', 'Outer::Inner::~Inner(void)'],
  ['?f@a@b@@YAHHD@Z', 'b::a::f(int, char)'],
  ['?g@@YANN_N_JK@Z', 'g(double, bool, __int64, unsigned long)'],
  ['?h@@YAXPEAH@Z', '?h@@YAXPEAH@Z'],
  ['?x@@3HA', '?x@@3HA'],
  ['main', 'main'],
])('%s', (name, expected) => expect(demangleMicrosoft(name)).toBe(expected));
