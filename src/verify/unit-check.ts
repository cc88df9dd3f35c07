import { DW_AT, nameOfAttribute } from '../dwarf/constants/attributes.ts';
import { DW_FORM, nameOfForm } from '../dwarf/constants/forms.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import { DEEPEST_ENTRY } from '../dwarf/read/entry-cursor.ts';
import type { FormValue } from '../dwarf/read/forms.ts';
import { stepFrom } from '../dwarf/read/skip-plan.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { FormatError, isFormatError } from '../errors.ts';
import { checkCallSite, isCallSite } from './checks/call-sites.ts';
import { checkInlined } from './checks/inlined.ts';
import { checkOverlaps } from './checks/overlaps.ts';
import { checkRanges } from './checks/ranges.ts';
import { describeMisfit, isFitting, nameOfReferring, REFERRING } from './checks/references.ts';
import { VariableCheck } from './checks/variables.ts';
import type { VerifyContext } from './context.ts';
import { isElsewhere } from './elsewhere.ts';
import { ACT, type EntryPlan, isAddress, isAddressIndex, planOf, READ, SLOT, SLOTS } from './entry-plan.ts';
import type { EntryStarts } from './entry-starts.ts';
import { hex } from './hex.ts';
import { UnitScopes } from './unit-scopes.ts';

/** What the unit's source files are numbered by. */
export interface FileNumbers {
  readonly first: number;
  readonly last: number;
}

/** Slots whose reference has to be of a certain kind. */
const REFERRING_OF_SLOT: Readonly<Record<number, number>> = {
  [SLOT.type]: REFERRING.type,
  [SLOT.origin]: REFERRING.origin,
  [SLOT.specification]: REFERRING.specification,
  [SLOT.import]: REFERRING.import,
};

/**
 * Walks the entries of a unit once and checks them: the hot loop of verification, which makes no object for an entry
 * that nothing is wrong with.
 */
export class UnitCheck {
  readonly unit: Unit;
  readonly scopes: UnitScopes;
  /** Values of the entry, by slot, and the sizes of blocks. */
  readonly slots: Float64Array = new Float64Array(SLOTS);
  readonly sizes: Float64Array = new Float64Array(SLOTS);
  readonly #context: VerifyContext;
  readonly #files: FileNumbers | undefined;
  readonly #section: string;
  readonly #starts: EntryStarts;
  readonly #plans: (EntryPlan | undefined)[] = [];
  readonly #variables: VariableCheck;
  /** References to entries further on: where to, where from, which attribute. */
  #forward: Float64Array;
  #forwardCount = 0;
  readonly #declared: number[] = [];
  readonly #stringSizes: readonly [number, number];
  readonly #stringOffsets: { count: number; end: number };

  constructor(context: VerifyContext, unit: Unit, files: FileNumbers | undefined) {
    this.#context = context;
    this.unit = unit;
    this.#files = files;
    this.#section = unit.section.section;
    this.#forward = context.forward;
    this.#starts = context.startsIn(unit.section);
    this.scopes = new UnitScopes(unit, context.scopeColumns);
    this.#variables = new VariableCheck(context, unit, this.scopes);
    const { sections } = unit.dwarf;
    this.#stringSizes = [sections.section('.debug_str')?.size ?? -1, sections.section('.debug_line_str')?.size ?? -1];
    this.#stringOffsets = { count: this.#stringIndexes(), end: sections.section('.debug_str')?.size ?? 0 };
  }

