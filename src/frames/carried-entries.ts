import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_OP } from '../dwarf/constants/operations.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import type { Dwarf } from '../dwarf/read/dwarf.ts';
import type { Attribute, Entry } from '../dwarf/read/entry.ts';
import { EntryCursor } from '../dwarf/read/entry-cursor.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { Reencoder } from '../dwarf/reencode/reencoder.ts';
import type { DwarfWriter } from '../dwarf/write/dwarf.ts';
import { isFormatError } from '../errors.ts';
import type { SourceFile } from './frame.ts';

/** What is carried over besides frames: types, namespaces, globals and declarations; or the functions' variables too. */
export type CarriedEntriesKind = 'types' | 'all';

/** What carrying entries over needs to know. */
export interface CarryOptions {
  readonly kind: CarriedEntriesKind;
  /** Offsets in `.debug_info` of what descriptions of functions go on in: declarations, above all. */
  readonly needed: ReadonlySet<number>;
  /** Whether the function that the entry at an offset of `.debug_info` describes still has code. */
  readonly isLive: (offset: number) => boolean;
  /** `DW_INL` of a function that an entry describes. */
  readonly inlineOf: (offset: number) => number;
  /** The number that a source file has in the line table of the unit that is being written. */
  readonly fileNumber: (file: SourceFile) => number;
}

/** Entries of code: they are written from the table of frames. */
const CODE: ReadonlySet<number> = new Set([
  DW_TAG.inlined_subroutine,
  DW_TAG.label,
  DW_TAG.entry_point,
  DW_TAG.call_site,
  DW_TAG.call_site_parameter,
  DW_TAG.GNU_call_site,
  DW_TAG.GNU_call_site_parameter,
]);

/** Attributes that say where code is, or where another entry stands that may be elsewhere now. */
const LEFT_OUT: ReadonlySet<number> = new Set([
  DW_AT.sibling,
  DW_AT.stmt_list,
  DW_AT.low_pc,
  DW_AT.high_pc,
  DW_AT.ranges,
  DW_AT.entry_pc,
  DW_AT.start_scope,
  DW_AT.frame_base,
  DW_AT.inline,
  DW_AT.GNU_locviews,
  DW_AT.GNU_entry_view,
  DW_AT.call_all_calls,
  DW_AT.call_all_source_calls,
  DW_AT.call_all_tail_calls,
  DW_AT.GNU_all_call_sites,
  DW_AT.GNU_all_source_call_sites,
  DW_AT.GNU_all_tail_call_sites,
  DW_AT.macros,
  DW_AT.GNU_macros,
  DW_AT.macro_info,
]);

/** What functions and their blocks hold that is no type. */
const LOCAL: ReadonlySet<number> = new Set([
  DW_TAG.formal_parameter,
  DW_TAG.unspecified_parameters,
  DW_TAG.variable,
  DW_TAG.lexical_block,
]);

/**
 * What is carried over from the debug information before: functions keep their descriptions and lose their code, which
 * others that refer to them have. Where variables of functions are is left out: code that was changed may keep them
 * elsewhere.
 */
export class CarriedEntries extends Reencoder {
  /** Locations of variables that were left out. */
  locationsLeftOut = 0;
  override readonly keepsAddressTable: boolean = false;
  readonly #options: CarryOptions;
  /** Where functions and blocks stand that hold types: these may be needed where the code is gone. */
  readonly #shells = new Set<number>();
  /** The depth of the function that is being walked whose variables are left out, else infinite. */
  #functionDepth = Number.POSITIVE_INFINITY;

  constructor(dwarf: Dwarf, writer: DwarfWriter, options: CarryOptions) {
    super(dwarf, writer);
    this.#options = options;
  }

  override label(units: readonly Unit[]): Unit[] {
    for (const unit of units) {
      try {
        this.#findShells(unit);
      } catch (error) {
        // Such a unit gets no labels, and is reported then.
        if (!isFormatError(error)) throw error;
      }
    }
    return super.label(units);
  }

