import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFormatError } from '../../src/errors.ts';
import { MADE, type Provenance, ProvenanceBuilder, UNKNOWN } from '../../src/rewrite/provenance.ts';
import { readProvenance, writeProvenance } from '../../src/rewrite/provenance-file.ts';
import { readProvenanceLines, writeProvenanceLines } from '../../src/rewrite/provenance-lines.ts';

const BEFORE = { size: 5000, sha256: 'ab'.repeat(32) };
const AFTER = { size: 4000, sha256: '01'.repeat(32) };

/** Any provenance that the builder lets through. */
const provenances = fc
  .record({
    links: fc.array(fc.record({ origin: fc.nat(4999), parent: fc.nat(30), outermost: fc.boolean() }), {
      maxLength: 30,
    }),
    spans: fc.uniqueArray(fc.nat(3999), { maxLength: 60 }),
    choices: fc.array(fc.record({ chain: fc.integer({ min: -2, max: 29 }), quality: fc.nat(4), others: fc.nat(3) }), {
      minLength: 60,
      maxLength: 60,
    }),
  })
  .map(({ links, spans, choices }) => {
    const out = new ProvenanceBuilder();
    links.forEach(({ origin, parent, outermost }, n) => {
      out.link(origin, outermost || n === 0 ? -1 : parent % n);
    });
    spans.sort((a, b) => a - b);
    for (const [n, start] of spans.entries()) {
      const { chain, quality, others } = choices[n]!;
      const before = out.spanCount;
      const known = links.length > 0 && chain >= 0 ? chain % links.length : chain >= 0 ? UNKNOWN : chain;
      out.span(start, known, known < 0 ? 0 : quality);
      if (out.spanCount === before || known < 0 || quality !== 2) continue;
      for (let other = 0; other < others; other++) out.candidate((known + other) % links.length);
    }
    return out.finish(BEFORE, AFTER);
  });

const forms = [
  { form: 'binary', write: writeProvenance, read: readProvenance },
  { form: 'JSON lines', write: writeProvenanceLines, read: readProvenanceLines },
];

describe.each(forms)('$form', ({ write, read }) => {
  test('what is written is read', () => {
    fc.assert(
      fc.property(provenances, (provenance) => {
        expect(read(write(provenance))).toEqual(provenance);
      }),
    );
  });

  test('damage ends in a provenance or a FormatError', () => {
    fc.assert(
      fc.property(provenances, fc.nat(), fc.nat(255), fc.nat(), (provenance, at, byte, cut) => {
        const bytes = write(provenance).slice();
        bytes[at % bytes.length] = byte;
        ends(() => read(bytes));
        ends(() => read(bytes.subarray(0, cut % bytes.length)));
      }),
      { numRuns: 500 },
    );
  });
});

test('neighbours that say the same are one span', () => {
  const out = new ProvenanceBuilder();
  const link = out.link(7, -1);
  out.span(1, MADE);
  out.span(2, MADE);
  out.span(3, link);
  out.span(4, link);
  expect([...out.finish(BEFORE, AFTER).starts]).toEqual([1, 3]);
});

test('a chain deeper than any inliner makes is refused', () => {
  const out = new ProvenanceBuilder();
  for (let n = 0; n < 1100; n++) out.link(n, n - 1);
  const provenance: Provenance = out.finish(BEFORE, AFTER);
  for (const { write, read } of forms) expect(() => read(write(provenance))).toThrow(/more than 1000 calls/);
});

function ends(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
}
