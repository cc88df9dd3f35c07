import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { Window } from '../bytes/window.ts';
import { QUALITIES } from '../frames/quality.ts';
import type { CodeIdentity } from './code-identity.ts';
import { type Provenance, ProvenanceBuilder } from './provenance.ts';

/** `wprv`: the first four bytes of a provenance file (docs/provenance.md). */
const MAGIC = 0x7672_7077;
const VERSION = 1;

/** No inliner comes near; a chain this deep is not one. */
export const MAXIMUM_DEPTH = 1000;

/** Writes the compact binary form (docs/provenance.md, "Binary form"). */
export function writeProvenance(provenance: Provenance): Uint8Array {
  const out = new ByteWriter(provenance.starts.length * 4 + 128);
  out.u32(MAGIC).u32(VERSION);
  writeIdentity(out, provenance.before);
  writeIdentity(out, provenance.after);
  const { origins, parents, starts, chains, qualities, candidateSpans, candidateChains } = provenance;
  out.uleb(origins.length);
  let lastOrigin = 0;
  let lastParent = -1;
  for (let link = 0; link < origins.length; link++) {
    const origin = origins[link]!;
    const parent = parents[link]!;
    // One number says both the distance from the last origin and whether the parent is the last one's again.
    const distance = origin - lastOrigin;
    const folded = distance < 0 ? -distance * 2 - 1 : distance * 2;
    out.uleb(folded * 2 + (parent === lastParent ? 0 : 1));
    if (parent !== lastParent) out.uleb(parent < 0 ? 0 : link - parent);
    lastOrigin = origin;
    lastParent = parent;
  }
  out.uleb(starts.length);
  let lastStart = 0;
  let lastChain = -1;
  let lastQuality = 0;
  for (let span = 0; span < starts.length; span++) {
    const chain = chains[span]!;
    const quality = qualities[span]!;
    // Low three bits: 0 next link, 1 unknown, 2 made, 3 a link that is written; bit 2: the quality is written.
    const kind = chain === lastChain + 1 ? 0 : chain === -1 ? 1 : chain === -2 ? 2 : 3;
    out.uleb((starts[span]! - lastStart) * 8 + kind + (quality === lastQuality ? 0 : 4));
    if (kind === 3) out.sleb(chain - lastChain);
    if (quality !== lastQuality) out.u8(quality);
    lastStart = starts[span]!;
    if (chain >= 0) lastChain = chain;
    lastQuality = quality;
  }
  out.uleb(candidateSpans.length);
  let lastSpan = 0;
  for (let n = 0; n < candidateSpans.length; n++) {
    out.uleb(candidateSpans[n]! - lastSpan).uleb(candidateChains[n]!);
    lastSpan = candidateSpans[n]!;
  }
  return out.toBytes();
}

/** Whether bytes begin as a provenance file in binary form does. */
export function isProvenanceFile(bytes: Uint8Array): boolean {
  return bytes[0] === 0x77 && bytes[1] === 0x70 && bytes[2] === 0x72 && bytes[3] === 0x76;
}

/**
 * Reads the compact binary form.
 *
 * @throws FormatError where it is not one, of a version not known, damaged, or says what cannot be.
 */
export function readProvenance(bytes: Uint8Array): Provenance {
  const reader = new ByteReader(Window.of(bytes, 'provenance'));
  if (reader.u32() !== MAGIC) throw reader.error('bad-value', 'no magic number of a provenance file', 0);
  const version = reader.u32();
  if (version !== VERSION) throw reader.error('unknown-version', `version ${version} of a provenance file`, 4);
  const before = readIdentity(reader);
  const after = readIdentity(reader);
  const out = new ProvenanceBuilder();
  const links = countOf(reader, 1);
  readLinks(reader, links, before.size, out);
  readSpans(reader, { links, codeSize: after.size }, out);
  return out.finish(before, after);
}