  override keeps({ depth, offset, shape, unit }: EntryCursor): boolean {
    if (depth <= this.#functionDepth) this.#functionDepth = Number.POSITIVE_INFINITY;
    if (depth === 0) return true;
    const { abbreviation, tag } = shape!;
    if (CODE.has(tag)) return false;
    const isShell = this.#shells.has(shellKey(unit, offset)) || this.#isNeeded(unit, offset);
    if (tag === DW_TAG.subprogram) {
      if (this.#isLive(unit, offset)) {
        if (this.#options.kind === 'types') this.#functionDepth = depth;
        return true;
      }
      if (abbreviation.attributes.some(({ name }) => name === DW_AT.declaration)) return true;
      if (isShell) this.#functionDepth = depth;
      return isShell;
    }
    return !(LOCAL.has(tag) && depth > this.#functionDepth) || isShell;
  }

  #isLive({ section }: Unit, offset: number): boolean {
    return section.section === '.debug_info' && this.#options.isLive(offset);
  }

  #isNeeded({ section }: Unit, offset: number): boolean {
    return section.section === '.debug_info' && this.#options.needed.has(offset);
  }

  #findShells(unit: Unit): void {
    const cursor = new EntryCursor(unit);
    const around: { readonly depth: number; readonly key: number }[] = [];
    while (cursor.next()) {
      const { depth, offset } = cursor;
      const { tag } = cursor.shape!;
      while (around.length > 0 && around.at(-1)!.depth >= depth) around.pop();
      if (tag === DW_TAG.subprogram || tag === DW_TAG.lexical_block)
        around.push({ depth, key: shellKey(unit, offset) });
      if (SCOPES.has(tag) || this.#isNeeded(unit, offset)) for (const { key } of around) this.#shells.add(key);
    }
  }

  override writes(entry: Entry): boolean {
    switch (entry.tag) {
      case DW_TAG.imported_declaration:
      case DW_TAG.imported_module:
      case DW_TAG.imported_unit: {
        // What is gone cannot be imported; what is in another file is not gone.
        if (entry.value(DW_AT.import)?.class === 'supplementary-reference') return true;
        const target = entry.reference(DW_AT.import);
        return target !== undefined && this.labels.of(target) !== undefined;
      }
      default:
        return true;
    }
  }

  override attributes(entry: Entry): void {
    super.attributes(entry);
    if (entry.tag === DW_TAG.subprogram && this.#isLive(entry.unit, entry.offset)) {
      this.writer.constant(DW_AT.inline, this.#options.inlineOf(entry.offset));
    }
  }

  override attribute(entry: Entry, attribute: Attribute): void {
    const { name, value } = attribute;
    if (LEFT_OUT.has(name)) return;
    switch (name) {
      case DW_AT.decl_file:
      case DW_AT.call_file: {
        const file = value.class === 'constant' ? fileOf(entry.unit, value.value) : undefined;
        if (file !== undefined) this.writer.constant(name, this.#options.fileNumber(file));
        return;
      }
      case DW_AT.location:
        // Memory stays where it is; locals of the code do not, nor does a frame.
        if (value.class === 'expression' && isAbsolute(value.bytes.toBytes())) return super.attribute(entry, attribute);
        this.locationsLeftOut++;
        return;
      default:
        return super.attribute(entry, attribute);
    }
  }
}

/** Types that a function may hold, and others refer to: from declarations in them, above all. */
const SCOPES: ReadonlySet<number> = new Set([
  DW_TAG.structure_type,
  DW_TAG.class_type,
  DW_TAG.union_type,
  DW_TAG.enumeration_type,
  DW_TAG.typedef,
]);

/** Two sections may have entries at the same offset. */
function shellKey({ section }: Unit, offset: number): number {
  return section.section === '.debug_info' ? offset : ~offset;
}

/** Type units refer to the files of other units' tables. */
function fileOf(unit: Unit, index: number): SourceFile | undefined {
  return unit.header.typeSignature === undefined ? unit.sourceFile(index) : undefined;
}

/** `DW_OP_addr`, and the indexes of addresses: the place of a global. */
const ABSOLUTE: ReadonlySet<number | undefined> = new Set([DW_OP.addr, DW_OP.addrx, DW_OP.GNU_addr_index]);

function isAbsolute(expression: Uint8Array): boolean {
  return ABSOLUTE.has(expression[0]);
}
