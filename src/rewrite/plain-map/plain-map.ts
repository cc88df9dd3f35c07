import { FormatError } from '../../errors.ts';
import type { FrameTable } from '../../frames/frame-table.ts';
import { QUALITY } from '../../frames/quality.ts';
import type { SourceMap } from '../../source-map/source-map.ts';
import { type CodeListing, NO_TARGET, PROLOGUE } from '../code-listing.ts';
import { CallGraph, type CallPath } from '../drivers/call-paths.ts';
import { functionsAlike } from '../drivers/infer-chains.ts';
import { isMark } from '../moves.ts';
import { type Provenance, ProvenanceBuilder, UNKNOWN } from '../provenance.ts';
import { repairMerged } from '../repair-merged.ts';
import { matchSources } from './map-sources.ts';
import { ANCHORS, OldPlaces, type PlaceGroup } from './old-places.ts';
import { findRootFunctions, isTooLarge, type RootFunction } from './root-functions.ts';
import { StackIds } from './stack-ids.ts';

/** What a plain source map is read with. */
export interface PlainMapInput {
  readonly before: CodeListing;
  readonly after: CodeListing;
  /** Of the code before. */
  readonly frames: FrameTable;
}

/**
 * The provenance that a plain source map of optimized code tells, one of files, lines and columns: each instruction is
 * one of the old instructions at its place in the source.
 *
 * Where all of these, and all ways through direct calls that lead to them, make one stack, that is `exact`; of several
 * the order of the code says which is likely: `inferred`.
 *
 * @throws FormatError where the map is damaged, or of other sources.
 */
export function readPlainMap(map: SourceMap, input: PlainMapInput): Provenance {
  const provenance = new PlainMapReader(map, input).read();
  return repairMerged(input.before, input.after, provenance);
}

/** A stack that a new instruction may have. */
interface Option {
  readonly group: PlaceGroup;
  readonly path: CallPath;
}

interface Options {
  readonly all: readonly Option[];
  /** Whether these are all there are, and they are one stack. */
  readonly proven: boolean;
}

const NOTHING: Options = { all: [], proven: false };
const OWN: CallPath = [];
/** Functions that have code of one place; of more nothing is proven. */
const MAXIMUM_OWNERS = 64;
/** Functions that a new one may be: instances of one template begin at one place. */
const MAXIMUM_ROOTS = 8;
/** Instructions that say whether a map has gaps. */
const ENOUGH = 5;
/** What makes a choice less likely, in instructions that were jumped over. */
const COST = { otherCall: 20, otherTarget: 50, otherOpcode: 200, backwards: 100 } as const;

class PlainMapReader {
  readonly #before: CodeListing;
  readonly #after: CodeListing;
  readonly #places: OldPlaces;
  readonly #stacks: StackIds;
  readonly #graph: CallGraph;
  readonly #alike: Uint8Array;
  /** By entry of the new code: the place, -1 where none is known. */
  readonly #placeOf: Int32Array;
  /** By entry of the new code: whether the place may be another one, of a file with the same name. */
  readonly #unsure: Uint8Array;
  /** By entry of the new code: whether a segment of its own says so. */
  readonly #own: Uint8Array;
  readonly #roots: readonly RootFunction[];
  /** By old function: whether another that looks like it is gone, and may have been folded into it. */
  readonly #mayStandForOthers: Uint8Array;
  /**
   * Whether the map says of code without a line that nothing is known of it. What replaces other code takes over the
   * place of that if it has none itself, so that such code may have any place.
   */
  readonly #hasGaps: boolean;
  readonly #out = new ProvenanceBuilder();
  readonly #links = new Map<number, number>();
  // Where the walk through one new function stands.
  readonly #options = new Map<number, Options>();
  #last: Option | undefined;
  #lastEntry = -1;
  /** Where in the function itself the last instruction stood, or the call that it was inlined through. */
  #reached = -1;

