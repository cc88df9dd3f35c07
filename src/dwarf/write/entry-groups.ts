import { DW_AT } from '../constants/attributes.ts';
import { DW_FORM } from '../constants/forms.ts';
import { IntColumn } from './columns.ts';
import { END_OF_CHILDREN, type Entries } from './entries.ts';
import type { WrittenShape } from './entry-shapes.ts';
import { constantSize, fixedForm } from './forms.ts';
import { slebSize, ulebSize } from './leb128.ts';
import type { StringTable } from './strings.ts';
import { hasNumber, KIND } from './values.ts';

/** Entries of one shape that are written with the same forms: an abbreviation. */
export interface EntryGroup {
  readonly shape: WrittenShape;
  readonly forms: readonly number[];
  /** The value itself, for `DW_FORM_implicit_const`. */
  readonly implicits: readonly number[];
  readonly count: number;
}

/** Which abbreviation each entry has. */
export interface GroupedEntries {
  readonly groups: readonly EntryGroup[];
  /** By item: an index into `groups`, -1 where a list of siblings ends. */
  readonly groupOfItem: Int32Array;
}

/** A group while it may still be divided. */
interface Draft {
  readonly shape: WrittenShape;
  /** Forms that are settled; 0 for others. */
  readonly forms: number[];
  readonly implicits: number[];
  readonly members: Uint32Array;
}

/** From so many abbreviations on, codes of the further ones take two bytes. */
const SHORT_CODES = 127;

/**
 * Chooses a form for every value, so that all of them and the abbreviations together are small: a value that many
 * entries share moves into an abbreviation of its own (DWARF 5's `DW_FORM_implicit_const`), strings used once stand in
 * the entry, and constants have the size that fits most of them.
 */
export function groupEntries(
  entries: Entries,
  strings: StringTable,
  isLocal: (item: number, label: number) => boolean,
): GroupedEntries {
  return new Grouping(entries, strings, isLocal).run();
}

class Grouping {
  readonly #entries: Entries;
  readonly #strings: StringTable;
  readonly #isLocal: (item: number, label: number) => boolean;
  /** Where the values of each item start. */
  readonly #positions: Uint32Array;
  readonly #groups: EntryGroup[] = [];
  readonly #groupOfItem: Int32Array;
  /** 1 for strings that stand in the entry where that costs no abbreviation: used once, or very short. */
  readonly #isInline: Uint8Array;

  constructor(entries: Entries, strings: StringTable, isLocal: (item: number, label: number) => boolean) {
    this.#entries = entries;
    this.#strings = strings;
    this.#isLocal = isLocal;
    this.#positions = new Uint32Array(entries.items.count);
    this.#groupOfItem = new Int32Array(entries.items.count).fill(END_OF_CHILDREN);
    this.#isInline = new Uint8Array(strings.count);
    for (let id = 0; id < strings.count; id++) {
      if (strings.uses(id) === 1 || strings.size(id) <= 4) this.#isInline[id] = 1;
    }
  }

  run(): GroupedEntries {
    for (const draft of this.#byShape()) {
      for (const part of this.#byReach(draft)) this.#settle(part);
    }
    return { groups: this.#groups, groupOfItem: this.#groupOfItem };
  }

  /** The entries of each shape. */
  #byShape(): Draft[] {
    const { items, shapes } = this.#entries;
    const counts = new Uint32Array(shapes.all.length);
    let position = 0;
    for (let item = 0; item < items.count; item++) {
      const shape = items.data[item]!;
      this.#positions[item] = position;
      if (shape < 0) continue;
      counts[shape]!++;
      position += shapes.all[shape]!.width;
    }
    const members = Array.from(counts, (count) => new Uint32Array(count));
    counts.fill(0);
    for (let item = 0; item < items.count; item++) {
      const shape = items.data[item]!;
      if (shape >= 0) members[shape]![counts[shape]!++] = item;
    }
    return shapes.all.map((shape, index) => ({
      shape,
      forms: shape.kinds.map((kind) => fixedForm(kind, shape.version, shape.offsetSize)),
      implicits: shape.kinds.map(() => 0),
      members: members[index]!,
    }));
  }

  /** Apart by which of their references stay in their unit. */
  #byReach(draft: Draft): Draft[] {
    let drafts = [draft];
    for (const [attribute, kind] of draft.shape.kinds.entries()) {
      if (kind !== KIND.reference) continue;
      const place = placeOf(draft.shape, attribute);
      const next: Draft[] = [];
      for (const each of drafts) {
        const { values } = this.#entries;
        const [local, far] = divide(each.members, (item) =>
          this.#isLocal(item, values.data[this.#positions[item]! + place]!),
        );
        if (local.length > 0) next.push(withForm(each, local, attribute, DW_FORM.ref_udata));
        if (far.length > 0) next.push(withForm(each, far, attribute, DW_FORM.ref_addr));
      }
      drafts = next;
    }
    return drafts;
  }

