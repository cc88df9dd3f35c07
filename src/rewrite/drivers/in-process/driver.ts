import { QUALITY } from '../../../frames/quality.ts';
import { MappingCursor, mappingsOf } from '../../../source-map/mappings.ts';
import { WasmModule } from '../../../wasm/module.ts';
import { writeModule } from '../../../wasm/module-writer.ts';
import { readTargetFeatures } from '../../../wasm/target-features.ts';
import { type CodeListing, listCode, PROLOGUE } from '../../code-listing.ts';
import { writeIdentityMap } from '../../identity-map.ts';
import { MAXIMUM_CANDIDATES } from '../../merged-functions.ts';
import { isMark } from '../../moves.ts';
import { MADE, type Provenance, ProvenanceBuilder, UNKNOWN } from '../../provenance.ts';
import { repairMerged } from '../../repair-merged.ts';
import type { Optimized, StrippedModule } from '../staged.ts';
import { calibrate, readWithMap, writeWithMap } from './calibrate.ts';
import { Expressions } from './children.ts';
import { Binaryen, type BinaryenHost } from './host.ts';
import { InliningEvents, type Label, labelOf, NO_LABEL } from './inlining-events.ts';
import { InliningLog } from './inlining-log.ts';
import { readSettings, type Settings } from './settings.ts';
import { SimilarFunctions } from './similar-functions.ts';

/**
 * Optimizes with Binaryen in this process, watching it inline: the code is the same, byte for byte, that wasm-opt of
 * that version makes, and the chains are exact.
 *
 * @throws OptimizerError for arguments it cannot pass on, and where anything found in Binaryen's memory is not as known.
 */
export function optimizeInProcess(host: BinaryenHost, before: StrippedModule, words: readonly string[]): Optimized {
  const binaryen = new Binaryen(host);
  const features = readTargetFeatures(before.listing.module).filter(({ prefix }) => prefix !== '-');
  const settings = readSettings(
    binaryen,
    words,
    features.map(({ name }) => name),
  );
  const layout = calibrate(binaryen);
  const map = writeIdentityMap(before.listing);
  const pointer = binaryen.allocate(map);
  const module = readWithMap(binaryen, layout.sourceMap, before.module, {
    pointer,
    size: map.length,
    features: settings.features,
  });
  binaryen.free(pointer);
  binaryen.call('BinaryenModuleSetFeatures', module, settings.features);
  binaryen.withText('inlined', (name) => binaryen.call('BinaryenModuleAddDebugInfoFileName', module, name));
  const expressions = new Expressions(binaryen);
  const events = new InliningEvents({ binaryen, expressions, module, locations: layout.locations });
  const similar = new SimilarFunctions({ binaryen, expressions, module, events });
  const merging = settings.mayMerge ? similar : undefined;
  const stderr = run(binaryen, { module, layout, log: new InliningLog(events, merging), settings });
  const written = writeWithMap(binaryen, module);
  binaryen.call('BinaryenModuleDispose', module);

  const optimized = withoutMapUrl(written.module);
  const listing = listCode(optimized);
  const provenance = provenanceOfLabels(before.listing, listing, { map: written.map, events });
  return {
    module: optimized,
    listing,
    provenance: repairMerged(before.listing, listing, provenance),
    stderr,
    stdout: '',
    replay: { inlinings: events.inlinings, strict: 0, lenient: 0, failed: 0 },
  };
}

function run(
  binaryen: Binaryen,
  from: {
    readonly module: number;
    readonly layout: ReturnType<typeof calibrate>;
    readonly log: InliningLog;
    readonly settings: Settings;
  },
): string {
  const { module, layout, log, settings } = from;
  const lines: string[] = [];
  let failure: unknown;
  binaryen.host.listen((line) => {
    // Nothing may be thrown through Binaryen's own frames.
    if (failure !== undefined) return;
    try {
      log.line(line);
      if (!/PassRunner|seconds\.?$/.test(line)) lines.push(line);
    } catch (error) {
      failure = error;
    }
  });
  const validate = binaryen.view.getUint8(layout.validate);
  binaryen.view.setUint8(layout.logPasses, 1);
  binaryen.view.setUint8(layout.validate, 0);
  try {
    settings.apply(module);
  } finally {
    binaryen.view.setUint8(layout.logPasses, 0);
    binaryen.view.setUint8(layout.validate, validate);
    binaryen.host.listen(undefined);
  }
  if (failure !== undefined) throw failure;
  return lines.map((line) => `${line}\n`).join('');
}

