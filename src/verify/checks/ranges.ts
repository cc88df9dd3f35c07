import { DW_TAG } from '../../dwarf/constants/tags.ts';
import { CODE } from '../code-map.ts';
import type { VerifyContext } from '../context.ts';
import { hex, span } from '../hex.ts';
import { CODE_OF_SCOPE, type UnitScopes } from '../unit-scopes.ts';
import { nameOfBody, whereIs } from './where.ts';

/** Ranges longer than this, or ending beyond it, are numbers that wrapped: no code section is that large. */
const IMPOSSIBLE = 2 ** 32;

/**
 * Checks the ranges that a scope declares against the code and against the scope around it, and keeps those that are
 * alive in `scopes.ranges`. Answers whether there was anything to find.
 *
 * @param declared start and end of each, as they stand.
 * @param isPair whether it is one range of `DW_AT_low_pc` and `DW_AT_high_pc`.
 */
export function checkRanges(
  context: VerifyContext,
  scopes: UnitScopes,
  scope: number,
  declared: readonly number[],
  section: string,
): boolean {
  const { map, lowest, findings } = context;
  let isTold = false;
  let gone = 0;
  let isGhost = false;
  const tag = scopes.tags[scope]!;
  const offset = scopes.offsets[scope]!;
  const parent = scopes.parents[scope]!;
  const parentIsUnchecked = scopes.isUnchecked(parent);
  const place = (address: number) => ({ section, offset, path: scopes.path(scope), address });
  const { ranges } = scopes;
  if (parentIsUnchecked) scopes.states[scope] = CODE_OF_SCOPE.unchecked;
  for (let index = 0; index < declared.length; index += 2) {
    const start = declared[index]!;
    const end = declared[index + 1]!;
    if (start < 0) continue;
    if (end < start) {
      // A high_pc of 0 that is relative wraps around.
      isTold = true;
      findings.add('ranges/backwards', `range from ${hex(start)} to ${hex(end)}`, place(start));
      continue;
    }
    if (end >= IMPOSSIBLE && (map !== undefined || end >= 2 ** 63)) {
      const message = `range from ${hex(start)}, ${end - start} bytes long`;
      isTold = true;
      findings.add('ranges/impossible', message, place(start));
      continue;
    }
    if (start === end) {
      isTold ||= start >= lowest;
      if (start >= lowest && tag !== DW_TAG.compile_unit) {
        findings.add('ranges/empty', `empty range at ${hex(start)}`, place(start));
      }
      continue;
    }
    // Binaryen's way to say that a range is gone without ending the list.
    if (start === 0 && end === 1) {
      gone++;
      continue;
    }
    if (start < lowest) {
      isTold = true;
      isGhost = true;
      const message = `range from ${hex(start)} to ${hex(end)} begins before the first function at ${hex(lowest)}`;
      findings.add('ranges/ghost', message, place(start));
      continue;
    }
    ranges.push(start, end);
  }
  const isGone = scopes.firstRanges[scope] === ranges.length;
  // Of a function that is gone as a whole, and of inlined calls of which nothing is left, this is told otherwise.
  const isInline = tag === DW_TAG.inlined_subroutine;
  if (gone > 0 && parent > 0 && scopes.withCode(parent) > 0 && !(isGone && isInline)) {
    isTold = true;
    findings.add('ranges/lost', `${gone} of ${declared.length / 2} ranges are gone`, place(0));
  }
  if (isGone) {
    // Of what the linker dropped nothing is anywhere, neither of what is marked so nor of ghosts.
    if (!parentIsUnchecked && !isGhost && declared.some((start, index) => index % 2 === 0 && start >= 0)) {
      scopes.states[scope] = CODE_OF_SCOPE.gone;
    }
    return isTold;
  }
  scopes.states[scope] = parentIsUnchecked ? CODE_OF_SCOPE.unchecked : CODE_OF_SCOPE.live;
  if (map !== undefined && !parentIsUnchecked) checkAgainstCode(context, scopes, scope, section);
  if (!scopes.isUnchecked(scope) && parent > 0) checkInside(context, scopes, scope, section);
  return true;
}

function checkAgainstCode(context: VerifyContext, scopes: UnitScopes, scope: number, section: string): void {
  const { findings } = context;
  const map = context.map!;
  const tag = scopes.tags[scope]!;
  const offset = scopes.offsets[scope]!;
  const { ranges } = scopes;
  const place = (address: number) => ({ section, offset, path: scopes.path(scope), address });
  const first = scopes.firstRanges[scope]!;
  for (let index = first; index < ranges.length; index += 2) {
    const start = ranges[index]!;
    const end = ranges[index + 1]!;
    if (end > map.end) {
      const message = `range from ${hex(start)} to ${hex(end)} reaches past the code, which ends at ${hex(map.end)}`;
      findings.add('ranges/outside-code', message, place(start));
      continue;
    }
    const body = map.bodyAt(start);
    if (scope === 0) {
      // A unit may have one range over all of its functions, and the bytes between them.
      continue;
    }
    if (tag === DW_TAG.subprogram) {
      checkFunction(context, scopes, scope, section, start, end, ranges.length - first === 2);
      if (scopes.isUnchecked(scope)) return;
      continue;
    }
    if (body < 0 || !map.isBoundary(start)) {
      findings.add('ranges/not-instruction', `range begins at ${hex(start)}, ${whereIs(context, start)}`, place(start));
    } else if (end > map.bodyEnd(body)) {
      const message = `range from ${hex(start)} to ${hex(end)} reaches past function ${nameOfBody(context, body)}`;
      findings.add('ranges/several-functions', message, place(start));
    } else if (!map.isEnd(end, body)) {
      findings.add('ranges/not-instruction', `range ends at ${hex(end)}, ${whereIs(context, end)}`, place(start));
    }
    if (tag === DW_TAG.inlined_subroutine) map.deepen(start, end, scopes.depths[scope]!);
  }
}

