import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG, nameOfTag } from '../dwarf/constants/tags.ts';
import type { Entry } from '../dwarf/read/entry.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';

/** What is known of the code of a scope. */
export const CODE_OF_SCOPE = {
  /** It has no ranges, or none that is alive. */
  none: 0,
  live: 1,
  /** What is below it cannot be held against the code: another copy of the function was kept. */
  unchecked: 2,
} as const;

/** The functions, inlined calls and blocks of a unit, a column each, in the order of their entries; the root is 0. */
export class UnitScopes {
  readonly unit: Unit;
  readonly offsets: number[] = [];
  readonly tags: number[] = [];
  /** Nearest scope around, -1 for the root. */
  readonly parents: number[] = [];
  /** {@link CODE_OF_SCOPE}. */
  readonly states: number[] = [];
  /** Index of the first number in `ranges`; the ranges end where those of the next scope begin. */
  readonly firstRanges: number[] = [];
  /** Start and end of each live range. */
  readonly ranges: number[] = [];
  /** Number of the wasm function's body that the subprogram around stands for, -1 where it is not known. */
  readonly bodies: number[] = [];
  /** Nearest subprogram or inlined call, itself included; -1 where there is none. */
  readonly callers: number[] = [];
  /** How many inlined calls are around and including it. */
  readonly depths: number[] = [];
  /** `DW_AT_decl_file`/`call_file` and lines are looked up when needed, by the entry. */
  #lastPath: readonly string[] = [];
  #lastPathOf = -1;

  constructor(unit: Unit) {
    this.unit = unit;
  }

  get count(): number {
    return this.offsets.length;
  }

  add(offset: number, tag: number, parent: number): number {
    const index = this.offsets.length;
    this.offsets.push(offset);
    this.tags.push(tag);
    this.parents.push(parent);
    this.states.push(CODE_OF_SCOPE.none);
    this.firstRanges.push(this.ranges.length);
    this.bodies.push(parent < 0 ? -1 : this.bodies[parent]!);
    const isCaller = tag === DW_TAG.subprogram || tag === DW_TAG.inlined_subroutine;
    this.callers.push(isCaller ? index : parent < 0 ? -1 : this.callers[parent]!);
    const depth = parent < 0 || tag === DW_TAG.subprogram ? 0 : this.depths[parent]!;
    this.depths.push(tag === DW_TAG.inlined_subroutine ? depth + 1 : depth);
    return index;
  }

  /** Where the ranges of a scope end in `ranges`. */
  endRanges(scope: number): number {
    return this.firstRanges[scope + 1] ?? this.ranges.length;
  }

  /** The nearest scope, itself included, that has live code; -1 where none has. */
  withCode(scope: number): number {
    let at = scope;
    while (at >= 0 && this.endRanges(at) === this.firstRanges[at]) at = this.parents[at]!;
    return at;
  }

  /** Whether a scope, or one around it, is not checked against the code. */
  isUnchecked(scope: number): boolean {
    return scope >= 0 && this.states[scope] === CODE_OF_SCOPE.unchecked;
  }

  /** `['compile unit app.cpp', 'subprogram foo', 'inlined bar']`. */
  path(scope: number): readonly string[] {
    if (scope === this.#lastPathOf) return this.#lastPath;
    const path: string[] = [];
    for (let at = scope; at > 0; at = this.parents[at]!) path.unshift(this.#describe(at));
    path.unshift(describeUnit(this.unit));
    this.#lastPath = path;
    this.#lastPathOf = scope;
    return path;
  }

  /** The path of an entry that is no scope itself. */
  pathOf(scope: number, offset: number, tag: number): readonly string[] {
    return [...this.path(scope), describe(this.unit, offset, tag)];
  }

  #describe(scope: number): string {
    return describe(this.unit, this.offsets[scope]!, this.tags[scope]!);
  }
}

/** `compile unit app.cpp`. */
export function describeUnit(unit: Unit): string {
  const kind = attempt(() => unit.root?.tag) ?? DW_TAG.compile_unit;
  return `${wordOf(kind)} ${unit.name ?? unit.skeleton?.name ?? `at 0x${unit.offset.toString(16)}`}`;
}

/** `subprogram foo`; where it has no name, its place instead. */
export function describe(unit: Unit, offset: number, tag: number): string {
  return `${wordOf(tag)} ${nameOfEntry(unit, offset) ?? `at 0x${offset.toString(16)}`}`;
}

/** The name of an entry, or of what it completes. */
export function nameOfEntry(unit: Unit, offset: number): string | undefined {
  return attempt(() => {
    const entry: Entry | undefined = unit.entryAt(offset);
    if (entry === undefined) return undefined;
    for (const each of entry.chain()) {
      const name = each.string(DW_AT.name) ?? each.string(DW_AT.linkage_name);
      if (name !== undefined) return name;
    }
    return undefined;
  });
}

/** A tag in words: `inlined`, `lexical block`. */
function wordOf(tag: number): string {
  return tag === DW_TAG.inlined_subroutine ? 'inlined' : nameOfTag(tag).replace('DW_TAG_', '').replaceAll('_', ' ');
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