  run(): void {
    try {
      this.#walk();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#context.findings.damage('entries/damaged', error, this.scopes.count > 0 ? this.scopes.path(0) : undefined);
    }
    this.#checkForward();
    checkOverlaps(this.#context, this.scopes, this.#section);
  }

  #walk(): void {
    const { unit, slots, sizes } = this;
    const { header, section, shapes } = unit;
    section.load(header.entriesOffset, header.end);
    const { bytes, view, base } = section;
    const limit = base + header.end;
    const unitStart = header.offset;
    const unitSize = header.end - header.offset;
    const starts = this.#starts;
    const [stringSize, lineStringSize] = this.#stringSizes;
    const stringCount = this.#stringOffsets.count;
    const firstFile = this.#files?.first ?? 1;
    const lastFile = this.#files?.last ?? -1;
    const scopeAt: number[] = [-1];
    const emptyAt: number[] = [-1];
    let depth = 0;
    let at = base + header.entriesOffset;
    while (at < limit) {
      const start = at;
      let code = bytes[at++]!;
      if (code === 0) {
        if (depth === 0) {
          // Padding after the root's tree.
          if (this.scopes.count > 0) return;
          continue;
        }
        if (emptyAt[depth]! >= 0) this.#empty(emptyAt[depth]!, scopeAt[depth]!);
        depth--;
        if (depth === 0) break;
        continue;
      }
      if (code >= 0x80) {
        code &= 0x7f;
        let scale = 128;
        let byte: number;
        do {
          byte = bytes[at++]!;
          code += (byte & 0x7f) * scale;
          scale *= 128;
        } while (byte >= 0x80);
      }
      const offset = start - base;
      let plan = this.#plans[code];
      if (plan === undefined) {
        const shape = shapes.find(code);
        if (shape === undefined) {
          throw new FormatError(
            'unknown-code',
            section.section,
            offset,
            `abbreviation code ${code} is not in its table`,
          );
        }
        plan = planOf(shape, header, '.debug_abbrev');
        // Codes are small numbers in sequence; others must not make a sparse array.
        if (code < 1 << 16) {
          while (this.#plans.length < code) this.#plans.push(undefined);
          this.#plans[code] = plan;
        }
      }
      starts.add(offset);
      emptyAt[depth] = -1;
      const scope = scopeAt[depth]!;
      const { steps, shape } = plan;
      for (let index = 0; index < steps.length; index += 4) {
        let value = 0;
        const argument = steps[index + 1]!;
        switch (steps[index]) {
          case READ.skip:
            at = argument >= 0 ? at + argument : stepFrom(bytes, at, argument, header);
            continue;
          case READ.fixed:
            switch (argument) {
              case 1:
                value = bytes[at]! | 0;
                break;
              case 2:
                value = bytes[at]! | (bytes[at + 1]! << 8);
                break;
              case 3:
                value = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
                break;
              case 4:
                value = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
                break;
              case 8:
                if (at + 8 <= bytes.length) value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
                break;
              default:
                break;
            }
            at += argument;
            break;
          case READ.uleb: {
            let byte = bytes[at++]!;
            value = byte & 0x7f;
            let scale = 128;
            while (byte >= 0x80) {
              byte = bytes[at++]!;
              value += (byte & 0x7f) * scale;
              scale *= 128;
            }
            break;
          }
          case READ.sleb: {
            let byte: number;
            let scale = 1;
            do {
              byte = bytes[at++]!;
              value += (byte & 0x7f) * scale;
              scale *= 128;
            } while (byte >= 0x80);
            if ((byte & 0x40) !== 0) value -= scale;
            break;
          }
          case READ.constant:
            value = argument;
            break;
          default: {
            let size = 0;
            if (argument === 0) {
              let scale = 1;
              let byte: number;
              do {
                byte = bytes[at++]!;
                size += (byte & 0x7f) * scale;
                scale *= 128;
              } while (byte >= 0x80);
            } else {
              for (let byte = 0; byte < argument; byte++) size += bytes[at + byte]! * 2 ** (8 * byte);
              at += argument;
            }
            value = at - base;
            at += size;
            const slot = steps[index + 3]!;
            slots[slot] = value;
            sizes[slot] = size;
            continue;
          }
        }
        const what = steps[index + 3]!;
        switch (steps[index + 2]) {
          case ACT.keep:
            slots[what] = value;
            break;
          case ACT.reference:
            if (!(value < unitSize)) {
              this.#badReference(offset, scope, shape.tag, what, value);
            } else {
              const target = unitStart + value;
              if (what === SLOT.import || target >= offset || !starts.has(target))
                this.#later(target, offset, what, shape.tag, scope);
              else if (what >= SLOT.origin) this.#checkTag(target, offset, scope, shape.tag, what);
            }
            if (what >= 0) slots[what] = unitStart + value;
            break;
          case ACT.sectionReference:
            this.#farReference(value, offset, scope, shape.tag, what);
            if (what >= 0) slots[what] = value;
            break;
          case ACT.string:
            if (!(value < (what === 0 ? stringSize : lineStringSize)))
              this.#badString(offset, scope, shape.tag, what, value);
            break;
          case ACT.stringIndex:
            if (!(value < stringCount)) this.#badStringIndex(offset, scope, shape.tag, value);
            break;
          case ACT.file:
            if (what >= 0) slots[what] = value;
            if (!(value >= firstFile && value <= lastFile)) this.#badFile(offset, scope, shape.tag, what, value);
            break;
          default:
            break;
        }
      }
      if (at > limit) {
        throw new FormatError('unexpected-end', section.section, offset, 'entry reaches past the end of its unit');
      }
      if (plan.misformed.length > 0) this.#misformed(plan, offset, scope);
      let inner = scope;
      switch (shape.tag) {
        case DW_TAG.subprogram:
        case DW_TAG.inlined_subroutine:
        case DW_TAG.lexical_block:
        case DW_TAG.try_block:
        case DW_TAG.catch_block:
        case DW_TAG.compile_unit:
        case DW_TAG.partial_unit:
        case DW_TAG.skeleton_unit:
        case DW_TAG.type_unit:
          inner = this.#scope(plan, offset, scope);
          break;
        default:
          // A root of another kind holds the rest all the same.
          if (depth === 0) inner = this.#scope(plan, offset, scope);
          else if (plan.hasLocation) this.#variables.check(plan, slots, sizes, offset, scope);
          if (isCallSite(shape.tag)) checkCallSite(this.#context, this.scopes, offset, shape.tag, scope, this.#section);
          break;
      }
      if (shape.hasChildren) {
        if (++depth > DEEPEST_ENTRY) {
          const detail = `entries nested deeper than ${DEEPEST_ENTRY}`;
          throw new FormatError('too-deep', section.section, offset, detail);
        }
        scopeAt[depth] = inner;
        emptyAt[depth] = offset;
      } else if (depth === 0) {
        break;
      }
    }
    if (depth > 0) {
      const detail = `unit ends ${depth} levels deep: the ends of lists of children are missing`;
      throw new FormatError('unexpected-end', section.section, header.end, detail);
    }
  }

  /** An entry that code belongs to. */
  #scope(plan: EntryPlan, offset: number, parent: number): number {
    const { forms, shape } = plan;
    const scope = this.scopes.add(offset, shape.tag, parent);
    // Shorter by itself: to set the length gives the room away.
    while (this.#declared.length > 0) this.#declared.pop();
    let isTold = true;
    try {
      this.#readRanges(plan, offset);
      isTold = checkRanges(this.#context, this.scopes, scope, this.#declared, this.#section);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      if (!isElsewhere(error, this.unit)) this.#context.findings.damage('ranges/list', error, this.scopes.path(scope));
    }
    if (shape.tag === DW_TAG.inlined_subroutine) checkInlined(this.#context, this, plan, scope, isTold);
    else if (forms[SLOT.frameBase]! > 0) this.#variables.check(plan, this.slots, this.sizes, offset, scope);
    return scope;
  }

  #readRanges({ forms }: EntryPlan, offset: number): void {
    const { slots, unit } = this;
    const declared = this.#declared;
    const lowForm = forms[SLOT.low]!;
    if (isAddress(lowForm)) {
      const low = this.#address(lowForm, slots[SLOT.low]!);
      const highForm = forms[SLOT.high]!;
      if (highForm > 0) {
        const high = slots[SLOT.high]!;
        const end = isAddress(highForm) ? this.#address(highForm, high) : low + high;
        declared.push(low, end);
        return;
      }
    }
    if (lowForm !== 0 && !isAddress(lowForm)) {
      // Rare kinds of addresses are left to the reader.
      const ranges = unit.entryAt(offset)?.ranges() ?? [];
      declared.push(...ranges);
      return;
    }
    const form = forms[SLOT.ranges]!;
    if (form <= 0) return;
    const value = slots[SLOT.ranges]!;
    const list: FormValue =
      form === DW_FORM.rnglistx ? { class: 'list-index', index: value } : { class: 'section-offset', offset: value };
    unit.readRangesInto(list, declared);
  }

  #address(form: number, value: number): number {
    if (isAddressIndex(form)) return this.unit.addressAt(value);
    // The largest two values of each size are tombstones; with 8 bytes they round to the same number.
    const largest = 2 ** (8 * this.unit.addressSize);
    if (this.unit.addressSize === 8) return value >= largest - 2048 ? -1 : value;
    return value >= largest - 2 ? value - largest : value;
  }

  #stringIndexes(): number {
    const { unit } = this;
    const section = unit.dwarf.sections.section('.debug_str_offsets');
    if (section === undefined) return -1;
    // Indexes count from the unit's base: the first one that is outside the section tells how many there are.
    try {
      const base = unit.stringOffsetsBase;
      return Math.max(0, Math.floor((section.end - base) / unit.header.offsetSize));
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return -1;
    }
  }

  /** Checks a reference when the entry that it is to has been walked. */
  #later(target: number, offset: number, slot: number, tag: number, scope: number): void {
    const at = this.#forwardCount;
    if (at + 5 > this.#forward.length) {
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
    this.#forwardCount = at + 5;
  }

  #checkForward(): void {
    const forward = this.#forward;
    for (let index = 0; index < this.#forwardCount; index += 5) {
      const target = forward[index]!;
      const offset = forward[index + 1]!;
      const slot = forward[index + 2]!;
      const tag = forward[index + 3]!;
      const scope = forward[index + 4]!;
      if (this.#starts.has(target)) {
        if (slot >= SLOT.origin) this.#checkTag(target, offset, scope, tag, slot);
        continue;
      }
      const message = `${nameOfReferring(REFERRING_OF_SLOT[slot] ?? 0)} refers to ${hex(target)}, where no entry starts`;
      this.#add('references/no-entry', message, offset, scope, tag);
    }
  }

