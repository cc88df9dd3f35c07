import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { type EntryPlan, SLOT } from '../entry-plan.ts';
import { CODE_OF_SCOPE, type UnitScopes } from '../unit-scopes.ts';

/** The entry being checked. */
interface CheckedEntry {
  readonly scopes: UnitScopes;
  readonly slots: Float64Array;
}

/** What a function's entries say of it. */
interface Described {
  readonly name: boolean;
  /** As `DW_AT_decl_file` and `DW_AT_decl_line` have them; -1 where they do not say. */
  readonly file: number;
  readonly line: number;
  /** Whether it is an abstract instance, rather than one that stands in the code or is inlined itself. */
  readonly isAbstract: boolean;
  readonly isConcrete: boolean;
}

const UNKNOWN: Described = { name: true, file: -1, line: -1, isAbstract: true, isConcrete: false };

/** By unit: functions are described once for all calls of them. */
const described = new WeakMap<UnitScopes, Map<number, Described>>();

/**
 * An inlined call says of which function it is, where it was called, and which code it became.
 *
 * @param isTold whether its ranges are known to be wrong already.
 */
export function checkInlined(
  context: VerifyContext,
  checked: CheckedEntry,
  plan: EntryPlan,
  scope: number,
  isTold: boolean,
): void {
  const { findings, counts } = context;
  const { scopes, slots } = checked;
  const { forms } = plan;
  const offset = scopes.offsets[scope]!;
  const section = scopes.unit.section.section;
  const add = (rule: Parameters<typeof findings.add>[0], message: string): void => {
    if (findings.wants(rule)) findings.add(rule, message, { section, offset, path: scopes.path(scope) });
  };
  counts.inlined++;
  const caller = scopes.callers[scopes.parents[scope]!] ?? -1;
  if (caller < 0) add('inlined/no-caller', 'inlined call outside of any function');
  const state = scopes.states[scope];
  if (state === CODE_OF_SCOPE.none || state === CODE_OF_SCOPE.gone) {
    // Of a function that is gone as a whole nothing is lost.
    if (context.map !== undefined && scopes.states[functionOf(scopes, scope)] === CODE_OF_SCOPE.live) {
      counts.lostInlined++;
      if (!isTold) add('inlined/lost', 'inlined call without code in a function that has some');
    }
  }
  if (forms[SLOT.callFile] === 0) add('inlined/call-file', 'inlined call without DW_AT_call_file');
  if (forms[SLOT.callLine] === 0) add('inlined/call-line', 'inlined call without DW_AT_call_line');
  else if (forms[SLOT.callLine]! > 0 && slots[SLOT.callLine] === 0)
    add('inlined/call-line-zero', 'inlined call whose DW_AT_call_line is 0');
  if (forms[SLOT.callColumn] === 0) add('inlined/call-column', 'inlined call without DW_AT_call_column');
  const hasOrigin = forms[SLOT.origin]! !== 0;
  if (!hasOrigin) add('inlined/no-origin', 'inlined call without DW_AT_abstract_origin');
  else if (forms[SLOT.origin]! > 0) {
    const known = mapOf(scopes);
    const origin = slots[SLOT.origin]!;
    const isFirst = !known.has(origin);
    const about = describe(known, scopes, origin);
    if (isFirst) {
      if (!about.name) add('inlined/no-name', 'inlined call of a function without a name');
      if (about.isConcrete) add('inlined/concrete-origin', 'inlined call whose origin is itself a copy of a function');
      else if (!about.isAbstract) add('inlined/origin-not-inline', 'inlined call of a function without DW_AT_inline');
    }
  }
  if (caller >= 0 && forms[SLOT.callFile]! > 0 && forms[SLOT.callLine]! > 0) {
    const line = slots[SLOT.callLine]!;
    const { file, line: first } = describe(mapOf(scopes), scopes, scopes.offsets[caller]!);
    if (line > 0 && file === slots[SLOT.callFile] && first > line) {
      add('inlined/call-line-before', `called in line ${line}, and its caller begins in line ${first} of that file`);
    }
  }
}

/** The function that a scope is in, -1 where it is in none. Calls between the two may be gone as well. */
function functionOf({ tags, parents }: UnitScopes, scope: number): number {
  let at = scope;
  while (at >= 0 && tags[at] !== DW_TAG.subprogram) at = parents[at]!;
  return at;
}

function mapOf(scopes: UnitScopes): Map<number, Described> {
  let map = described.get(scopes);
  if (map === undefined) {
    map = new Map();
    described.set(scopes, map);
  }
  return map;
}

const DESCRIBING = [
  DW_AT.name,
  DW_AT.linkage_name,
  DW_AT.decl_file,
  DW_AT.decl_line,
  DW_AT.abstract_origin,
  DW_AT.specification,
  DW_AT.inline,
  DW_AT.low_pc,
  DW_AT.ranges,
] as const;

function describe(known: Map<number, Described>, scopes: UnitScopes, offset: number): Described {
  let found = known.get(offset);
  if (found === undefined) {
    found = read(scopes, offset);
    known.set(offset, found);
  }
  return found;
}

function read(scopes: UnitScopes, offset: number): Described {
  const { unit } = scopes;
  const { header } = unit;
  try {
    let entry: Entry | undefined =
      offset >= header.offset && offset < header.end ? unit.entryAt(offset) : unit.dwarf.entryAt(offset, unit);
    let name = false;
    let file = -1;
    let line = -1;
    let isAbstract = false;
    let isConcrete = false;
    for (let length = 0; entry !== undefined && length < 16; length++) {
      const [named, linkage, declFile, declLine, origin, specification, inline, low, ranges] = entry.values(DESCRIBING);
      name ||= named !== undefined || linkage !== undefined;
      // The files of another unit have numbers of their own.
      if (file < 0 && declFile?.class === 'constant') file = entry.unit === unit ? declFile.value : -2;
      if (line < 0 && declLine?.class === 'constant') line = declLine.value;
      if (length === 0) {
        isAbstract = inline !== undefined;
        isConcrete =
          entry.tag === DW_TAG.subprogram && (origin !== undefined || low !== undefined || ranges !== undefined);
      }
      const next = origin ?? specification;
      entry = next && entry.unit.reference(next);
    }
    return { name, file, line, isAbstract, isConcrete };
  } catch (error) {
    if (!isFormatError(error)) throw error;
    // Told where the reference is checked.
    return UNKNOWN;
  }
}
