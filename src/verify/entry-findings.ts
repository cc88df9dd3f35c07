import type { Findings } from './findings.ts';
import type { RuleName } from './rules/index.ts';
import type { UnitScopes } from './unit-scopes.ts';

/** What is found of the entries of one unit: each with the path of its entry, which is made only where it is wanted. */
export class EntryFindings {
  readonly findings: Findings;
  readonly scopes: UnitScopes;
  readonly section: string;

  constructor(findings: Findings, scopes: UnitScopes) {
    this.findings = findings;
    this.scopes = scopes;
    this.section = scopes.unit.section.section;
  }

  add(rule: RuleName, message: string, offset: number, scope: number, tag: number): void {
    const { findings, section } = this;
    if (findings.wants(rule)) findings.add(rule, message, { section, offset, path: this.path(scope, offset, tag) });
  }

  /** The path of an entry in a scope, -1 for the root itself. */
  path(scope: number, offset: number, tag: number): readonly string[] {
    return scope < 0 ? [] : this.scopes.pathOf(scope, offset, tag);
  }
}
