import type { Finding } from '../finding.ts';

/**
 * What stays of a finding from one build to the next: its rule, the entry that it is about, and its words without
 * addresses and numbers.
 */
export function fingerprintOf({ rule, section, path, message }: Finding): string {
  const words = message.replace(/-?0x[0-9a-f]+|\d+/g, '#');
  const names = path.map((name) => name.replace(/ at 0x[0-9a-f]+$/, ''));
  return [rule, section, names.join(' > '), words].join(' | ');
}

/** Known findings, each as often as it was there. */
export class Baseline {
  readonly #left = new Map<string, number>();

  /** @param known as {@link Baseline.toJson} gives them. */
  constructor(known: Readonly<Record<string, number>>) {
    for (const [fingerprint, count] of Object.entries(known)) this.#left.set(fingerprint, count);
  }

  /** Whether a finding is known; one that is there more often than before is not. */
  has(finding: Finding): boolean {
    const fingerprint = fingerprintOf(finding);
    const left = this.#left.get(fingerprint) ?? 0;
    if (left === 0) return false;
    this.#left.set(fingerprint, left - 1);
    return true;
  }

  /** The findings as a baseline for later, sorted so that files can be compared. */
  static toJson(findings: Iterable<string>): Record<string, number> {
    const counts = new Map<string, number>();
    for (const fingerprint of findings) counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
    return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
