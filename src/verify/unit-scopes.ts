import { GrowingColumns } from '../bytes/columns.ts';
import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG, nameOfTag } from '../dwarf/constants/tags.ts';
import type { Entry } from '../dwarf/read/entry.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';

/** What is known of the code of a scope. */
export const CODE_OF_SCOPE = {
  /** It has no ranges. */
  none: 0,
  live: 1,
  /** What is below it cannot be held against the code: another copy of the function was kept. */
  unchecked: 2,
  /** It has ranges, of which none is alive. */
  gone: 3,
} as const;

/** Room for the scopes of a unit, used for one unit after the other. */
export class ScopeColumns extends GrowingColumns {
  offsets: Float64Array = new Float64Array(this.capacity);
  tags: Int32Array = new Int32Array(this.capacity);
  parents: Int32Array = new Int32Array(this.capacity);
  states: Uint8Array = new Uint8Array(this.capacity);
  firstRanges: Int32Array = new Int32Array(this.capacity);
  bodies: Int32Array = new Int32Array(this.capacity);
  callers: Int32Array = new Int32Array(this.capacity);
  depths: Int32Array = new Int32Array(this.capacity);

  constructor() {
    super(1 << 12);
  }
}

/** The functions, inlined calls and blocks of a unit, a column each, in the order of their entries; the root is 0. */
export class UnitScopes {
  readonly unit: Unit;
  readonly #columns: ScopeColumns;
  offsets!: Float64Array;
  tags!: Int32Array;
  /** Nearest scope around, -1 for the root. */
  parents!: Int32Array;
  /** {@link CODE_OF_SCOPE}. */
  states!: Uint8Array;
  /** Index of the first number in `ranges`; the ranges end where those of the next scope begin. */
  firstRanges!: Int32Array;
  /** Number of the wasm function's body that the subprogram around stands for, -1 where it is not known. */
  bodies!: Int32Array;
  /** Nearest subprogram or inlined call, itself included; -1 where there is none. */
  callers!: Int32Array;
  /** How many inlined calls are around and including it. */
  depths!: Int32Array;
  /** Start and end of each live range. */
  readonly ranges: number[] = [];
  #lastPath: readonly string[] = [];
  #lastPathOf = -1;

  /** @param columns nobody else uses them any more. */
  constructor(unit: Unit, columns: ScopeColumns) {
    this.unit = unit;
    this.#columns = columns;
    columns.count = 0;
    this.#takeColumns();
  }

  get count(): number {
    return this.#columns.count;
  }

  add(offset: number, tag: number, parent: number): number {
    const index = this.#columns.add();
    if (index === this.tags.length) this.#takeColumns();
    this.offsets[index] = offset;
    this.tags[index] = tag;
    this.parents[index] = parent;
    this.states[index] = CODE_OF_SCOPE.none;
    this.firstRanges[index] = this.ranges.length;
    this.bodies[index] = parent < 0 ? -1 : this.bodies[parent]!;
    const isInlined = tag === DW_TAG.inlined_subroutine;
    const isFunction = tag === DW_TAG.subprogram;
    this.callers[index] = isInlined || isFunction ? index : parent < 0 ? -1 : this.callers[parent]!;
    const depth = parent < 0 || isFunction ? 0 : this.depths[parent]!;
    this.depths[index] = isInlined ? depth + 1 : depth;
    return index;
  }

  /** The columns are others when they have grown. */
  #takeColumns(): void {
    const columns = this.#columns;
    this.offsets = columns.offsets;
    this.tags = columns.tags;
    this.parents = columns.parents;
    this.states = columns.states;
    this.firstRanges = columns.firstRanges;
    this.bodies = columns.bodies;
    this.callers = columns.callers;
    this.depths = columns.depths;
  }

  /** Where the ranges of a scope end in `ranges`. */
  endRanges(scope: number): number {
    return scope + 1 < this.count ? this.firstRanges[scope + 1]! : this.ranges.length;
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
