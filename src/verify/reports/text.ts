import type { Finding } from '../finding.ts';
import { hex } from '../hex.ts';
import { RULES } from '../rules/index.ts';
import type { RuleSummary } from './summary.ts';

/** One rule's findings for people: what is wrong, what it costs, how often, and the first few places. */
export function formatRule({ rule, severity, findings, places, first }: RuleSummary): string {
  const about = RULES[rule];
  const often = places === findings ? counted(findings, 'time') : `${counted(findings, 'time')}, ${places} places`;
  const lines = [`${severity}: ${rule} (${often})`];
  if (about !== undefined) lines.push(`  ${about.what}`, `  Costs: ${about.cost}`, `  From: ${about.from}`);
  for (const finding of first) lines.push(`    ${formatFinding(finding)}`);
  if (findings > first.length) lines.push(`    … ${findings - first.length} more`);
  return `${lines.join('\n')}\n`;
}

/** `.debug_info+0x2a: inlined call without code (subprogram foo, inlined bar)`. */
export function formatFinding({ section, offset, message, path }: Finding): string {
  return `${section}+${hex(offset)}: ${message}${path.length > 0 ? ` (${path.join(', ')})` : ''}`;
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
