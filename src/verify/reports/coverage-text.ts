import type { VerifiedCoverage } from '../coverage.ts';

/** Coverage for people. */
export function formatCoverage(coverage: VerifiedCoverage): string {
  const { code, functions } = coverage;
  const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  const line = (name: string, part: number, whole: number): string =>
    `  ${name.padEnd(34)} ${String(part).padStart(12)}  ${share(part, whole).padStart(7)}`;
  const rows = [
    'coverage of the code, in bytes',
    line('functions', code, code),
    line('with a row', coverage.withRow, code),
    line('of these, with line 0', coverage.withLineZero, coverage.withRow),
    line('with a function', coverage.withFunction, code),
    line('with a function and a line', coverage.answered, code),
    line('inside inlined calls', coverage.inlined, code),
    `  frames at a byte, on average        ${coverage.frames.toFixed(2).padStart(11)}`,
    `  inlined calls around a byte, at most ${String(coverage.deepest).padStart(10)}`,
    'functions',
    line('in the code', functions, functions),
    line('with a row', coverage.functionsWithRow, functions),
    line('with a subprogram', coverage.functionsWithFunction, functions),
  ];
  return `${rows.join('\n')}\n`;
}