function readLinks(reader: ByteReader, count: number, codeSize: number, out: ProvenanceBuilder): void {
  const depths = new Uint16Array(count);
  let origin = 0;
  let parent = -1;
  for (let link = 0; link < count; link++) {
    const at = reader.offset;
    const value = reader.uleb();
    const folded = Math.floor(value / 2);
    origin += folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    if (value % 2 !== 0) {
      const distance = reader.uleb();
      parent = distance === 0 ? -1 : link - distance;
      if (parent < -1) throw reader.error('bad-value', `parent ${parent} of link ${link}`, at);
    }
    if (!(origin >= 0 && origin < codeSize))
      throw reader.error('bad-offset', `origin ${origin} outside of the code`, at);
    const depth = parent < 0 ? 0 : depths[parent]! + 1;
    if (depth > MAXIMUM_DEPTH) throw reader.error('too-deep', `chain of more than ${MAXIMUM_DEPTH} calls`, at);
    depths[link] = depth;
    out.link(origin, parent);
  }
}

function readSpans(
  reader: ByteReader,
  { links, codeSize }: { readonly links: number; readonly codeSize: number },
  out: ProvenanceBuilder,
): void {
  const count = countOf(reader, 1);
  const starts = new Uint32Array(count);
  const chains = new Int32Array(count);
  const qualities = new Uint8Array(count);
  let start = 0;
  let last = -1;
  let quality = 0;
  for (let span = 0; span < count; span++) {
    const at = reader.offset;
    const value = reader.uleb();
    const distance = Math.floor(value / 8);
    const kind = value % 4;
    if (span > 0 && distance === 0) throw reader.error('bad-value', 'two spans at one address', at);
    start += distance;
    if (!(start < codeSize)) throw reader.error('bad-offset', `span at ${start} outside of the code`, at);
    const chain = kind === 0 ? last + 1 : kind === 3 ? last + reader.sleb() : -kind;
    if (chain >= links || chain < -2) throw reader.error('bad-value', `link ${chain} of ${links}`, at);
    if (value % 8 >= 4) quality = reader.u8();
    if (QUALITIES[quality] === undefined) throw reader.error('unknown-code', `quality ${quality}`, at);
    if (chain >= 0) last = chain;
    starts[span] = start;
    chains[span] = chain;
    qualities[span] = quality;
  }
  const candidates = readCandidates(reader, { links, spans: count });
  for (let span = 0, next = 0; span < count; span++) {
    out.span(starts[span]!, chains[span]!, qualities[span]!);
    // Equal neighbours became one span, whose candidates are the first one's.
    const added = span === 0 || chains[span] !== chains[span - 1] || qualities[span] !== qualities[span - 1];
    for (; candidates.spans[next] === span; next++) if (added) out.candidate(candidates.chains[next]!);
  }
}

function readCandidates(
  reader: ByteReader,
  { links, spans }: { readonly links: number; readonly spans: number },
): { spans: Uint32Array; chains: Int32Array } {
  const count = countOf(reader, 2);
  const found = { spans: new Uint32Array(count), chains: new Int32Array(count) };
  let span = 0;
  for (let n = 0; n < count; n++) {
    const at = reader.offset;
    span += reader.uleb();
    const chain = reader.uleb();
    if (span >= spans || chain >= links) throw reader.error('bad-value', `candidate ${chain} of span ${span}`, at);
    found.spans[n] = span;
    found.chains[n] = chain;
  }
  return found;
}

/** A count of items that take `size` bytes each at the least. */
function countOf(reader: ByteReader, size: number): number {
  const at = reader.offset;
  const count = reader.uleb();
  if (count * size > reader.left) throw reader.error('unexpected-end', `${count} items in ${reader.left} bytes`, at);
  return count;
}

function writeIdentity(out: ByteWriter, { size, sha256 }: CodeIdentity): void {
  out.u32(size);
  for (let at = 0; at < 64; at += 2) out.u8(Number.parseInt(sha256.slice(at, at + 2), 16));
}

function readIdentity(reader: ByteReader): CodeIdentity {
  const size = reader.u32();
  const sha256 = Array.from(reader.take(32), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { size, sha256 };
}
