import { nameOfAttribute } from '../dwarf/constants/attributes.ts';
import { nameOfForm } from '../dwarf/constants/forms.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import { DEEPEST_ENTRY } from '../dwarf/read/entry-cursor.ts';
import { stepFrom } from '../dwarf/read/skip-plan.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { FormatError, isFormatError } from '../errors.ts';
import { checkCallSite, isCallSite } from './checks/call-sites.ts';
import { readDeclaredRanges } from './checks/declared-ranges.ts';
import { checkInlined } from './checks/inlined.ts';
import { checkOverlaps } from './checks/overlaps.ts';
import { checkRanges } from './checks/ranges.ts';
import { type FileNumbers, UnitFiles } from './checks/unit-files.ts';
import { UnitReferences } from './checks/unit-references.ts';
import { UnitStrings } from './checks/unit-strings.ts';
import { VariableCheck } from './checks/variables.ts';
import type { VerifyContext } from './context.ts';
import { isElsewhere } from './elsewhere.ts';
import { EntryFindings } from './entry-findings.ts';
import { ACT, type EntryPlan, READ, SLOT, SLOTS } from './entry-plan.ts';
import { EntryPlans } from './entry-plans.ts';
import type { EntryStarts } from './entry-starts.ts';
import { UnitScopes } from './unit-scopes.ts';

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
  readonly #starts: EntryStarts;
  readonly #plans: EntryPlans;
  readonly #found: EntryFindings;
  readonly #references: UnitReferences;
  readonly #strings: UnitStrings;
  readonly #files: UnitFiles;
  readonly #variables: VariableCheck;
  readonly #declared: number[] = [];

  /** @param files `undefined` where the unit has no line table. */
  constructor(context: VerifyContext, unit: Unit, files: FileNumbers | undefined) {
    this.#context = context;
    this.unit = unit;
    this.#starts = context.startsIn(unit.section);
    this.#plans = new EntryPlans(unit);
    this.scopes = new UnitScopes(unit, context.scopeColumns);
    this.#found = new EntryFindings(context.findings, this.scopes);
    this.#references = new UnitReferences(context, unit, this.#found, this.#starts);
    this.#strings = new UnitStrings(unit, this.#found);
    this.#files = new UnitFiles(unit, files, this.#found);
    this.#variables = new VariableCheck(context, unit, this.scopes);
  }

  run(): void {
    try {
      this.#walk();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#context.findings.damage('entries/damaged', error, this.scopes.count > 0 ? this.scopes.path(0) : undefined);
    }
    this.#references.finish();
    checkOverlaps(this.#context, this.scopes, this.#found.section);
  }

  #walk(): void {
    const { slots, sizes } = this;
    const { header, section } = this.unit;
    section.load(header.entriesOffset, header.end);
    const { bytes, view, base } = section;
    const limit = base + header.end;
    const unitStart = header.offset;
    const unitSize = header.end - header.offset;
    const starts = this.#starts;
    const references = this.#references;
    const plans = this.#plans;
    const { size: stringSize, lineSize: lineStringSize, count: stringCount } = this.#strings;
    const { first: firstFile, last: lastFile } = this.#files;
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
      let plan = plans.find(code, offset);
      if (plan.isIndirect) plan = plans.resolve(plan, at);
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
              references.outside(offset, scope, shape.tag, what, value);
            } else {
              references.check(unitStart + value, offset, what, shape.tag, scope);
            }
            if (what >= 0) slots[what] = unitStart + value;
            break;
          case ACT.sectionReference:
            references.checkFar(value, offset, scope, shape.tag, what);
            if (what >= 0) slots[what] = value;
            break;
          case ACT.string:
            if (!(value < (what === 0 ? stringSize : lineStringSize))) {
              this.#strings.outside(offset, scope, shape.tag, what, value);
            }
            break;
          case ACT.stringIndex:
            if (!(value < stringCount)) this.#strings.badIndex(offset, scope, shape.tag, value);
            break;
          case ACT.file:
            if (what >= 0) slots[what] = value;
            if (!(value >= firstFile && value <= lastFile)) {
              this.#files.outside(offset, scope, shape.tag, what, value);
            }
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
          if (isCallSite(shape.tag))
            checkCallSite(this.#context, this.scopes, offset, shape.tag, scope, this.#found.section);
          break;
      }
      if (shape.hasChildren) {
        if (++depth > DEEPEST_ENTRY) {
          throw new FormatError('too-deep', section.section, offset, `entries nested deeper than ${DEEPEST_ENTRY}`);
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
      readDeclaredRanges(this.unit, plan, this.slots, offset, this.#declared);
      isTold = checkRanges(this.#context, this.scopes, scope, this.#declared, this.#found.section);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      if (!isElsewhere(error, this.unit)) this.#context.findings.damage('ranges/list', error, this.scopes.path(scope));
    }
    if (shape.tag === DW_TAG.inlined_subroutine) checkInlined(this.#context, this, plan, scope, isTold);
    else if (forms[SLOT.frameBase]! > 0) this.#variables.check(plan, this.slots, this.sizes, offset, scope);
    return scope;
  }

  #misformed(plan: EntryPlan, offset: number, scope: number): void {
    for (const { name, form } of plan.misformed) {
      const message = `${nameOfAttribute(name)} has the form ${nameOfForm(form)}, which says no such thing`;
      this.#found.add('entries/form', message, offset, scope, plan.shape.tag);
    }
  }

  #empty(offset: number, scope: number): void {
    const message = 'entry is said to have children and has none';
    this.#context.findings.add('entries/no-children', message, {
      section: this.#found.section,
      offset,
      path: this.scopes.path(Math.max(scope, 0)),
    });
  }
}
