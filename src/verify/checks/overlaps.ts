import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { VerifyContext } from '../context.ts';
import { span } from '../hex.ts';
import { CODE_OF_SCOPE, type UnitScopes } from '../unit-scopes.ts';

/**
 * Overlaps among the ranges of a scope and among those of its neighbours, once all entries of a unit are known; and
 * whether the functions are within the unit.
 */
export function checkOverlaps(context: VerifyContext, scopes: UnitScopes, section: string): void {
  const { ranges, firstRanges, parents, count } = scopes;
  // By the scope around that has code, then by address: neighbours that overlap stand next to each other.
  const groups = new Map<number, number[]>();
  const last = new Map<number, number>();
  const disordered = new Set<number>();
  for (let scope = 0; scope < count; scope++) {
    if (scopes.states[scope] !== CODE_OF_SCOPE.live) continue;
    const end = scopes.endRanges(scope);
    const around = scope === 0 ? -1 : parents[scope]!;
    let previous = last.get(around) ?? -1;
    for (let index = firstRanges[scope]!; index < end; index += 2) {
      if (ranges[index]! < previous) disordered.add(around);
      previous = Math.max(previous, ranges[index + 1]!);
    }
    last.set(around, previous);
  }
  if (disordered.size > 0) {
    for (let scope = 0; scope < count; scope++) {
      if (scopes.states[scope] !== CODE_OF_SCOPE.live) continue;
      const around = scope === 0 ? -1 : parents[scope]!;
      if (!disordered.has(around)) continue;
      const group = groups.get(around) ?? [];
      if (group.length === 0) groups.set(around, group);
      for (let index = firstRanges[scope]!; index < scopes.endRanges(scope); index += 2) group.push(index, scope);
    }
    for (const group of groups.values()) checkGroup(context, scopes, group, section);
  }
  checkInsideUnit(context, scopes, section);
}

function checkGroup(context: VerifyContext, scopes: UnitScopes, group: readonly number[], section: string): void {
  const { ranges, offsets } = scopes;
  const order = Uint32Array.from({ length: group.length / 2 }, (_, index) => 2 * index);
  order.sort((a, b) => ranges[group[a]!]! - ranges[group[b]!]! || group[a]! - group[b]!);
  let widest = -1;
  const told = new Set<number>();
  for (const at of order) {
    const index = group[at]!;
    const scope = group[at + 1]!;
    if (widest >= 0) {
      const other = group[widest + 1]!;
      const otherIndex = group[widest]!;
      const [start, end] = [ranges[index]!, ranges[index + 1]!];
      const [otherStart, otherEnd] = [ranges[otherIndex]!, ranges[otherIndex + 1]!];
      if (start < otherEnd) {
        const pair = other === scope ? -1 - scope : Math.min(scope, other) * scopes.count + Math.max(scope, other);
        if (!told.has(pair)) {
          told.add(pair);
          const later = Math.max(scope, other);
          const place = { section, offset: offsets[later]!, path: scopes.path(later), address: start };
          const words = `${span(start, end)} and ${span(otherStart, otherEnd)}`;
          // Units overlap themselves where a subprogram overlaps another one, which is told there.
          if (other === scope) {
            if (!overlapsOtherCopy(context, scope, start, end)) {
              context.findings.add('ranges/overlap-self', `ranges ${words} overlap`, place);
            }
          } else {
            const name = scopes.path(Math.min(scope, other)).at(-1);
            context.findings.add('ranges/overlap-sibling', `ranges ${words}, the latter of ${name}, overlap`, place);
          }
        }
      }
      if (end <= otherEnd) continue;
    }
    widest = at;
  }
}

/** Whether a range of a unit's root is that of a function whose other copy was kept. */
function overlapsOtherCopy({ map, claims }: VerifyContext, scope: number, start: number, end: number): boolean {
  if (scope !== 0 || map === undefined) return false;
  for (const address of [start, end - 1]) {
    const body = map.bodyAt(address);
    if (body >= 0 && claims.exact[body]! > 0) return true;
  }
  return false;
}

/** Functions have to be within the ranges of their unit: what is not there is found by no lookup. */
function checkInsideUnit(context: VerifyContext, scopes: UnitScopes, section: string): void {
  const { ranges, tags, count } = scopes;
  const end = scopes.endRanges(0);
  // A unit need not have ranges; but where it has some, and none is alive, nothing in it is found.
  if (end === 0 && scopes.states[0] !== CODE_OF_SCOPE.gone) return;
  const unit = joined(ranges, 0, end);
  for (let scope = 1; scope < count; scope++) {
    if (tags[scope] !== DW_TAG.subprogram || scopes.states[scope] !== CODE_OF_SCOPE.live) continue;
    for (let index = scopes.firstRanges[scope]!; index < scopes.endRanges(scope); index += 2) {
      const start = ranges[index]!;
      if (unit.covers(start, ranges[index + 1]!)) continue;
      const place = { section, offset: scopes.offsets[scope]!, path: scopes.path(scope), address: start };
      const message = `function ${span(start, ranges[index + 1]!)} is not within the ranges of its unit`;
      context.findings.add('ranges/outside-parent', message, place);
    }
  }
}

/** Ranges in order, those that touch joined. */
function joined(ranges: readonly number[], first: number, last: number): { covers(from: number, to: number): boolean } {
  const pairs: [number, number][] = [];
  for (let index = first; index < last; index += 2) pairs.push([ranges[index]!, ranges[index + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const starts: number[] = [];
  const ends: number[] = [];
  for (const [start, end] of pairs) {
    if (ends.length > 0 && start <= ends.at(-1)!) ends[ends.length - 1] = Math.max(end, ends.at(-1)!);
    else {
      starts.push(start);
      ends.push(end);
    }
  }
  return {
    covers(from, to) {
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (starts[middle]! <= from) low = middle + 1;
        else high = middle;
      }
      return low > 0 && ends[low - 1]! >= to;
    },
  };
}