  constructor(map: SourceMap, { before, after, frames }: PlainMapInput) {
    this.#before = before;
    this.#after = after;
    this.#places = new OldPlaces(before, frames);
    this.#stacks = new StackIds(before, frames);
    this.#alike = functionsAlike(before);
    const { own, placeOf, unsure } = placesOf(map, after, { places: this.#places, frames });
    this.#placeOf = placeOf;
    this.#unsure = unsure;
    this.#own = own;
    const newPrologues = after.first.slice(0, after.functionCount).map((entry) => this.#placeOf[entry]!);
    this.#roots = findRootFunctions(before, after, {
      oldPrologues: this.#places.prologues,
      newPrologues: Int32Array.from(newPrologues),
      ownersOf: (n) => this.#ownersOf(n),
    });
    this.#hasGaps = this.#places.hasGaps() && hasGaps(after, this.#placeOf, this.#places.gapShares);
    this.#mayStandForOthers = mayStandForOthers(before, this.#alike, this.#roots);
    this.#graph = new CallGraph(before, mayBeInlined(before, after, this.#roots));
  }

  read(): Provenance {
    const { ends, first, functionCount, identity } = this.#after;
    for (let n = 0; n < functionCount; n++) {
      this.#options.clear();
      this.#last = undefined;
      this.#lastEntry = -1;
      this.#reached = -1;
      for (let entry = first[n]!; entry < first[n + 1]!; entry++) this.#entry(entry, this.#roots[n]!);
      if (ends[n]! < identity.size) this.#out.span(ends[n]!, UNKNOWN);
    }
    return this.#out.finish(this.#before.identity, identity);
  }

  /** Old functions that a new one has code of which no other has, and how much. */
  #ownersOf(n: number): Map<number, number> {
    const owners = new Map<number, number>();
    for (let entry = this.#after.first[n]!; entry < this.#after.first[n + 1]!; entry++) {
      const place = this.#placeOf[entry]!;
      if (place < 0 || this.#unsure[entry] === 1) continue;
      const owner = this.#places.onlyOwner(place);
      if (owner >= 0) owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
    return owners;
  }

  #entry(entry: number, root: RootFunction): void {
    const opcode = this.#after.opcodes[entry]!;
    const place = this.#placeOf[entry]!;
    const at = this.#after.offsets[entry]!;
    if (opcode === PROLOGUE) return this.#prologue(at, root);
    // What closes a block goes with what is before it, unless the map says otherwise.
    if (isMark(opcode) && this.#own[entry] === 0) return;
    if (place < 0) return this.#out.span(at, UNKNOWN);
    let options = this.#options.get(place);
    if (options === undefined) this.#options.set(place, (options = this.#optionsOf(place, root)));
    const chosen = this.#choose(options, entry);
    if (chosen === undefined) return this.#out.span(at, UNKNOWN);
    const { option, origin } = chosen;
    this.#last = option;
    this.#lastEntry = origin;
    this.#reached = option.path[0] ?? origin;
    let parent = -1;
    for (const call of option.path) parent = this.#link(call, parent);
    const proven = options.proven && this.#unsure[entry] === 0;
    this.#out.span(at, this.#link(origin, parent), proven ? QUALITY.exact : QUALITY.inferred);
  }

  #prologue(at: number, { candidates, proven }: RootFunction): void {
    const [owner] = candidates;
    if (owner === undefined) return this.#out.span(at, UNKNOWN);
    const link = this.#link(this.#before.first[owner]!, -1);
    this.#out.span(at, link, proven && this.#mayStandForOthers[owner] === 0 ? QUALITY.exact : QUALITY.inferred);
  }

  /** The stacks that code of a place may have in a new function. */
  #optionsOf(place: number, { candidates, proven }: RootFunction): Options {
    const all = this.#places.groups(place);
    const groups = this.#hasGaps ? all.filter(({ entries }) => entries.length > 0) : all;
    if (groups.length === 0) return NOTHING;
    const owners = new Set(groups.map(({ owner }) => owner));
    const options: Option[] = [];
    const stacks = new Set<number>();
    let complete = proven && owners.size <= MAXIMUM_OWNERS && this.#mayStandForOthers[candidates[0]!] === 0;
    const add = (group: PlaceGroup, path: CallPath): void => {
      options.push({ group, path });
      stacks.add(this.#stacks.of(group.owner, group.node, path));
    };
    for (const root of candidates.slice(0, MAXIMUM_ROOTS)) {
      for (const group of groups) {
        const { owner } = group;
        if (owner === root) add(group, OWN);
        if (this.#hasGaps && !this.#isWhole(root, group)) complete = false;
        if (owners.size > MAXIMUM_OWNERS) continue;
        const ways = this.#graph.paths(root, owner);
        if (!ways.complete) complete = false;
        for (const path of ways.paths) {
          // Nobody inlines a function into itself; through another it may come back.
          if (owner === root && path.length === 1) continue;
          add(group, path);
          if (this.#mayBeFolded(path, owner)) complete = false;
          if (this.#hasGaps && path.some((call) => this.#places.hasGaps(this.#graph.targetOf(call)))) complete = false;
        }
      }
    }
    if (options.length > 0) return { all: options, proven: complete && stacks.size === 1 };
    // Nothing leads there: calls through a table became direct, or a function was folded into the one that is found here.
    for (const group of groups) add(group, OWN);
    return { all: options, proven: false };
  }

  /** Whether no code without a line can have been given the place of this. */
  #isWhole(root: number, { node, owner }: PlaceGroup): boolean {
    return !this.#places.hasGaps(owner, node) && (root === owner || !this.#places.hasGaps(root));
  }

  #mayBeFolded(path: CallPath, owner: number): boolean {
    return this.#alike[owner] === 1 || path.some((call) => this.#alike[this.#graph.targetOf(call)] === 1);
  }

  /** The likeliest, and the old instruction there: code mostly keeps its order, and instructions what they do. */
  #choose({ all }: Options, entry: number): { readonly option: Option; readonly origin: number } | undefined {
    let best: { readonly option: Option; readonly origin: number } | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const option of all) {
      const { group, path } = option;
      const last = this.#last;
      const goesOn = last !== undefined && last.group.owner === group.owner && samePath(last.path, path);
      const from = goesOn ? this.#lastEntry : path.length === 0 ? this.#reached : -1;
      const { origin, cost } = this.#originIn(group, entry, from);
      const total = cost + (goesOn ? 0 : COST.otherCall + (path.length === 0 ? 0 : distance(this.#reached, path[0]!)));
      if (total >= least) continue;
      best = { option, origin };
      least = total;
    }
    return best;
  }

  /** The instruction of a group that does the same, and stands soon behind another. */
  #originIn(group: PlaceGroup, entry: number, from: number): { readonly origin: number; readonly cost: number } {
    const { opcodes, targets } = this.#before;
    const entries = group.entries.length > 0 ? group.entries : group.followers;
    const opcode = this.#after.opcodes[entry]!;
    const target = this.#after.targets[entry]!;
    const called = target === NO_TARGET ? NO_TARGET : (this.#roots[target]!.candidates[0] ?? NO_TARGET);
    let origin = entries[0]!;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of entries) {
      let cost = from < 0 ? 0 : distance(from, candidate);
      if (opcodes[candidate] !== opcode) cost += COST.otherOpcode;
      else if (called !== NO_TARGET && targets[candidate] !== called) cost += COST.otherTarget;
      if (cost >= least) continue;
      origin = candidate;
      least = cost;
    }
    return { origin, cost: least };
  }

  #link(entry: number, parent: number): number {
    const key = entry * 0x400_0000 + (parent + 1);
    let link = this.#links.get(key);
    if (link === undefined) {
      link = this.#out.link(this.#before.offsets[entry]!, parent);
      this.#links.set(key, link);
    }
    return link;
  }
}

/** By old function whether one that looks like it is gone. Places do not say whether it was folded into this one. */
function mayStandForOthers(before: CodeListing, alike: Uint8Array, roots: readonly RootFunction[]): Uint8Array {
  const { first, functionCount } = before;
  const stands = new Uint8Array(functionCount);
  for (const { candidates, proven } of roots) if (proven) stands[candidates[0]!] = 1;
  const gone = new Set<number>();
  for (let n = 0; n < functionCount; n++) {
    if (alike[n] === 1 && stands[n] === 0) gone.add(first[n + 1]! - first[n]!);
  }
  return alike.map((isAlike, n) => (isAlike === 1 && gone.has(first[n + 1]! - first[n]!) ? 1 : 0));
}

/** By old function whether it may have been inlined: not one that still stands and is too large. */
function mayBeInlined(before: CodeListing, after: CodeListing, roots: readonly RootFunction[]): Uint8Array {
  const found = new Uint8Array(before.functionCount).fill(1);
  for (const [n, { candidates, proven }] of roots.entries()) {
    if (proven && isTooLarge(before, candidates[0]!, after, n)) found[candidates[0]!] = 0;
  }
  return found;
}

/** Whether code without a line has no place in the map either, or there is too little of it to tell. */
function hasGaps(
  { first, functionCount, opcodes }: CodeListing,
  placeOf: Int32Array,
  shares: readonly number[],
): boolean {
  return ANCHORS.every((isAnchor, kind) => {
    let all = 0;
    let unknown = 0;
    for (let n = 0; n < functionCount; n++) {
      const start = first[n]!;
      const end = first[n + 1]!;
      if (!placeOf.subarray(start, end).some((place) => place >= 0)) continue;
      for (let entry = start + 1; entry < end; entry++) {
        if (!isAnchor(opcodes[entry]!)) continue;
        all++;
        if (placeOf[entry]! < 0) unknown++;
      }
    }
    const expected = all * shares[kind]!;
    return expected < ENOUGH || unknown > expected / 3;
  });
}

function samePath(a: CallPath, b: CallPath): boolean {
  return a.length === b.length && a.every((call, index) => call === b[index]);
}

/** How far code jumped: backwards is rarer than forwards. */
function distance(from: number, to: number): number {
  return to >= from ? to - from : from - to + COST.backwards;
}

/** The place of every entry of the new code. */
function placesOf(
  map: SourceMap,
  after: CodeListing,
  { places, frames }: { readonly places: OldPlaces; readonly frames: FrameTable },
): { readonly own: Uint8Array; readonly placeOf: Int32Array; readonly unsure: Uint8Array } {
  const { segments } = map;
  const sources = matchSources(map.sources, frames.files);
  if (sources.every(({ files }) => files.length === 0)) {
    throw new FormatError(
      'bad-value',
      'source map',
      0,
      'no source of it is in the debug information of the code before',
    );
  }
  const { codeStart, first, functionCount, offsets } = after;
  const placeOf = new Int32Array(offsets.length).fill(-1);
  const unsure = new Uint8Array(offsets.length);
  const own = new Uint8Array(offsets.length);
  let segment = -1;
  for (let n = 0; n < functionCount; n++) {
    const start = codeStart + offsets[first[n]!]!;
    for (let entry = first[n]!; entry < first[n + 1]!; entry++) {
      const end = entry + 1 < offsets.length ? codeStart + offsets[entry + 1]! : Number.POSITIVE_INFINITY;
      while (segment + 1 < segments.count && segments.offsets[segment + 1]! < end) {
        segment++;
        own[entry] = 1;
      }
      // What a segment says ends with the function it stands in.
      if (segment < 0 || segments.offsets[segment]! < start) continue;
      const source = sources[segments.sources[segment]!];
      if (source === undefined) continue;
      for (const file of source.files) {
        const place = places.find(file, segments.lines[segment]!, segments.columns[segment]!);
        if (place < 0) continue;
        if (placeOf[entry]! >= 0 || !source.whole) unsure[entry] = 1;
        placeOf[entry] = place;
      }
    }
  }
  return { own, placeOf, unsure };
}
