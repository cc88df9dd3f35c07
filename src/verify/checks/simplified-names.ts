import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_FORM } from '../../dwarf/constants/forms.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { hasSimplified, plainName, splitSimplified } from '../simplified-name.ts';
import { TypeNames } from '../type-names.ts';
import { describeUnit } from '../unit-scopes.ts';

/** Names that stand for longer ones have to be what their template parameters make of them. */
export class SimplifiedNames {
  readonly #context: VerifyContext;
  readonly #names = new TypeNames();
  #areInStrings: boolean | undefined;

  constructor(context: VerifyContext) {
    this.#context = context;
  }

  check(unit: Unit): void {
    const { findings } = this.#context;
    if (!findings.wants('entries/simplified-name') || !this.#mayHave(unit)) return;
    try {
      for (const { entry } of unit.entries()) this.#checkEntry(unit, entry);
    } catch (error) {
      // Told by the walk.
      if (!isFormatError(error)) throw error;
    }
  }

  #checkEntry(unit: Unit, entry: Entry): void {
    const { findings } = this.#context;
    try {
      const name = entry.string(DW_AT.name);
      const parts = name === undefined ? undefined : splitSimplified(name);
      if (name === undefined || parts === undefined) return;
      const rebuilt = this.#names.templateName(entry);
      if (parts.args !== undefined && (rebuilt === undefined || rebuilt === plainName(name))) return;
      const message =
        parts.args === undefined
          ? `${name} has no template arguments`
          : `${plainName(name)} is ${rebuilt} by its template parameters`;
      const place = { section: unit.section.section, offset: entry.offset, path: [describeUnit(unit)] };
      findings.add('entries/simplified-name', message, place);
    } catch (error) {
      // Told where the reference or the string is checked.
      if (!isFormatError(error)) throw error;
    }
  }

  /** Without a look at the entries: hardly any unit has such names. */
  #mayHave(unit: Unit): boolean {
    this.#areInStrings ??= this.#lookInStrings();
    if (this.#areInStrings) return true;
    const isInline = ({ name, form }: { name: number; form: number }): boolean =>
      name === DW_AT.name && (form === DW_FORM.string || form === DW_FORM.indirect);
    try {
      for (const { attributes } of unit.shapes.table.all()) {
        if (!attributes.some(isInline)) continue;
        const { bytes, base } = unit.section;
        return hasSimplified(bytes.subarray(base + unit.header.entriesOffset, base + unit.header.end));
      }
    } catch (error) {
      // Told where abbreviations are checked.
      if (!isFormatError(error)) throw error;
    }
    return false;
  }

  #lookInStrings(): boolean {
    const { sections } = this.#context.dwarf;
    for (const name of ['.debug_str', '.debug_line_str'] as const) {
      const section = sections.section(name);
      if (section === undefined) continue;
      section.load();
      if (hasSimplified(section.bytes.subarray(section.base + section.start, section.base + section.end))) return true;
    }
    return false;
  }
}
