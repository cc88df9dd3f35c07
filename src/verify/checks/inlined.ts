import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import { EntryChain } from '../../dwarf/read/entry-chain.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
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
const described = new WeakMap<UnitScopes, DescribedFunctions>();

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
    const known = describedIn(scopes);
    const origin = slots[SLOT.origin]!;
    const isFirst = !known.has(origin);
    const about = known.at(origin);
    if (isFirst) {
      if (!about.name) add('inlined/no-name', 'inlined call of a function without a name');
      if (about.isConcrete) add('inlined/concrete-origin', 'inlined call whose origin is itself a copy of a function');
      else if (!about.isAbstract) add('inlined/origin-not-inline', 'inlined call of a function without DW_AT_inline');
    }
  }
  if (caller >= 0 && forms[SLOT.callFile]! > 0 && forms[SLOT.callLine]! > 0) {
    const line = slots[SLOT.callLine]!;
    const { file, line: first } = describedIn(scopes).at(scopes.offsets[caller]!);
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

function describedIn(scopes: UnitScopes): DescribedFunctions {
  let known = described.get(scopes);
  if (known === undefined) {
    known = new DescribedFunctions(scopes.unit);
    described.set(scopes, known);
  }
  return known;
}

const SLOT_OF = { name: 0, linkageName: 1, file: 2, line: 3, inline: 4, low: 5, ranges: 6 } as const;
const DESCRIBING: readonly number[] = [
  DW_AT.name,
  DW_AT.linkage_name,
  DW_AT.decl_file,
  DW_AT.decl_line,
  DW_AT.inline,
  DW_AT.low_pc,
  DW_AT.ranges,
];

/** What is said of the functions that a unit's entries refer to. */
class DescribedFunctions {
  readonly #unit: Unit;
  readonly #chain = new EntryChain(DESCRIBING);
  readonly #byOffset = new Map<number, Described>();

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  has(offset: number): boolean {
    return this.#byOffset.has(offset);
  }

  at(offset: number): Described {
    let found = this.#byOffset.get(offset);
    if (found === undefined) {
      found = this.#read(offset);
      this.#byOffset.set(offset, found);
    }
    return found;
  }

  #read(offset: number): Described {
    const unit = this.#unit;
    const { header } = unit;
    const chain = this.#chain;
    try {
      const isOwn = offset >= header.offset && offset < header.end;
      const holder = isOwn ? unit : unit.dwarf.entryAt(offset, unit)?.unit;
      let name = false;
      let file = -1;
      let line = -1;
      let isAbstract = false;
      let isConcrete = false;
      if (holder !== undefined) chain.start(holder, offset);
      for (let isFirst = true; holder !== undefined && chain.next(); isFirst = false) {
        const has = (slot: number): boolean => chain.form(slot) !== 0;
        name ||= has(SLOT_OF.name) || has(SLOT_OF.linkageName);
        // The files of another unit have numbers of their own.
        const declFile = file < 0 ? chain.value(SLOT_OF.file) : undefined;
        if (declFile?.class === 'constant') file = chain.unit === unit ? declFile.value : -2;
        const declLine = line < 0 ? chain.value(SLOT_OF.line) : undefined;
        if (declLine?.class === 'constant') line = declLine.value;
        if (isFirst) {
          isAbstract = has(SLOT_OF.inline);
          const isPlaced = chain.hasOrigin || has(SLOT_OF.low) || has(SLOT_OF.ranges);
          isConcrete = chain.tag === DW_TAG.subprogram && isPlaced;
        }
      }
      return { name, file, line, isAbstract, isConcrete };
    } catch (error) {
      if (!isFormatError(error)) throw error;
      // Told where the reference is checked.
      return UNKNOWN;
    }
  }
}
