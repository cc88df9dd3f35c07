/** Units and their entries spelled in tests: abbreviations are made of the entries themselves. */
import { DW_AT } from '../../src/dwarf/constants/attributes.ts';
import { DW_FORM } from '../../src/dwarf/constants/forms.ts';
import { DW_TAG } from '../../src/dwarf/constants/tags.ts';
import { DW_UT } from '../../src/dwarf/constants/unit-types.ts';
import { label, type Part, sleb, to, u16, uleb, unit, unsigned } from './assemble.ts';

/** An attribute's form and its value as it stands in the entry. */
export type SpelledValue = readonly [form: keyof typeof DW_FORM, value: Part];

export interface SpelledEntry {
  readonly tag: keyof typeof DW_TAG;
  readonly attributes?: Readonly<Record<string, SpelledValue>>;
  readonly children?: readonly SpelledEntry[];
  /** A name for `to`, which gives the entry's offset in the section. */
  readonly label?: string;
}

export interface SpelledUnit {
  readonly version?: 2 | 3 | 4 | 5;
  readonly offsetSize?: 4 | 8;
  readonly addressSize?: 2 | 4 | 8;
  readonly unitType?: keyof typeof DW_UT;
  /** What stands in the header after the fields that all units have. */
  readonly id?: Part;
  readonly root: SpelledEntry;
  /** A name for `to`, which gives the unit's offset in the section. */
  readonly label?: string;
}

/** The `.debug_info` and `.debug_abbrev` of some units, each with abbreviations of its own. */
export function spellUnits(...units: readonly SpelledUnit[]): { '.debug_info': Part; '.debug_abbrev': Part } {
  const info: Part[] = [];
  const abbreviations: Part[] = [];
  let size = 0;
  for (const each of units) {
    const table = new Table();
    const entries = [entryPart(each.root, table)];
    const { version = 4, offsetSize = 4, addressSize = 4, unitType = 'compile', id = [] } = each;
    const header: Part =
      version >= 5
        ? [u16(version), DW_UT[unitType], addressSize, unsigned(size, offsetSize), id]
        : [u16(version), unsigned(size, offsetSize), addressSize, id];
    if (each.label !== undefined) info.push(label(each.label));
    info.push(unit(offsetSize, header, entries));
    const bytes = table.toBytes();
    abbreviations.push(bytes);
    size += bytes.length;
  }
  return { '.debug_info': info, '.debug_abbrev': abbreviations };
}

function entryPart(entry: SpelledEntry, table: Table): Part {
  const { attributes = {}, children = [] } = entry;
  const values = Object.values(attributes).map(([form, value]) => (form === 'implicit_const' ? [] : value));
  const parts: Part[] = [];
  if (entry.label !== undefined) parts.push(label(entry.label));
  parts.push(uleb(table.codeOf(entry)), values);
  if (children.length > 0) parts.push(...children.map((child) => entryPart(child, table)), 0);
  return parts;
}

/** Abbreviations, each shape once. */
class Table {
  readonly #codes = new Map<string, number>();
  readonly #bytes: number[] = [];

  codeOf({ tag, attributes = {}, children = [] }: SpelledEntry): number {
    const declared: number[] = [...uleb(DW_TAG[tag]), children.length > 0 ? 1 : 0];
    for (const [name, [form, value]] of Object.entries(attributes)) {
      const code = (DW_AT as Readonly<Record<string, number>>)[name];
      if (code === undefined) throw new RangeError(`no DW_AT_${name}`);
      declared.push(...uleb(code), ...uleb(DW_FORM[form]));
      if (form === 'implicit_const') declared.push(...sleb(value as number));
    }
    const key = declared.join();
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.#codes.size + 1;
      this.#codes.set(key, code);
      this.#bytes.push(...uleb(code), ...declared, 0, 0);
    }
    return code;
  }

  toBytes(): Uint8Array {
    return Uint8Array.from([...this.#bytes, 0]);
  }
}

/** A reference within the unit labelled `unitLabel`. */
export const ref4 = (target: string, unitLabel: string): SpelledValue => ['ref4', to(target, 4, unitLabel)];
