import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_ATE } from '../../dwarf/constants/base-types.ts';
import { DW_FORM } from '../../dwarf/constants/forms.ts';
import { DW_OP } from '../../dwarf/constants/operations.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { operations, WASM_LOCATION } from '../../dwarf/read/expressions.ts';
import { locationListLayout, readLocationList } from '../../dwarf/read/location-lists.ts';
import { listOffsetAt } from '../../dwarf/read/range-lists.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { isElsewhere } from '../elsewhere.ts';
import { type EntryPlan, isBlock, SLOT } from '../entry-plan.ts';
import { hex, span } from '../hex.ts';
import type { UnitScopes } from '../unit-scopes.ts';

/** What a local has to hold for a variable of some type. */
type ValueKind = 'f32' | 'f64' | 'i32' | 'i64' | undefined;

/** What linkers write for a global that is gone. */
const DROPPED = 0xffff_ffff;

/** Where variables are: expressions that can be read, locals that exist, lists that stay within their function. */
export class VariableCheck {
  readonly #context: VerifyContext;
  readonly #unit: Unit;
  readonly #scopes: UnitScopes;
  readonly #kinds = new Map<number, ValueKind>();
  /** The entry being checked. */
  #offset = 0;
  #scope = 0;
  #tag = 0;

  constructor(context: VerifyContext, unit: Unit, scopes: UnitScopes) {
    this.#context = context;
    this.#unit = unit;
    this.#scopes = scopes;
  }

  check({ forms, shape }: EntryPlan, slots: Float64Array, sizes: Float64Array, offset: number, scope: number): void {
    this.#offset = offset;
    this.#scope = scope;
    this.#tag = shape.tag;
    for (const slot of [SLOT.location, SLOT.frameBase]) {
      const form = forms[slot]!;
      if (form <= 0) continue;
      const value = slots[slot]!;
      const type = forms[SLOT.type]! > 0 ? slots[SLOT.type]! : forms[SLOT.origin]! > 0 ? slots[SLOT.origin]! : -1;
      try {
        if (isBlock(form)) this.#expression(value, sizes[slot]!, slot === SLOT.frameBase ? -1 : type);
        else this.#list(form, value, type);
      } catch (error) {
        if (!isFormatError(error)) throw error;
        if (isElsewhere(error, this.#unit)) continue;
        const rule = isBlock(form) ? 'variables/expression' : 'variables/list';
        this.#context.findings.damage(rule, error, this.#path());
      }
    }
  }

  /** An expression in the unit's own section, of nearly always one operation. */
  #expression(start: number, size: number, type: number): void {
    const { bytes, base } = this.#unit.section;
    const at = base + start;
    switch (bytes[at]) {
      case DW_OP.WASM_location:
        // A local below 128, and perhaps the word that it is the value.
        if (bytes[at + 1] === WASM_LOCATION.local && bytes[at + 2]! < 0x80) {
          if (size === 3 || (size === 4 && bytes[at + 3] === DW_OP.stack_value)) {
            this.#local(bytes[at + 2]!, size === 4 ? type : -1);
            return;
          }
        }
        break;
      case DW_OP.fbreg:
        if (bytes[at + size - 1]! < 0x80 && size <= 6) {
          let end = at + 1;
          while (bytes[end]! >= 0x80) end++;
          if (end === at + size - 1) return;
        }
        break;
      default:
        break;
    }
    if (size === 0) return;
    this.#operations(this.#unit.section.part(start, start + size), type);
  }

  #operations(expression: Parameters<typeof operations>[0], type: number): void {
    const { header } = this.#unit;
    const locals: number[] = [];
    let count = 0;
    let isValue = false;
    for (const { opcode, operands, block } of operations(expression, header)) {
      count++;
      switch (opcode) {
        case DW_OP.WASM_location:
          if (operands[0] === WASM_LOCATION.local || operands[0] === WASM_LOCATION.local_indirect)
            locals.push(operands[1]!);
          else if (operands[0] !== WASM_LOCATION.stack) this.#global(operands[1]!);
          break;
        case DW_OP.stack_value:
          isValue = true;
          break;
        case DW_OP.convert:
        case DW_OP.reinterpret:
        case DW_OP.GNU_convert:
        case DW_OP.GNU_reinterpret:
          if (operands[0] !== 0) this.#baseType(operands[0]!);
          break;
        case DW_OP.const_type:
        case DW_OP.GNU_const_type:
          this.#baseType(operands[0]!);
          break;
        case DW_OP.regval_type:
        case DW_OP.deref_type:
        case DW_OP.GNU_regval_type:
        case DW_OP.GNU_deref_type:
          this.#baseType(operands[1]!);
          break;
        case DW_OP.entry_value:
        case DW_OP.GNU_entry_value:
          if (block !== undefined) this.#operations(block, -1);
          break;
        default:
          break;
      }
    }
    // Of longer expressions it is not known what part of the variable a local holds.
    for (const local of locals) this.#local(local, count === 2 && isValue ? type : -1);
  }

