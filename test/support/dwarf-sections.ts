/** Debug information spelled in tests: sections by their names, as any container would have them. */
import { Window } from '../../src/bytes/window.ts';
import { Dwarf, type DwarfOptions } from '../../src/dwarf/read/dwarf.ts';
import type { FindSection } from '../../src/dwarf/read/sections.ts';
import { assemble, type Part } from './assemble.ts';

export type SpelledSections = Readonly<Record<string, Part>>;

export function findIn(sections: SpelledSections): FindSection {
  const windows = new Map(
    Object.entries(sections).map(([name, part]) => {
      const bytes = assemble(part);
      return [name, Window.of(bytes, name).slice(name, 0, bytes.length)];
    }),
  );
  return (name) => windows.get(name);
}

export function dwarfOf(sections: SpelledSections, options: DwarfOptions = {}): Dwarf {
  return new Dwarf(findIn(sections), options);
}
