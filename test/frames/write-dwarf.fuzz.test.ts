// Whatever the debug information says: writing it again ends, and throws nothing but a FormatError.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { reencodeDwarf } from '../../src/dwarf/reencode/reencode.ts';
import { isFormatError } from '../../src/errors.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import { writeDwarf } from '../../src/frames/write-dwarf.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { fixture } from '../support/fixtures.ts';

const names = [
  'inline',
  'shapes-o2-v4',
  'elf-gcc-types',
  'elf-gcc-v3',
  'elf-dwarf64',
  'rust-oz',
  'game-lto',
  'split-dwo',
];

test.each(names)('damage to %s is survived', (name) => {
  const { module } = fixture(name);
  const places = WasmModule.read(module)
    .sections.filter((section) => section.name.startsWith('.debug_'))
    .map(({ window }) => ({ start: window.base + window.start, size: window.size }));
  const damage = fc.record({
    section: fc.nat(places.length - 1),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    value: fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff)),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (all) => {
      const bytes = module.slice();
      for (const { at, section, value } of all) {
        const { size, start } = places[section]!;
        bytes[start + Math.floor(at * size)] = value;
      }
      try {
        const damaged = openModule(bytes);
        const table = frameTable(damaged);
        writeDwarf(table, { version: 4 });
        writeDwarf(table, { carry: { from: damaged.dwarf, kind: 'all' } });
        reencodeDwarf(damaged.dwarf);
      } catch (error) {
        expect(isFormatError(error), String(error)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});
