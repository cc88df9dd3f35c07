import type { Unit } from '../../dwarf/read/unit.ts';
import type { VerifyContext } from '../context.ts';
import type { EntryFindings } from '../entry-findings.ts';
import { SLOT } from '../entry-plan.ts';
import type { EntryStarts } from '../entry-starts.ts';
import { hex } from '../hex.ts';
import { describeMisfit, isFitting, nameOfReferring, REFERRING } from './references.ts';

/** Slots whose reference has to be of a certain kind. */
const REFERRING_OF_SLOT: Readonly<Record<number, number>> = {
  [SLOT.type]: REFERRING.type,
  [SLOT.origin]: REFERRING.origin,
  [SLOT.specification]: REFERRING.specification,
  [SLOT.import]: REFERRING.import,
};

/** Numbers that are kept of a reference to an entry further on. */
const RECORD = 5;

/** The references of a unit's entries: that entries start there, of a kind that the attribute can mean. */
export class UnitReferences {
  readonly #context: VerifyContext;
  readonly #unit: Unit;
  readonly #found: EntryFindings;
  readonly #starts: EntryStarts;
  /** References to entries further on: where to, where from, which attribute, the entry's tag and its scope. */
  #forward: Float64Array;
  #forwardCount = 0;

  constructor(context: VerifyContext, unit: Unit, found: EntryFindings, starts: EntryStarts) {
    this.#context = context;
    this.#unit = unit;
    this.#found = found;
    this.#starts = starts;
    this.#forward = context.forward;
  }

  /** A reference within the unit whose target lies in it, but has not been walked, or says more by its kind. */
  check(target: number, offset: number, slot: number, tag: number, scope: number): void {
    if (slot === SLOT.import || target >= offset || !this.#starts.has(target)) {
      this.#later(target, offset, slot, tag, scope);
    } else if (slot >= SLOT.origin) {
      this.#checkTag(target, offset, scope, tag, slot);
    }
  }

  /** A reference within the unit that reaches past it. */
  outside(offset: number, scope: number, tag: number, slot: number, value: number): void {
    const size = this.#unit.header.end - this.#unit.header.offset;
    const message = `${nameOfSlot(slot)} refers to ${hex(value)} of a unit of ${hex(size)} bytes`;
    this.#found.add('references/outside-unit', message, offset, scope, tag);
  }

  /** A reference within the section: of what is not walked yet, the end of all units tells. */
  checkFar(to: number, from: number, scope: number, tag: number, slot: number): void {
    if (!(to < this.#unit.section.end)) {
      const message = `${nameOfSlot(slot)} refers to ${hex(to)}, past the section`;
      this.#found.add('references/outside-section', message, from, scope, tag);
      return;
    }
    if (this.#starts.has(to)) return;
    const attribute = REFERRING_OF_SLOT[slot] ?? REFERRING.other;
    const { section } = this.#found;
    const path = this.#found.path(scope, from, tag);
    this.#context.farReferences.push({ section, from, to, attribute, tag, path });
  }

  /** Checks what was left until all entries of the unit are walked. */
  finish(): void {
    const forward = this.#forward;
    for (let index = 0; index < this.#forwardCount; index += RECORD) {
      const target = forward[index]!;
      const offset = forward[index + 1]!;
      const slot = forward[index + 2]!;
      const tag = forward[index + 3]!;
      const scope = forward[index + 4]!;
      if (this.#starts.has(target)) {
        if (slot >= SLOT.origin) this.#checkTag(target, offset, scope, tag, slot);
        continue;
      }
      const message = `${nameOfSlot(slot)} refers to ${hex(target)}, where no entry starts`;
      this.#found.add('references/no-entry', message, offset, scope, tag);
    }
  }

  #later(target: number, offset: number, slot: number, tag: number, scope: number): void {
    const at = this.#forwardCount;
    if (at + RECORD > this.#forward.length) {
      const larger = new Float64Array(this.#forward.length * 2);
      larger.set(this.#forward);
      this.#forward = larger;
      this.#context.forward = larger;
    }
    const forward = this.#forward;
    forward[at] = target;
    forward[at + 1] = offset;
    forward[at + 2] = slot;
    forward[at + 3] = tag;
    forward[at + 4] = scope;
    this.#forwardCount = at + RECORD;
  }

  #checkTag(target: number, offset: number, scope: number, tag: number, slot: number): void {
    const attribute = REFERRING_OF_SLOT[slot];
    if (attribute === undefined || attribute === REFERRING.import) return;
    const targetTag = this.#tagAt(target);
    if (isFitting(attribute, tag, targetTag)) return;
    this.#found.add('references/kind', describeMisfit(attribute, tag, targetTag), offset, scope, tag);
  }

  /** The tag of the entry that starts at an offset. */
  #tagAt(offset: number): number {
    const { section, shapes } = this.#unit;
    const { bytes } = section;
    let at = section.base + offset;
    let code = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = bytes[at++]!;
      code += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return shapes.find(code)?.tag ?? 0;
  }
}

function nameOfSlot(slot: number): string {
  return nameOfReferring(REFERRING_OF_SLOT[slot] ?? REFERRING.other);
}