  /** Divides a draft for as long as that saves bytes. */
  #settle(draft: Draft): void {
    const work = [draft];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (at.members.length === 0) continue;
      const parts = this.#divided(at);
      if (parts === undefined) this.#finish(at);
      else work.push(...parts);
    }
  }

  #divided(draft: Draft): [Draft, Draft] | undefined {
    const { members, shape } = draft;
    const cost = declarationSize(draft);
    let best = Math.max(cost, members.length >> 8);
    let parts: (() => [Draft, Draft]) | undefined;
    const crowded = this.#groups.length > SHORT_CODES;
    for (const [attribute, kind] of shape.kinds.entries()) {
      if (draft.forms[attribute] !== 0) continue;
      const place = placeOf(shape, attribute);
      if (kind === KIND.string) {
        const inline = this.#inlineStrings(members, place);
        const gain = inline.saved - (crowded ? inline.count : 0);
        if (inline.count === members.length || inline.count === 0 || gain <= best) continue;
        best = gain;
        parts = () => {
          const [yes, no] = this.#divide(members, place, (id) => this.#isInline[id] === 1);
          return [withForm(draft, yes, attribute, DW_FORM.string), withForm(draft, no, attribute, DW_FORM.strp)];
        };
      } else if (kind === KIND.constant) {
        const { value, count, wide } = this.#commonest(members, place);
        if (shape.version >= 5 && count < members.length) {
          const gain =
            count * ulebSize(value) - slebSize(value) - (crowded ? Math.min(count, members.length - count) : 0);
          if (gain > best) {
            best = gain;
            parts = () => {
              const [yes, no] = this.#divide(members, place, (each) => each === value);
              return [withForm(draft, yes, attribute, DW_FORM.implicit_const, value), { ...draft, members: no }];
            };
          }
        }
        // Of two sizes in LEB128 the bytes above 127 take one byte as data.
        const bytes = hasFixedSize(shape, attribute) ? this.#countBytes(members, place) : wide;
        const gain = bytes - (crowded ? bytes : 0);
        if (gain > best && bytes < members.length) {
          best = gain;
          parts = () => {
            const [yes, no] = this.#divide(members, place, (each) => each <= 0xff);
            return no.length === 0
              ? [withForm(draft, yes, attribute, DW_FORM.data1), { ...draft, members: no }]
              : [
                  withForm(draft, yes, attribute, DW_FORM.data1),
                  withForm(draft, no, attribute, this.#constantForm(no, place, shape, attribute)),
                ];
          };
        }
      }
    }
    return parts?.();
  }

  #finish(draft: Draft): void {
    const { forms, implicits, members, shape } = draft;
    for (const [attribute, kind] of shape.kinds.entries()) {
      if (forms[attribute] !== 0) continue;
      const place = placeOf(shape, attribute);
      if (kind === KIND.string) {
        const inline = this.#inlineStrings(members, place);
        forms[attribute] = inline.count === members.length ? DW_FORM.string : DW_FORM.strp;
      } else {
        const { value, count } = this.#commonest(members, place);
        // In an abbreviation that is there anyway a constant costs as much as in one entry.
        if (count === members.length && shape.version >= 5 && (count > 1 || value <= 0x3f)) {
          forms[attribute] = DW_FORM.implicit_const;
          implicits[attribute] = value;
        } else {
          forms[attribute] = this.#constantForm(members, place, shape, attribute);
        }
      }
    }
    const group = this.#groups.push({ shape, forms, implicits, count: members.length }) - 1;
    for (let index = 0; index < members.length; index++) this.#groupOfItem[members[index]!] = group;
  }

  #divide(members: Uint32Array, place: number, test: (value: number) => boolean): [Uint32Array, Uint32Array] {
    const { values } = this.#entries;
    return divide(members, (item) => test(values.data[this.#positions[item]! + place]!));
  }

  #inlineStrings(members: Uint32Array, place: number): { count: number; saved: number } {
    const { values } = this.#entries;
    let count = 0;
    let saved = 0;
    for (let index = 0; index < members.length; index++) {
      const id = values.data[this.#positions[members[index]!]! + place]!;
      if (this.#isInline[id] !== 1) continue;
      count++;
      saved += this.#strings.uses(id) === 1 ? 4 : 4 - this.#strings.size(id);
    }
    return { count, saved };
  }

  /** The commonest value, how often it is there, and how many values a byte holds but LEB128 does not. */
  #commonest(members: Uint32Array, place: number): { value: number; count: number; wide: number } {
    const { data } = this.#entries.values;
    const counts = new Map<number, number>();
    let value = 0;
    let count = 0;
    let wide = 0;
    for (let index = 0; index < members.length; index++) {
      const each = data[this.#positions[members[index]!]! + place]!;
      if (each >= 0x80 && each <= 0xff) wide++;
      const times = (counts.get(each) ?? 0) + 1;
      counts.set(each, times);
      if (times > count) {
        count = times;
        value = each;
      }
    }
    return { value, count, wide };
  }

  #countBytes(members: Uint32Array, place: number): number {
    const { data } = this.#entries.values;
    let count = 0;
    for (let index = 0; index < members.length; index++) {
      if (data[this.#positions[members[index]!]! + place]! <= 0xff) count++;
    }
    return count;
  }

  #constantForm(members: Uint32Array, place: number, shape: WrittenShape, attribute: number): number {
    const { data } = this.#entries.values;
    const { version } = shape;
    const isFixed = hasFixedSize(shape, attribute);
    let best: number = DW_FORM.udata;
    // Before DWARF 4 four bytes may be an offset into another section.
    const forms =
      version >= 4
        ? [DW_FORM.udata, DW_FORM.data1, DW_FORM.data2, DW_FORM.data4]
        : [DW_FORM.udata, DW_FORM.data1, DW_FORM.data2];
    if (isFixed) forms.shift();
    const sizes = forms.map(() => 0);
    for (let index = 0; index < members.length; index++) {
      const value = data[this.#positions[members[index]!]! + place]!;
      for (let form = 0; form < forms.length; form++) sizes[form]! += constantSize(forms[form]!, value);
    }
    // Of equal sizes the one with a fixed size: readers step over it without looking.
    let size = Number.POSITIVE_INFINITY;
    for (const [index, form] of forms.entries()) {
      if (sizes[index]! < size || (sizes[index] === size && best === DW_FORM.udata)) {
        best = form;
        size = sizes[index]!;
      }
    }
    return best;
  }
}

/** Binaryen's tools write a new `high_pc` in place, and abort where that changes the size of a unit. */
function hasFixedSize({ names, version }: WrittenShape, attribute: number): boolean {
  return version === 4 && names[attribute] === DW_AT.high_pc;
}

/** Where the number of an attribute stands among an entry's. */
function placeOf(shape: WrittenShape, attribute: number): number {
  let place = 0;
  for (let before = 0; before < attribute; before++) if (hasNumber(shape.kinds[before]!)) place++;
  return place;
}

function withForm(draft: Draft, members: Uint32Array, attribute: number, form: number, implicit = 0): Draft {
  return {
    shape: draft.shape,
    forms: draft.forms.with(attribute, form),
    implicits: draft.implicits.with(attribute, implicit),
    members,
  };
}

/** Those for which `test` holds, and the others. */
function divide(members: Uint32Array, test: (item: number) => boolean): [Uint32Array, Uint32Array] {
  const yes = new IntColumn(Math.max(1, members.length >> 1));
  const no = new IntColumn(Math.max(1, members.length >> 1));
  for (let index = 0; index < members.length; index++) {
    const item = members[index]!;
    (test(item) ? yes : no).push(item);
  }
  return [Uint32Array.from(yes.data.subarray(0, yes.count)), Uint32Array.from(no.data.subarray(0, no.count))];
}

/** About as many bytes as a declaration in `.debug_abbrev` takes. */
function declarationSize({ shape }: Draft): number {
  let size = 1 + ulebSize(shape.tag) + 1 + 2;
  for (const name of shape.names) size += ulebSize(name) + 1;
  return size;
}
