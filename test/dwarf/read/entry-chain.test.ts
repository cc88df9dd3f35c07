import { expect, test } from 'vitest';
import { FileImage } from '../../../src/bytes/byte-source.ts';
import { Window } from '../../../src/bytes/window.ts';
import { DW_AT } from '../../../src/dwarf/constants/attributes.ts';
import { Dwarf } from '../../../src/dwarf/read/dwarf.ts';
import { EntryChain } from '../../../src/dwarf/read/entry-chain.ts';
import type { Unit } from '../../../src/dwarf/read/unit.ts';
import { block, to, u32 } from '../../support/assemble.ts';
import { findIn } from '../../support/dwarf-sections.ts';
import { ref4, type SpelledEntry, spellUnits } from '../../support/entries.ts';

const NAMES = [DW_AT.name, DW_AT.linkage_name, DW_AT.decl_line];

function unitsOf(...roots: (readonly SpelledEntry[])[]): readonly Unit[] {
  const spelled = roots.map((children, index) => ({
    label: `unit ${index}`,
    root: { tag: 'compile_unit' as const, children },
  }));
  const find = findIn(spellUnits(...spelled));
  // From a file that is read where it is touched, so that nothing is present by accident.
  return new Dwarf((name) => find(name) && readWhereTouched(name, find(name)!.toBytes())).units;
}

function readWhereTouched(name: string, bytes: Uint8Array): Window {
  const image = new FileImage({
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  });
  return Window.of(image, name).slice(name, 0, bytes.length);
}

/** What stands in each entry of a chain: its name, its linkage name and its line. */
function walk(unit: Unit, offset: number): unknown[][] {
  const chain = new EntryChain(NAMES);
  const found: unknown[][] = [];
  for (chain.start(unit, offset); chain.next(); ) {
    const texts = [0, 1].map((slot) => {
      const value = chain.value(slot);
      return value && chain.unit.string(value);
    });
    const line = chain.value(2);
    found.push([...texts, line?.class === 'constant' ? line.value : undefined]);
  }
  return found;
}

/** Where the first entry below the root stands, which has a code alone. */
const firstEntry = (unit: Unit): number => unit.header.entriesOffset + 1;

const inlined = (label: string): SpelledEntry => ({
  tag: 'inlined_subroutine',
  attributes: { abstract_origin: ref4(label, 'unit 0') },
});

test('an entry, its origin and the declaration which that completes', () => {
  const [unit] = unitsOf([
    inlined('abstract'),
    {
      tag: 'subprogram',
      label: 'abstract',
      attributes: { linkage_name: ['string', '_Z1fv'], specification: ref4('declaration', 'unit 0') },
    },
    {
      tag: 'subprogram',
      label: 'declaration',
      attributes: { name: ['string', 'f'], decl_line: ['data1', 7] },
    },
  ]);
  expect(walk(unit!, firstEntry(unit!))).toEqual([
    [undefined, undefined, undefined],
    [undefined, '_Z1fv', undefined],
    ['f', undefined, 7],
  ]);
});

test('values behind blocks that are longer than what is read ahead', () => {
  const long = new Uint8Array(100_000).fill(0x81);
  const [unit] = unitsOf([
    {
      tag: 'subprogram',
      attributes: {
        location: ['block', block(long)],
        const_value: ['string', 'x'.repeat(50_000)],
        name: ['string', 'far'],
        decl_line: ['implicit_const', 12],
      },
    },
  ]);
  expect(walk(unit!, firstEntry(unit!))).toEqual([['far', undefined, 12]]);
});

test('into another unit, from which it goes on', () => {
  const [unit] = unitsOf(
    [{ tag: 'inlined_subroutine', attributes: { abstract_origin: ['ref_addr', to('elsewhere', 4)] } }],
    [{ tag: 'subprogram', label: 'elsewhere', attributes: { name: ['string', 'g'] } }],
  );
  expect(walk(unit!, firstEntry(unit!)).map(([name]) => name)).toEqual([undefined, 'g']);
});

test('a circle of references ends', () => {
  const [unit] = unitsOf([
    { ...inlined('second'), label: 'first' },
    { ...inlined('first'), label: 'second' },
  ]);
  expect(walk(unit!, firstEntry(unit!))).toHaveLength(16);
});

test('a reference to outside of the unit, and an entry that reaches past it', () => {
  const [unit] = unitsOf([{ tag: 'inlined_subroutine', attributes: { abstract_origin: ['ref4', u32(10_000)] } }]);
  expect(() => walk(unit!, firstEntry(unit!))).toThrow('no entry of the unit');
  const [other] = unitsOf([
    { tag: 'subprogram', attributes: { location: ['block1', [200]], name: ['string', [65, 0]] } },
  ]);
  expect(() => walk(other!, firstEntry(other!))).toThrow('entry reaches past the end of its unit');
});