function checkFunction(
  context: VerifyContext,
  scopes: UnitScopes,
  scope: number,
  section: string,
  start: number,
  end: number,
  isOnly: boolean,
): void {
  const { findings, claims } = context;
  const map = context.map!;
  const place = { section, offset: scopes.offsets[scope]!, path: scopes.path.bind(scopes, scope), address: start };
  const add = (rule: Parameters<typeof findings.add>[0], message: string): void =>
    findings.add(rule, message, { ...place, path: place.path() });
  const body = map.bodyAt(start);
  scopes.bodies[scope] = body;
  if (body < 0 || map.bodyStart(body) !== start) {
    add('functions/start', `function begins at ${hex(start)}, ${whereIs(context, start)}`);
    map.mark(start, end, CODE.function);
    return;
  }
  context.counts.starts++;
  const bodyEnd = map.bodyEnd(body);
  if (isOnly && end !== bodyEnd) {
    const sizes = `${end - start} bytes where function ${nameOfBody(context, body)} has ${bodyEnd - start}`;
    if (claims.exact[body]! > 0) {
      // Two units compiled the same inline function differently, and the linker kept the other's code.
      scopes.states[scope] = CODE_OF_SCOPE.unchecked;
      add('functions/other-copy', `${sizes}, and another unit has all of it: its copy was kept`);
      return;
    }
    add('functions/end', sizes);
  }
  map.mark(start, end, CODE.function);
}

/** Every range of a scope has to be within the ranges of the nearest scope around that has some. */
function checkInside(context: VerifyContext, scopes: UnitScopes, scope: number, section: string): void {
  const { tags, ranges, firstRanges } = scopes;
  const around = scopes.withCode(scopes.parents[scope]!);
  checkInsideGone(context, scopes, scope, around, section);
  // Functions within functions are in other places; the unit's ranges are compared as a whole.
  if (around <= 0 || tags[scope] === DW_TAG.subprogram) return;
  const first = firstRanges[around]!;
  const last = scopes.endRanges(around);
  for (let index = firstRanges[scope]!; index < ranges.length; index += 2) {
    const start = ranges[index]!;
    const end = ranges[index + 1]!;
    if (isCovered(ranges, first, last, start, end)) continue;
    const words = `range from ${hex(start)} to ${hex(end)}`;
    const message = `${words} is not within ${scopes.path(around).at(-1)}, ${describeRanges(ranges, first, last)}`;
    const place = { section, offset: scopes.offsets[scope]!, path: scopes.path(scope), address: start };
    context.findings.add('ranges/outside-parent', message, place);
  }
}

/** What is left of code has to be left of everything that it is within. */
function checkInsideGone(
  { findings }: VerifyContext,
  scopes: UnitScopes,
  scope: number,
  around: number,
  section: string,
): void {
  for (let at = scopes.parents[scope]!; at > 0 && at !== around; at = scopes.parents[at]!) {
    if (scopes.states[at] !== CODE_OF_SCOPE.gone) continue;
    const first = scopes.firstRanges[scope]!;
    const [start, end] = [scopes.ranges[first]!, scopes.ranges[first + 1]!];
    const message = `${span(start, end)} is within ${scopes.path(at).at(-1)}, of which no code is left`;
    const place = { section, offset: scopes.offsets[scope]!, path: scopes.path(scope), address: start };
    findings.add('ranges/outside-parent', message, place);
    return;
  }
}

/** Whether a range is within the ranges from `first` up to `last`, which may join. */
function isCovered(ranges: readonly number[], first: number, last: number, start: number, end: number): boolean {
  let at = start;
  for (let moved = true; at < end && moved; ) {
    moved = false;
    for (let index = first; index < last; index += 2) {
      if (ranges[index]! <= at && ranges[index + 1]! > at) {
        at = ranges[index + 1]!;
        moved = true;
      }
    }
  }
  return at >= end;
}

function describeRanges(ranges: readonly number[], first: number, last: number): string {
  const shown: string[] = [];
  for (let index = first; index < Math.min(last, first + 8); index += 2) {
    shown.push(span(ranges[index]!, ranges[index + 1]!));
  }
  return shown.join(', ') + (last > first + 8 ? ', …' : '');
}
