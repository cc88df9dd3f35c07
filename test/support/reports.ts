import type { Diagnostic, Report } from '../../src/diagnostics.ts';

/** A `report` that remembers, and the rules it was called with: `['names/duplicate']`. */
export function collect(): { report: Report; rules: string[]; diagnostics: Diagnostic[] } {
  const rules: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => {
    diagnostics.push(diagnostic);
    rules.push(diagnostic.rule);
  };
  return { report, rules, diagnostics };
}
