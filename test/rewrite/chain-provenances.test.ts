import { expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { QUALITY } from '../../src/frames/quality.ts';
import { chainProvenances } from '../../src/rewrite/chain-provenances.ts';
import { chainOf, findSpan, MADE, type Provenance, ProvenanceBuilder, UNKNOWN } from '../../src/rewrite/provenance.ts';

const code = (name: string) => ({ size: 1000, sha256: name.repeat(64) });
const [A, B, C] = [code('a'), code('b'), code('c')];

/** Old addresses of each new one; the instruction first, then the calls. */
function provenance(
  from: typeof A,
  to: typeof A,
  spans: Record<number, number[] | typeof MADE | typeof UNKNOWN>,
): Provenance {
  const out = new ProvenanceBuilder();
  for (const [start, chain] of Object.entries(spans)) {
    if (!Array.isArray(chain)) out.span(Number(start), chain);
    else
      out.span(
        Number(start),
        chain.reduceRight((parent, origin) => out.link(origin, parent), -1),
      );
  }
  return out.finish(from, to);
}

const at = (chained: Provenance, address: number): number[] | number => {
  const chain = chained.chains[findSpan(chained, codeOffset(address))]!;
  return chain < 0 ? chain : chainOf(chained, chain);
};

// In B the code at 10 was inlined through the call at 110 of A.
const first = provenance(A, B, { 0: [100], 10: [300, 110], 20: [400, 310, 110], 30: MADE, 40: UNKNOWN, 50: [120] });

test('each step of a chain is itself a chain', () => {
  const second = provenance(B, C, { 0: [0], 5: [10], 10: [20], 20: [0, 20], 30: [10, 10] });
  const chained = chainProvenances(first, second);
  expect(chained.before).toEqual(A);
  expect(chained.after).toEqual(C);
  expect(at(chained, 0)).toEqual([100]);
  expect(at(chained, 5)).toEqual([300, 110]);
  expect(at(chained, 10)).toEqual([400, 310, 110]);
  expect(at(chained, 20)).toEqual([100, 400, 310, 110]);
  expect(at(chained, 30)).toEqual([300, 110, 300, 110]);
});

test('a step that is not known makes the chain unknown', () => {
  const second = provenance(B, C, { 0: [30], 10: [40], 20: [0, 40], 30: [50, 30], 40: MADE });
  const chained = chainProvenances(first, second);
  expect(at(chained, 0)).toBe(MADE);
  expect(at(chained, 10)).toBe(UNKNOWN);
  expect(at(chained, 20)).toBe(UNKNOWN);
  expect(at(chained, 30)).toBe(UNKNOWN);
  expect(at(chained, 40)).toBe(MADE);
});

test('the weakest quality holds, and candidates go along', () => {
  const out = new ProvenanceBuilder();
  const [one, other] = [out.link(100, -1), out.link(200, -1)];
  out.span(0, one, QUALITY.merged);
  out.candidate(other);
  out.span(10, other, QUALITY.repaired);
  const chained = chainProvenances(out.finish(A, B), provenance(B, C, { 0: [0], 5: [10], 9: [10, 0] }));
  expect([...chained.qualities]).toEqual([QUALITY.merged, QUALITY.repaired, QUALITY.merged]);
  expect([...chained.candidateSpans].includes(0)).toBe(true);
  expect(chainOf(chained, chained.candidateChains[0]!)).toEqual([200]);
});

test('provenance of other code is refused', () => {
  expect(() => chainProvenances(first, provenance(A, C, {}))).toThrow(/other code/);
});
