import { LINE_FLAG } from '../dwarf/model/line-row.ts';
import { FormatError } from '../errors.ts';
import { type FrameTable, findRow, findSpan } from '../frames/frame-table.ts';
import { FrameTableBuilder } from '../frames/frame-table-builder.ts';
import { QUALITY } from '../frames/quality.ts';
import { sameCode } from './code-identity.ts';
import type { CodeListing } from './code-listing.ts';
import { ComposedNodes } from './composed-nodes.ts';
import { setStarts } from './node-starts.ts';
import { candidatesOf, type Provenance } from './provenance.ts';
import { findSplitFunctions, type SplitFunctions, type SplitPlace } from './split-functions.ts';

/** What {@link composeFrames} puts together. */
export interface Composition {
  /** The frames of the code before. */
  readonly frames: FrameTable;
  /** The code before and after. */
  readonly before: CodeListing;
  readonly after: CodeListing;
  readonly provenance: Provenance;
}

/**
 * The frames of optimized code: those of the old instruction, then those of each old call that it was inlined through.
 *
 * @throws FormatError `bad-value` where the provenance is not of this code.
 */
export function composeFrames(composition: Composition): FrameTable {
  const { before, after, provenance } = composition;
  checkCode('before', provenance.before, before);
  checkCode('after', provenance.after, after);
  return new Composer(composition).compose();
}

function checkCode(when: string, expected: Provenance['before'], { identity }: CodeListing): void {
  if (sameCode(expected, identity)) return;
  const detail =
    `provenance of other code: ${when} it is ${expected.size} bytes with SHA-256 ${expected.sha256.slice(0, 16)}…, ` +
    `and not ${identity.size} bytes with ${identity.sha256.slice(0, 16)}…`;
  throw new FormatError('bad-value', 'provenance', 0, detail);
}

class Composer {
  readonly #frames: FrameTable;
  readonly #after: CodeListing;
  readonly #provenance: Provenance;
  readonly #builder: FrameTableBuilder;
  readonly #nodes: ComposedNodes;
  readonly #split: SplitFunctions;

  constructor({ frames, before, after, provenance }: Composition) {
    this.#frames = frames;
    this.#after = after;
    this.#provenance = provenance;
    this.#builder = new FrameTableBuilder({ sources: frames });
    this.#nodes = new ComposedNodes({ frames, before, provenance, builder: this.#builder });
    this.#split = findSplitFunctions({ frames, before, after, provenance });
  }

  compose(): FrameTable {
    const { starts } = this.#provenance;
    const { ends, first, functionCount, offsets } = this.#after;
    let span = 0;
    for (let n = 0; n < functionCount; n++) {
      const start = offsets[first[n]!]!;
      const end = ends[n]!;
      while (span < starts.length && starts[span]! < start) span++;
      const from = span;
      while (span < starts.length && starts[span]! < end) span++;
      const { cut, thunks } = this.#split;
      if (thunks.has(n)) this.#thunk(start, end, thunks.get(n));
      else this.#function({ start, end, from, to: span, cut: cut.get(n) });
    }
    const table = this.#builder.finish();
    setStarts(table);
    return table;
  }

  /** A function that does nothing but call what it was merged into, at a place in the source if that is one. */
  #thunk(start: number, end: number, place: SplitPlace | undefined): void {
    if (place === undefined) return;
    const builder = this.#builder;
    this.#nodes.begin(start, false);
    builder.span(start, this.#nodes.root(place.function), place.unit);
    builder.row(start, place.file, place.line, place.column, 0, LINE_FLAG.is_stmt);
    builder.span(end, -1, -1);
    builder.endRows(end);
  }

