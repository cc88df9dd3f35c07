import type { Diagnostic, Report } from '../diagnostics.ts';
import type { FormatError } from '../errors.ts';
import type { Finding } from './finding.ts';
import { RULES, type RuleName } from './rules/index.ts';

/** Where a finding is. */
export interface Place {
  readonly section: string;
  readonly offset: number;
  readonly path?: readonly string[] | undefined;
  readonly address?: number | undefined;
  readonly count?: number | undefined;
}

/** Takes findings of the checks and diagnostics of the readers, and hands them out in the order of the file. */
export class Findings {
  readonly #wanted: (rule: string) => boolean;
  #found: Finding[] = [];
  /** Damage that several readers come across is told once. */
  readonly #damaged = new Set<string>();
  /** What diagnostics of readers are about. */
  path: readonly string[] = [];

  constructor(wanted: (rule: string) => boolean = () => true) {
    this.#wanted = wanted;
  }

  /** Whether anybody wants to know of a rule: what takes long can be left out. */
  wants(rule: RuleName): boolean {
    return this.#wanted(rule);
  }

  add(rule: RuleName, message: string, { section, offset, path, address, count }: Place): void {
    if (!this.#wanted(rule)) return;
    const severity = RULES[rule]?.severity ?? 'error';
    this.#found.push({ severity, rule, message, section, offset, path: path ?? this.path, address, count });
  }

  /** For readers, who come across the same damage as often as they read it. */
  readonly report: Report = (diagnostic: Diagnostic): void => {
    if (!this.#wanted(diagnostic.rule)) return;
    const key = `${diagnostic.rule} ${diagnostic.section} ${diagnostic.offset}`;
    if (this.#damaged.has(key)) return;
    if (this.#damaged.size < MOST_REMEMBERED) this.#damaged.add(key);
    this.#found.push({ ...diagnostic, path: this.path });
  };

  /** A place that cannot be read, under the rule of what was to be read. */
  damage(rule: RuleName, error: FormatError, path?: readonly string[]): void {
    const { detail, section, offset } = error;
    const key = `${rule} ${section} ${offset}`;
    if (this.#damaged.has(key)) return;
    if (this.#damaged.size < MOST_REMEMBERED) this.#damaged.add(key);
    this.add(rule, detail, { section, offset, path });
  }

  /** What was found since the last time, in the order of places within each section, sections as they were looked at. */
  take(): Finding[] {
    const found = this.#found;
    this.#found = [];
    if (found.length < 2) return found;
    const order = new Map<string, number>();
    for (const { section } of found) if (!order.has(section)) order.set(section, order.size);
    return found.sort((a, b) => order.get(a.section)! - order.get(b.section)! || a.offset - b.offset);
  }
}

/** Hostile input must not make memory grow with its damage. */
const MOST_REMEMBERED = 100_000;