/** Labels of the new code's entries as chains. */
function provenanceOfLabels(
  before: CodeListing,
  after: CodeListing,
  { map, events }: { readonly map: Uint8Array; readonly events: InliningEvents },
): Provenance {
  const out = new ProvenanceBuilder();
  const chains = new Chains(before, events, out);
  const { offsets, codeStart } = after;
  const cursor = new MappingCursor(mappingsOf(map));
  let more = cursor.next();
  let label: Label = NO_LABEL;
  for (let n = 0; n < after.functionCount; n++) {
    for (let entry = after.first[n]!; entry < after.first[n + 1]!; entry++) {
      const end = entry + 1 < offsets.length ? codeStart + offsets[entry + 1]! : Number.POSITIVE_INFINITY;
      let own = false;
      for (; more && cursor.column < end; more = cursor.next()) {
        label = cursor.fields > 1 ? labelOf(cursor.source, cursor.line + 1) : NO_LABEL;
        own = true;
      }
      const opcode = after.opcodes[entry]!;
      if (!own && opcode !== PROLOGUE && isMark(opcode)) continue;
      if (label === NO_LABEL) {
        out.span(offsets[entry]!, MADE);
        continue;
      }
      const others = chains.others(label);
      const count = out.spanCount;
      out.span(offsets[entry]!, chains.of(label), others.length > 0 ? QUALITY.merged : QUALITY.exact);
      if (out.spanCount > count) for (const other of others) out.candidate(other);
    }
    if (after.ends[n]! < after.identity.size) out.span(after.ends[n]!, UNKNOWN);
  }
  return out.finish(before.identity, after.identity);
}

class Chains {
  readonly #before: CodeListing;
  readonly #events: InliningEvents;
  readonly #out: ProvenanceBuilder;
  /** By label and link of the call around it. */
  readonly #known = new Map<number, number>();

  constructor(before: CodeListing, events: InliningEvents, out: ProvenanceBuilder) {
    this.#before = before;
    this.#events = events;
    this.#out = out;
  }

  of(label: Label, above = -1): number {
    const key = (label + 0x8000_0000) * 0x20_0000 + above + 1;
    let link = this.#known.get(key);
    if (link === undefined) {
      link = this.#make(label, above);
      this.#known.set(key, link);
    }
    return link;
  }

  #make(label: Label, above: number): number {
    if (label === NO_LABEL) return UNKNOWN;
    if (label >= 0)
      return label < this.#before.offsets.length ? this.#out.link(this.#before.offsets[label]!, above) : UNKNOWN;
    const copy = this.#events.copies[-1 - label];
    if (copy === undefined) return UNKNOWN;
    if (copy.call === undefined) return this.of(copy.inner, above);
    const call = this.of(copy.call, above);
    return call < 0 ? UNKNOWN : this.of(copy.inner, call);
  }

  /** The chains that a label stands for besides. */
  others(label: Label, above = -1): readonly number[] {
    const copy = label < 0 ? this.#events.copies[-1 - label] : undefined;
    if (copy === undefined || !this.#isMerged(label)) return NONE;
    const links: number[] = [];
    if (copy.call === undefined) {
      links.push(...this.others(copy.inner, above));
      for (const other of copy.others ?? NONE) links.push(this.of(other, above), ...this.others(other, above));
    } else {
      const call = this.of(copy.call, above);
      if (call >= 0) links.push(...this.others(copy.inner, call));
      for (const other of this.others(copy.call, above)) links.push(this.of(copy.inner, other));
    }
    return links.filter((link) => link >= 0).slice(0, MAXIMUM_CANDIDATES);
  }

  /** Whether a label, or what it is a copy of, stands for several. */
  #isMerged(label: Label): boolean {
    const copy = label < 0 ? this.#events.copies[-1 - label] : undefined;
    if (copy === undefined) return false;
    let merged = this.#merged.get(label);
    if (merged === undefined) {
      merged =
        (copy.others ?? NONE).length > 0 ||
        this.#isMerged(copy.inner) ||
        (copy.call !== undefined && this.#isMerged(copy.call));
      this.#merged.set(label, merged);
    }
    return merged;
  }

  readonly #merged = new Map<Label, boolean>();
}

const NONE: readonly number[] = [];

/** Writing a map adds a section that names it, at the end of those that are known. */
function withoutMapUrl(bytes: Uint8Array): Uint8Array {
  const module = WasmModule.read(bytes);
  const url = module.customs('sourceMappingURL').at(-1);
  return writeModule(module, { section: (section) => (section === url ? 'remove' : 'keep') });
}