  #function(from: {
    start: number;
    end: number;
    from: number;
    to: number;
    cut: ReadonlySet<number> | undefined;
  }): void {
    const { start, end, to, cut } = from;
    const nodes = this.#nodes;
    const builder = this.#builder;
    nodes.begin(start, cut !== undefined);
    const placed = this.#place(from.from, to);
    const unit = nodes.unitOf(placed);
    if (unit < 0) return;
    const { candidateSpans, chains, origins, qualities, starts } = this.#provenance;
    for (let span = from.from; span < to; span++) {
      const node = placed[span - from.from]!;
      const at = starts[span]!;
      const chain = chains[span]!;
      if (chain < 0) {
        // Made between instructions of one call: it stands in that call, at no line.
        builder.span(at, node, unit, node < 0 ? QUALITY.exact : QUALITY.neighbour);
        builder.row(at, -1, 0);
        continue;
      }
      if (cut?.has(span)) {
        builder.span(at, -1, -1);
        builder.row(at, -1, 0);
        continue;
      }
      // Where the outermost frame is cut off, the others are those of all candidates.
      const own = nodes.isCut(node) ? QUALITY.exact : qualities[span]!;
      const quality = Math.max(own, this.#qualityOf(chain));
      builder.span(at, node, unit, quality);
      this.#row(at, origins[nodes.framesOf(chain)]!);
      if (quality === QUALITY.merged && candidateSpans.length > 0) this.#candidates(span);
    }
    builder.span(end, -1, -1);
    builder.endRows(end);
  }

  /** The node of every span of a function; what was made stands where its neighbours both do. */
  #place(from: number, to: number): Int32Array {
    const { chains } = this.#provenance;
    const nodes = this.#nodes;
    const placed = new Int32Array(to - from).fill(-1);
    for (let span = from; span < to; span++)
      if (chains[span]! >= 0) placed[span - from] = nodes.place(nodes.framesOf(chains[span]!));
    // Of the function itself only the name is known, but something was inlined into it.
    const root = nodes.rootOf(placed.find((node) => node >= 0) ?? -1);
    for (let index = 0; index < placed.length; index++) {
      if (placed[index]! < 0 && chains[from + index]! >= 0) placed[index] = root;
    }
    let before = -1;
    for (let index = 0; index < placed.length; index++) {
      if (chains[from + index]! >= 0) {
        before = placed[index]!;
        continue;
      }
      let next = index + 1;
      while (next < placed.length && chains[from + next]! < 0) next++;
      const after = next < placed.length ? placed[next]! : nodes.rootOf(before);
      const common = before < 0 ? nodes.rootOf(after) : nodes.commonOf(before, after);
      placed.fill(common, index, next);
      index = next - 1;
    }
    return placed;
  }

  #row(at: number, origin: number): void {
    const { rows } = this.#frames;
    const row = findRow(this.#frames, origin);
    if (row < 0) {
      this.#builder.row(at, -1, 0);
      return;
    }
    // Where the prologue ends is no longer one place.
    const flags = rows.flags[row]! & LINE_FLAG.is_stmt;
    this.#builder.row(at, rows.files[row]!, rows.lines[row]!, rows.columns[row]!, rows.discriminators[row]!, flags);
  }

  #candidates(span: number): void {
    const { origins } = this.#provenance;
    const { rows } = this.#frames;
    for (const chain of candidatesOf(this.#provenance, span)) {
      const node = this.#nodes.place(chain);
      const row = findRow(this.#frames, origins[chain]!);
      if (row < 0) this.#builder.candidate(node);
      else {
        const { files, lines, columns, discriminators } = rows;
        this.#builder.candidate(node, files[row]!, lines[row]!, columns[row]!, discriminators[row]!);
      }
    }
  }

  /** The weakest quality the old table gives to a chain's instructions. */
  #qualityOf(chain: number): number {
    const { origins, parents } = this.#provenance;
    const { spans } = this.#frames;
    let quality = 0;
    for (let link = chain; link >= 0; link = parents[link]!) {
      const span = findSpan(this.#frames, origins[link]!);
      if (span >= 0 && spans.qualities[span]! > quality) quality = spans.qualities[span]!;
    }
    return quality;
  }
}
