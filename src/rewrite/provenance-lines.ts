import { decodeUtf8, encodeUtf8 } from '../bytes/text.ts';
import { FormatError } from '../errors.ts';
import type { Quality } from '../frames/frame.ts';
import { QUALITIES } from '../frames/quality.ts';
import type { CodeIdentity } from './code-identity.ts';
import { candidatesOf, type Provenance, ProvenanceBuilder } from './provenance.ts';
import { MAXIMUM_DEPTH } from './provenance-file.ts';

const FORMAT = 'wasm-provenance';
const VERSION = 1;
/** No header is longer, in bytes. */
const MAXIMUM_HEADER = 4096;

/** Writes the form of JSON lines (docs/provenance.md, "JSON lines"): a header, the links, the spans. */
export function writeProvenanceLines(provenance: Provenance): Uint8Array {
  const { before, after, origins, parents, starts, chains, qualities } = provenance;
  const lines = [JSON.stringify({ format: FORMAT, version: VERSION, before, after })];
  for (let link = 0; link < origins.length; link++) {
    const parent = parents[link]!;
    lines.push(JSON.stringify({ link, from: origins[link], ...(parent >= 0 && { call: parent }) }));
  }
  for (let span = 0; span < starts.length; span++) {
    const at = starts[span];
    const chain = chains[span]!;
    if (chain < 0) {
      lines.push(JSON.stringify({ at, origin: chain === -1 ? 'unknown' : 'made' }));
      continue;
    }
    const others = candidatesOf(provenance, span);
    const quality = qualities[span] === 0 ? {} : { quality: QUALITIES[qualities[span]!] };
    lines.push(JSON.stringify({ at, link: chain, ...quality, ...(others.length > 0 && { others }) }));
  }
  return encodeUtf8(`${lines.join('\n')}\n`);
}

export function isProvenanceLines(bytes: Uint8Array): boolean {
  const head = decodeUtf8(bytes, 0, Math.min(bytes.length, MAXIMUM_HEADER)).trimStart();
  const end = head.indexOf('\n');
  try {
    const header: unknown = JSON.parse(end < 0 ? head : head.slice(0, end));
    return typeof header === 'object' && header !== null && 'format' in header && header.format === FORMAT;
  } catch {
    return false;
  }
}

/** Reads the form of JSON lines. @throws FormatError where a line is not what it must be; the offset is the line's. */
export function readProvenanceLines(bytes: Uint8Array): Provenance {
  const reader = new LineReader(bytes);
  const header = reader.next();
  if (header === undefined || header['format'] !== FORMAT) throw reader.error('no header of a provenance file');
  if (header['version'] !== VERSION) throw reader.error(`version ${header['version']} of a provenance file`);
  const before = identityOf(header['before'], reader);
  const after = identityOf(header['after'], reader);
  const out = new ProvenanceBuilder();
  const depths: number[] = [];
  let last = -1;
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if ('from' in line) {
      if (line['link'] !== depths.length) throw reader.error(`link ${line['link']} where ${depths.length} is next`);
      const parent = 'call' in line ? reader.integer(line, 'call', depths.length) : -1;
      const depth = parent < 0 ? 0 : depths[parent]! + 1;
      if (depth > MAXIMUM_DEPTH) throw reader.error(`chain of more than ${MAXIMUM_DEPTH} calls`);
      out.link(reader.integer(line, 'from', before.size), parent);
      depths.push(depth);
      continue;
    }
    const at = reader.integer(line, 'at', after.size);
    if (at <= last) throw reader.error('spans that do not ascend');
    last = at;
    readSpan(reader, line, { at, links: depths.length }, out);
  }
  return out.finish(before, after);
}

type Line = Readonly<Record<string, unknown>>;

function readSpan(
  reader: LineReader,
  line: Line,
  { at, links }: { readonly at: number; readonly links: number },
  out: ProvenanceBuilder,
): void {
  if (line['origin'] === 'unknown' || line['origin'] === 'made') {
    out.span(at, line['origin'] === 'unknown' ? -1 : -2);
    return;
  }
  const quality = line['quality'] === undefined ? 0 : QUALITIES.indexOf(line['quality'] as Quality);
  if (quality < 0) throw reader.error(`quality ${line['quality']}`);
  out.span(at, reader.integer(line, 'link', links), quality);
  const others = line['others'] ?? [];
  if (!Array.isArray(others)) throw reader.error('others that are no list');
  for (const other of others) out.candidate(reader.integer({ other }, 'other', links));
}

function identityOf(value: unknown, reader: LineReader): CodeIdentity {
  const { size, sha256 } = (value ?? {}) as Record<string, unknown>;
  if (typeof size !== 'number' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw reader.error('no identity of the code');
  }
  return { size, sha256 };
}

/** The objects of a text, a line each; empty lines are left out. */
class LineReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #line = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): Line | undefined {
    while (this.#at < this.#bytes.length) {
      this.#line = this.#at;
      const newline = this.#bytes.indexOf(0x0a, this.#at);
      const end = newline < 0 ? this.#bytes.length : newline;
      const text = decodeUtf8(this.#bytes, this.#at, end).trim();
      this.#at = end + 1;
      if (text === '') continue;
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line;
      } catch {
        // Said below, with the place.
      }
      throw this.error('line that is no JSON object');
    }
    return undefined;
  }

  /** A number from 0 up to `limit`, which is excluded. */
  integer(line: Line, key: string, limit: number): number {
    const value = line[key];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit) return value;
    throw this.error(`${key} ${JSON.stringify(value)}, not a number below ${limit}`);
  }

  error(detail: string): FormatError {
    return new FormatError('bad-value', 'provenance', this.#line, detail);
  }
}
