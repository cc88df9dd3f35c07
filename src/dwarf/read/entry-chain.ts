import { ByteReader } from '../../bytes/byte-reader.ts';
import { FormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_FORM } from '../constants/forms.ts';
import { LONGEST_CHAIN } from './entry.ts';
import type { EntryShape } from './entry-shapes.ts';
import { type FormValue, readForm } from './forms.ts';
import { stepFrom, stepOver } from './skip-plan.ts';
import type { Unit } from './unit.ts';

/** So much of an entry is made present before anybody knows how long it is. */
const AHEAD = 4096;

/** What an abbreviation says of the attributes that a chain is asked for. */
interface Places {
  readonly tag: number;
  /** Pairs: a step over one value or several, and the slot of the value that starts after it, or -1. */
  readonly steps: readonly number[];
  /** The form in each slot, 0 where there is none. */
  readonly forms: readonly number[];
  /** The constant in each slot, for `DW_FORM_implicit_const`. */
  readonly implicit: readonly number[];
}

/**
 * Walks an entry and those that it completes, through abstract origins and specifications, also in other units; as a
 * cursor: tens of thousands of functions are described by such chains, and mostly one text is wanted of each.
 *
 * `next()` overwrites the registers. Values are read when they are asked for, by the slots of their attributes.
 */
export class EntryChain {
  /** Where the entry starts, from the start of its section. */
  offset = 0;
  readonly #names: readonly number[];
  readonly #places = new Map<EntryShape, Places>();
  /** Where in the file the value of each slot starts. */
  readonly #positions: number[];
  #unit: Unit | undefined;
  #current: Places | undefined;
  #length = 0;

  /**
   * @param names the attributes that are asked for; each one's slot is its index. `DW_AT_abstract_origin` and
   * `DW_AT_specification`, which the chain follows by itself, are not among them.
   */
  constructor(names: readonly number[]) {
    this.#names = [...names, DW_AT.abstract_origin, DW_AT.specification];
    this.#positions = this.#names.map(() => 0);
  }

  /** The unit that the entry is in. */
  get unit(): Unit {
    return this.#unit!;
  }

  /** The next `next()` goes to the entry at `offset` of the unit's section. */
  start(unit: Unit, offset: number): void {
    this.#unit = unit;
    this.offset = offset;
    this.#length = 0;
  }

  /** Goes to the entry that this one completes; false at the end. @throws FormatError where it cannot be read. */
  next(): boolean {
    if (this.#length > 0 && !this.#follow()) return false;
    if (this.#length++ >= LONGEST_CHAIN) return false;
    return this.#read();
  }

  /** `DW_TAG`. */
  get tag(): number {
    return this.#current!.tag;
  }

  /** Whether the entry is a copy of an abstract one. */
  get hasOrigin(): boolean {
    return this.form(this.#names.length - 2) !== 0;
  }

  /** `DW_FORM` of the value in a slot, 0 where the entry has none. */
  form(slot: number): number {
    return this.#current!.forms[slot]!;
  }

  /** The value in a slot. @throws FormatError where it is damaged. */
  value(slot: number): FormValue | undefined {
    const { forms, implicit } = this.#current!;
    const form = forms[slot]!;
    if (form === 0) return undefined;
    const { window, section, header } = this.unit;
    const reader = new ByteReader(window, this.#positions[slot]! - section.base);
    return readForm(reader, form, implicit[slot]!, header);
  }

  #follow(): boolean {
    const unit = this.unit;
    const specification = this.#names.length - 1;
    const slot = this.form(specification - 1) === 0 ? specification : specification - 1;
    if (this.form(slot) === DW_FORM.ref4) {
      // What nearly all compilers write.
      this.offset = unit.offset + unit.section.view.getUint32(this.#positions[slot]!, true);
      return true;
    }
    const value = this.value(slot);
    if (value?.class === 'unit-reference') {
      this.offset = unit.offset + value.offset;
      return true;
    }
    const entry = value && unit.reference(value);
    if (entry === undefined) return false;
    this.#unit = entry.unit;
    this.offset = entry.offset;
    return true;
  }

  /** Reads the abbreviation's code, and where the values start; false where a list of siblings ends. */
  #read(): boolean {
    const { header, section, shapes } = this.unit;
    const { offset } = this;
    if (!(offset >= header.entriesOffset && offset < header.end)) {
      const detail = `no entry of the unit at 0x${header.offset.toString(16)}`;
      throw new FormatError('bad-offset', section.section, offset, detail);
    }
    let present = Math.min(offset + AHEAD, header.end);
    section.load(offset, present);
    const { bytes, base } = section;
    let at = base + offset;
    let code = bytes[at++]!;
    if (code === 0 || (this.unit.dwarf.likeLlvm && this.unit.entryAt(offset) === undefined)) return false;
    if (code >= 0x80) {
      code &= 0x7f;
      for (let scale = 128, byte = 0x80; byte >= 0x80 && at < base + present; scale *= 128) {
        byte = bytes[at++]!;
        code += (byte & 0x7f) * scale;
      }
    }
    const shape = shapes.find(code);
    if (shape === undefined) {
      throw new FormatError('unknown-code', section.section, offset, `abbreviation code ${code} is not in its table`);
    }
    this.#current = this.#placesOf(shape);
    for (;;) {
      const end = this.#place(bytes, at) - base;
      if (end <= present) return true;
      if (present === header.end) {
        throw new FormatError('unexpected-end', section.section, offset, 'entry reaches past the end of its unit');
      }
      // Lengths that stand in what was not present were not true.
      present = Math.min(present + 16 * AHEAD, header.end);
      section.load(offset, present);
    }
  }

  /** Finds the value of each slot, and answers where the values end. */
  #place(bytes: Uint8Array, position: number): number {
    const { steps } = this.#current!;
    const positions = this.#positions;
    const { header } = this.unit;
    let at = position;
    for (let index = 0; index < steps.length; index += 2) {
      const step = steps[index]!;
      if (step !== 0) at = step > 0 ? at + step : stepFrom(bytes, at, step, header);
      const slot = steps[index + 1]!;
      if (slot >= 0) positions[slot] = at;
    }
    return at;
  }

  #placesOf(shape: EntryShape): Places {
    let places = this.#places.get(shape);
    if (places === undefined) {
      places = this.#compile(shape);
      this.#places.set(shape, places);
    }
    return places;
  }

  #compile({ abbreviation }: EntryShape): Places {
    const { header, section } = this.unit;
    const steps: number[] = [];
    const forms = this.#names.map(() => 0);
    const implicit = [...forms];
    let step = 0;
    for (const each of abbreviation.attributes) {
      const slot = this.#names.indexOf(each.name);
      if (slot >= 0 && forms[slot] === 0) {
        forms[slot] = each.form;
        implicit[slot] = each.implicit;
        steps.push(step, slot);
        step = 0;
      }
      const size = stepOver(each, header, { section: section.section, offset: abbreviation.offset });
      if (step < 0 || (step > 0 && size < 0)) {
        steps.push(step, -1);
        step = size;
      } else {
        step = size < 0 ? size : step + size;
      }
    }
    if (step !== 0) steps.push(step, -1);
    return { tag: abbreviation.tag, steps, forms, implicit };
  }
}
