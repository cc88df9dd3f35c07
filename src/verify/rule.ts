import type { Severity } from '../diagnostics.ts';

/** What a finding means: one entry of docs/rules.md. */
export interface Rule {
  /** As a rule; where readers report it, what they say counts. */
  readonly severity: Severity;
  /** What is wrong. */
  readonly what: string;
  /** Who writes such a thing, with the public issue where there is one. */
  readonly from: string;
  /** What a symbolizer answers wrongly because of it. */
  readonly cost: string;
  /** The categories under which `llvm-dwarfdump --verify` (19) counts the same, where it does. */
  readonly llvm?: readonly string[];
}

/** Rules by their names, `subject/finding`. */
export type Rules = Readonly<Record<string, Rule>>;
