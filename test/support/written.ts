/** Reads what was written: sections by their names, in no container. */
import { Window } from '../../src/bytes/window.ts';
import type { Report } from '../../src/diagnostics.ts';
import { Dwarf } from '../../src/dwarf/read/dwarf.ts';
import type { DebugSections } from '../../src/dwarf/write/dwarf.ts';

/** Some bytes as a section. */
export function windowOf(name: string, bytes: Uint8Array): Window {
  return Window.of(bytes, name).slice(name, 0, bytes.length);
}

/** The debug information that was written; anything odd in it is an error. */
export function readWritten(sections: DebugSections, report: Report = refuse): Dwarf {
  return new Dwarf(
    (name) => {
      const bytes = sections.get(name);
      return bytes && windowOf(name, bytes);
    },
    { report },
  );
}

const refuse: Report = ({ rule, message, section, offset }) => {
  throw new Error(`${rule}: ${message} at ${section}+0x${offset.toString(16)}`);
};
