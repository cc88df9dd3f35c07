import type { Severity } from '../../diagnostics.ts';
import type { Finding } from '../finding.ts';

/** The findings of one rule. */
export interface RuleSummary {
  readonly rule: string;
  /** The worst of them. */
  severity: Severity;
  findings: number;
  /** Places that the findings stand for. */
  places: number;
  readonly first: Finding[];
}

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** 0 for errors, 1 for warnings, 2 for notes. */
export function rankOf(severity: Severity): number {
  return ORDER.indexOf(severity);
}

/** Counts findings by rule and keeps the first few of each: memory that does not grow with the findings. */
export class Summary {
  readonly #rules = new Map<string, RuleSummary>();
  readonly #kept: number;

  constructor(kept: number) {
    this.#kept = kept;
  }

  add(finding: Finding): void {
    const { rule, severity, count = 1 } = finding;
    let summary = this.#rules.get(rule);
    if (summary === undefined) {
      summary = { rule, severity, findings: 0, places: 0, first: [] };
      this.#rules.set(rule, summary);
    }
    if (rankOf(severity) < rankOf(summary.severity)) summary.severity = severity;
    summary.findings++;
    summary.places += count;
    if (summary.first.length < this.#kept) summary.first.push(finding);
  }

  /** Worst first: by severity, then by how many places; stale debug information before everything. */
  rules(): RuleSummary[] {
    return [...this.#rules.values()].sort(
      (a, b) =>
        rankOf(a.severity) - rankOf(b.severity) ||
        Number(b.rule === 'code/stale') - Number(a.rule === 'code/stale') ||
        b.places - a.places ||
        (a.rule < b.rule ? -1 : 1),
    );
  }

  count(severity: Severity): number {
    let count = 0;
    for (const each of this.#rules.values()) if (each.severity === severity) count += each.findings;
    return count;
  }
}
