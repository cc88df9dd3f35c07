import { DW_AT, nameOfAttribute } from '../../dwarf/constants/attributes.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import type { EntryFindings } from '../entry-findings.ts';
import { SLOT } from '../entry-plan.ts';

/** What a unit's source files are numbered by. */
export interface FileNumbers {
  readonly first: number;
  readonly last: number;
}

/** The source files that a unit's entries are in. */
export class UnitFiles {
  readonly first: number;
  readonly last: number;
  readonly #unit: Unit;
  readonly #numbers: FileNumbers | undefined;
  readonly #found: EntryFindings;

  /** @param numbers `undefined` where the unit has no line table. */
  constructor(unit: Unit, numbers: FileNumbers | undefined, found: EntryFindings) {
    this.#unit = unit;
    this.#numbers = numbers;
    this.#found = found;
    this.first = numbers?.first ?? 1;
    this.last = numbers?.last ?? -1;
  }

  /** A number that is none of `first` to `last`. */
  outside(offset: number, scope: number, tag: number, slot: number, value: number): void {
    const isCall = slot === SLOT.callFile;
    const name = nameOfAttribute(isCall ? DW_AT.call_file : DW_AT.decl_file);
    const numbers = this.#numbers;
    if (numbers === undefined) {
      // Split units' files are those of their skeleton, type units' those of a unit that may be elsewhere.
      if (this.#unit.dwarf.sections.suffix !== '' || this.#unit.header.typeSignature !== undefined) return;
      if (value === 0) return;
      this.#found.add('files/no-table', `${name} is ${value}, and the unit has no line table`, offset, scope, tag);
      return;
    }
    // Before DWARF 5 this is how a declaration says that it is in no file.
    if (value === 0 && numbers.first === 1 && slot === SLOT.declFile) return;
    const valid = numbers.last < numbers.first ? 'there are none' : `files are ${numbers.first} to ${numbers.last}`;
    this.#found.add(
      isCall ? 'files/call-file' : 'files/decl-file',
      `${name} is ${value}; ${valid}`,
      offset,
      scope,
      tag,
    );
  }
}