  #checkTag(target: number, offset: number, scope: number, tag: number, slot: number): void {
    const attribute = REFERRING_OF_SLOT[slot];
    if (attribute === undefined || attribute === REFERRING.import) return;
    const targetTag = this.#tagAt(target);
    if (isFitting(attribute, tag, targetTag)) return;
    this.#add('references/kind', describeMisfit(attribute, tag, targetTag), offset, scope, tag);
  }

  /** The tag of the entry that starts at an offset. */
  #tagAt(offset: number): number {
    const { bytes, base } = this.unit.section;
    let at = base + offset;
    let code = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = bytes[at++]!;
      code += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return (this.#plans[code]?.shape ?? this.unit.shapes.find(code))?.tag ?? 0;
  }

  #farReference(to: number, from: number, scope: number, tag: number, slot: number): void {
    const { unit } = this;
    if (!(to < unit.section.end)) {
      const message = `${nameOfReferring(REFERRING_OF_SLOT[slot] ?? 0)} refers to ${hex(to)}, past the section`;
      this.#add('references/outside-section', message, from, scope, tag);
      return;
    }
    if (this.#starts.has(to)) return;
    const attribute = REFERRING_OF_SLOT[slot] ?? 0;
    const path = describePath(this.scopes, scope, from, tag);
    this.#context.farReferences.push({ section: this.#section, from, to, attribute, tag, path });
  }

  #badReference(offset: number, scope: number, tag: number, slot: number, value: number): void {
    const what = nameOfReferring(REFERRING_OF_SLOT[slot] ?? 0);
    const size = this.unit.header.end - this.unit.header.offset;
    const message = `${what} refers to ${hex(value)} of a unit of ${hex(size)} bytes`;
    this.#add('references/outside-unit', message, offset, scope, tag);
  }

  #badString(offset: number, scope: number, tag: number, section: number, value: number): void {
    const name = section === 0 ? '.debug_str' : '.debug_line_str';
    const size = this.#stringSizes[section]!;
    const message = `string at ${hex(value)} of ${name}, which ${size < 0 ? 'is not there' : `has ${hex(size)} bytes`}`;
    this.#add('strings/outside-section', message, offset, scope, tag);
  }

  #badStringIndex(offset: number, scope: number, tag: number, value: number): void {
    const { count } = this.#stringOffsets;
    const message =
      count < 0 ? `string ${value} of a table that is not there` : `string ${value} of a table with ${count}`;
    this.#add('strings/index', message, offset, scope, tag);
  }

  #badFile(offset: number, scope: number, tag: number, slot: number, value: number): void {
    const name = nameOfAttribute(slot === SLOT.callFile ? DW_AT.call_file : DW_AT.decl_file);
    const files = this.#files;
    if (files === undefined) {
      // Split units' files are those of their skeleton, type units' those of a unit that may be elsewhere.
      if (this.unit.dwarf.sections.suffix !== '' || this.unit.header.typeSignature !== undefined) return;
      if (value !== 0)
        this.#add('files/no-table', `${name} is ${value}, and the unit has no line table`, offset, scope, tag);
      return;
    }
    if (value === 0 && files.first === 1 && slot === SLOT.declFile) return;
    const valid = files.last < files.first ? 'there are none' : `files are ${files.first} to ${files.last}`;
    this.#add(
      slot === SLOT.callFile ? 'files/call-file' : 'files/decl-file',
      `${name} is ${value}; ${valid}`,
      offset,
      scope,
      tag,
    );
  }

  #misformed(plan: EntryPlan, offset: number, scope: number): void {
    for (const { name, form } of plan.misformed) {
      const message = `${nameOfAttribute(name)} has the form ${nameOfForm(form)}, which says no such thing`;
      this.#add('entries/form', message, offset, scope, plan.shape.tag);
    }
  }

  #empty(offset: number, scope: number): void {
    const message = 'entry is said to have children and has none';
    this.#context.findings.add('entries/no-children', message, {
      section: this.#section,
      offset,
      path: this.scopes.count > 0 ? this.scopes.path(Math.max(scope, 0)) : undefined,
    });
  }

  #add(
    rule: Parameters<VerifyContext['findings']['add']>[0],
    message: string,
    offset: number,
    scope: number,
    tag: number,
  ): void {
    const { findings } = this.#context;
    if (!findings.wants(rule)) return;
    findings.add(rule, message, {
      section: this.#section,
      offset,
      path: describePath(this.scopes, scope, offset, tag),
    });
  }
}

function describePath(scopes: UnitScopes, scope: number, offset: number, tag: number): readonly string[] {
  if (scope < 0) return [];
  return scopes.pathOf(scope, offset, tag);
}
