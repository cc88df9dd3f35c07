import { DW_FORM } from '../dwarf/constants/forms.ts';
import { stepFrom, stepOver } from '../dwarf/read/skip-plan.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { FormatError } from '../errors.ts';
import { type EntryPlan, type PlannedAttribute, planOf } from './entry-plan.ts';

/** Forms of forms of forms: nobody writes two. */
const DEEPEST_INDIRECT = 8;
/** Plans that are kept of entries whose forms stand in them; hostile ones have another each time. */
const MOST_RESOLVED = 256;

/** The plans of a unit's abbreviations, each made when an entry first has it. */
export class EntryPlans {
  readonly #unit: Unit;
  readonly #plans: (EntryPlan | undefined)[] = [];
  readonly #resolved = new Map<string, EntryPlan>();

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  /** @throws FormatError `unknown-code` where the table has no such code, and as `planOf`. */
  find(code: number, offset: number): EntryPlan {
    return this.#plans[code] ?? this.#make(code, offset);
  }

  #make(code: number, offset: number): EntryPlan {
    const { section, shapes, header } = this.#unit;
    const shape = shapes.find(code);
    if (shape === undefined) {
      throw new FormatError('unknown-code', section.section, offset, `abbreviation code ${code} is not in its table`);
    }
    const plan = planOf(shape, shape.abbreviation.attributes, header, '.debug_abbrev');
    // Codes are small numbers in sequence; others must not make a sparse array.
    if (code < 1 << 16) {
      while (this.#plans.length < code) this.#plans.push(undefined);
      this.#plans[code] = plan;
    }
    return plan;
  }

  /**
   * The plan of an entry that says the forms of some values itself (`DW_FORM_indirect`): what these are is checked like
   * any other value.
   *
   * @param at where its values begin in the section's bytes.
   * @throws FormatError where a form is not known, or reaches past the unit.
   */
  resolve({ shape }: EntryPlan, at: number): EntryPlan {
    const { header, section } = this.#unit;
    const { bytes, base } = section;
    const limit = base + header.end;
    const attributes: PlannedAttribute[] = [];
    let key = String(shape.abbreviation.offset);
    let position = at;
    for (const each of shape.abbreviation.attributes) {
      const resolved: PlannedAttribute = each.form === DW_FORM.indirect ? readForm(bytes, position, each.name) : each;
      attributes.push(resolved);
      if (each.form === DW_FORM.indirect) key += ` ${resolved.form}/${resolved.before}`;
      position += resolved.before ?? 0;
      const step = stepOver(resolved, header, { section: section.section, offset: position - base });
      position = step >= 0 ? position + step : stepFrom(bytes, position, step, header);
      if (!(position <= limit)) {
        const detail = 'a value reaches past the end of its unit';
        throw new FormatError('unexpected-end', section.section, at - base, detail);
      }
    }
    let plan = this.#resolved.get(key);
    if (plan === undefined) {
      plan = planOf(shape, attributes, header, '.debug_abbrev');
      if (this.#resolved.size < MOST_RESOLVED) this.#resolved.set(key, plan);
    }
    return plan;
  }
}

function readForm(bytes: Uint8Array, position: number, name: number): PlannedAttribute {
  let at = position;
  let form: number = DW_FORM.indirect;
  for (let depth = 0; form === DW_FORM.indirect && depth < DEEPEST_INDIRECT; depth++) {
    form = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = bytes[at++]!;
      form += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
  }
  // There is no abbreviation for the constant to stand in: it follows the form.
  return { name, form: form === DW_FORM.implicit_const ? DW_FORM.sdata : form, implicit: 0, before: at - position };
}
