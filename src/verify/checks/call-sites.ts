import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { VerifyContext } from '../context.ts';
import type { UnitScopes } from '../unit-scopes.ts';

/** What a subprogram says that describes its calls; one of them has to be there. */
const ALL_CALLS: readonly number[] = [
  DW_AT.call_all_calls,
  DW_AT.call_all_source_calls,
  DW_AT.call_all_tail_calls,
  DW_AT.GNU_all_call_sites,
  DW_AT.GNU_all_source_call_sites,
  DW_AT.GNU_tail_call,
  DW_AT.GNU_all_tail_call_sites,
];

export function isCallSite(tag: number): boolean {
  return tag === DW_TAG.call_site || tag === DW_TAG.GNU_call_site;
}

/** A call site stands in a function, not in an inlined call, and the function says that its calls are described. */
export function checkCallSite(
  { findings }: VerifyContext,
  scopes: UnitScopes,
  offset: number,
  tag: number,
  scope: number,
  section: string,
): void {
  let around = scope;
  while (around >= 0) {
    const kind = scopes.tags[around]!;
    if (kind === DW_TAG.subprogram) break;
    if (kind === DW_TAG.inlined_subroutine) {
      const path = scopes.pathOf(scope, offset, tag);
      findings.add('call-sites/in-inlined', 'call site within an inlined call', { section, offset, path });
      return;
    }
    around = scopes.parents[around]!;
  }
  if (around < 0) {
    const path = scopes.pathOf(scope, offset, tag);
    findings.add('call-sites/no-function', 'call site outside of any function', { section, offset, path });
    return;
  }
  const { attributes } = scopes.unit.entryAt(scopes.offsets[around]!)!.abbreviation;
  if (attributes.some(({ name }) => ALL_CALLS.includes(name))) return;
  const message = `call site in a function that has no DW_AT_call_all_calls: ${scopes.path(around).at(-1)}`;
  findings.add('call-sites/undeclared', message, { section, offset, path: scopes.pathOf(scope, offset, tag) });
}