  #baseType(offset: number): void {
    const unit = this.#unit;
    const entry = attempt(() => unit.entryAt(unit.offset + offset));
    if (entry?.tag === DW_TAG.base_type) return;
    this.#add('variables/base-type', `operation of a type at ${hex(unit.offset + offset)}, which is no base type`);
  }

  #global(index: number): void {
    const { map, locals } = this.#context;
    if (map === undefined || index < locals.globalCount) return;
    if (index === DROPPED) {
      this.#add('variables/dropped-global', 'global that the linker dropped');
      return;
    }
    this.#add('variables/global', `global ${index} of a module with ${locals.globalCount}`);
  }

  #local(index: number, type: number): void {
    const { locals } = this.#context;
    const body = this.#body();
    if (body < 0) return;
    const count = locals.count(body);
    if (count === undefined) return;
    if (index >= count) {
      this.#add('variables/local', `local ${index} of a function with ${count}`);
      return;
    }
    if (type < 0) return;
    const kind = this.#kindOf(type);
    if (kind === undefined) return;
    const held = locals.type(body, index)!;
    if (isFitting(kind, held)) return;
    this.#add('variables/local-type', `local ${index} is ${held}, and the variable's type is ${describeKind(kind)}`);
  }

  /** The body of the function around, where that is known and checked. */
  #body(): number {
    const scopes = this.#scopes;
    if (this.#context.map === undefined || this.#scope < 0 || scopes.isUnchecked(this.#scope)) return -1;
    return scopes.bodies[this.#scope]!;
  }

  #list(form: number, value: number, type: number): void {
    const unit = this.#unit;
    const { version, offset: unitOffset, offsetSize } = unit.header;
    const isSplit = unit.dwarf.sections.suffix !== '';
    const name = version >= 5 ? '.debug_loclists' : '.debug_loc';
    const section = unit.dwarf.required(name, unitOffset, unit.section.section);
    const offset =
      form === DW_FORM.loclistx
        ? listOffsetAt(section, unit.bases.locationLists, value, offsetSize)
        : value + (isSplit ? unit.bases.locationLists : 0);
    const layout = locationListLayout(version, isSplit);
    const body = this.#body();
    const { map } = this.#context;
    for (const { start, end, expression } of readLocationList(section, offset, layout, unit)) {
      this.#operations(expression, type);
      if (start === undefined || end === undefined || map === undefined || body < 0 || start === end) continue;
      const at = expression.start;
      if (end < start) {
        this.#add('variables/list-backwards', `location from ${hex(start)} to ${hex(end)}`, section.section, at, start);
      } else if (start < map.bodyStart(body) || end > map.bodyEnd(body)) {
        const message = `location holds in ${span(start, end)}, its function is ${span(map.bodyStart(body), map.bodyEnd(body))}`;
        this.#add('variables/list-outside', message, section.section, at, start);
      } else if (!map.isBoundary(start) || !map.isEnd(end, body)) {
        const message = `location holds in ${span(start, end)}, which begins or ends within an instruction`;
        this.#add('variables/list-not-instruction', message, section.section, at, start);
      }
    }
  }

  /** What a type's values are held in; of a variable's origin, what those of its type are. */
  #kindOf(offset: number): ValueKind {
    if (!this.#kinds.has(offset))
      this.#kinds.set(
        offset,
        attempt(() => this.#readKind(offset)),
      );
    return this.#kinds.get(offset);
  }

  #readKind(offset: number): ValueKind {
    const unit = this.#unit;
    const { header } = unit;
    let entry: Entry | undefined =
      offset >= header.offset && offset < header.end ? unit.entryAt(offset) : unit.dwarf.entryAt(offset, unit);
    for (let length = 0; entry !== undefined && length < 16; length++) {
      switch (entry.tag) {
        case DW_TAG.base_type: {
          const size = entry.constant(DW_AT.byte_size);
          const encoding = entry.constant(DW_AT.encoding);
          if (encoding === DW_ATE.float) return size === 4 ? 'f32' : size === 8 ? 'f64' : undefined;
          if (encoding === DW_ATE.complex_float || (size ?? 9) > 8) return undefined;
          return (size ?? 0) > 4 ? 'i64' : 'i32';
        }
        case DW_TAG.pointer_type:
        case DW_TAG.reference_type:
        case DW_TAG.rvalue_reference_type:
          return unit.addressSize > 4 ? 'i64' : 'i32';
        case DW_TAG.enumeration_type:
          return (entry.constant(DW_AT.byte_size) ?? 0) > 4 ? 'i64' : 'i32';
        case DW_TAG.typedef:
        case DW_TAG.const_type:
        case DW_TAG.volatile_type:
        case DW_TAG.restrict_type:
        case DW_TAG.atomic_type:
        case DW_TAG.variable:
        case DW_TAG.formal_parameter:
          entry = entry.reference(DW_AT.type) ?? entry.reference(DW_AT.abstract_origin);
          break;
        default:
          return undefined;
      }
    }
    return undefined;
  }

  #path(): readonly string[] {
    const scopes = this.#scopes;
    if (this.#scope >= 0 && scopes.offsets[this.#scope] === this.#offset) return scopes.path(this.#scope);
    return scopes.pathOf(Math.max(this.#scope, 0), this.#offset, this.#tag);
  }

  #add(
    rule: Parameters<VerifyContext['findings']['add']>[0],
    message: string,
    section: string = this.#unit.section.section,
    offset: number = this.#offset,
    address?: number,
  ): void {
    const { findings } = this.#context;
    if (findings.wants(rule)) findings.add(rule, message, { section, offset, path: this.#path(), address });
  }
}

/** Whether a local can hold a value: as it is, as the bits of one of the same size, or integers in larger ones. */
function isFitting(kind: ValueKind, held: string): boolean {
  switch (kind) {
    case 'f32':
    case 'i32':
      return held === 'f32' || held === 'i32' || held === 'v128' || (kind === 'i32' && held === 'i64');
    default:
      // Of a large integer a compiler may know that it is small.
      return held === 'f64' || held === 'i64' || held === 'v128' || (kind === 'i64' && held === 'i32');
  }
}

function describeKind(kind: ValueKind): string {
  const size = kind === 'f32' || kind === 'i32' ? 4 : 8;
  return kind === 'f32' || kind === 'f64' ? `a float of ${size} bytes` : `an integer or a pointer of ${size} bytes`;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
