import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_FORM } from '../dwarf/constants/forms.ts';
import { DW_TAG, nameOfTag } from '../dwarf/constants/tags.ts';
import type { Entry } from '../dwarf/read/entry.ts';
import { readSubroutines, type Subroutines } from '../dwarf/read/subroutines.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import type { SourceFunction } from './frame.ts';

/**
 * The functions of the source that entries stand for, each described once.
 *
 * A name may stand in the entry, in its abstract origin or in the declaration that one completes, also in another unit.
 */
export class SourceFunctions {
  readonly #functions = new Map<Unit, Map<number, SourceFunction>>();
  readonly #subroutines = new Map<Unit, Subroutines>();

  /** The functions and inlined calls of a unit, read once. */
  subroutines(unit: Unit): Subroutines {
    let subroutines = this.#subroutines.get(unit);
    if (subroutines === undefined) {
      subroutines = readSubroutines(unit);
      this.#subroutines.set(unit, subroutines);
    }
    return subroutines;
  }

  /** The function that entry `index` of a unit's subroutines stands for. */
  of(unit: Unit, subroutines: Subroutines, index: number): SourceFunction {
    // All inlined calls of one function share its abstract instance, and so the description.
    const origin = subroutines.origins[index]!;
    const offset = origin >= 0 && subroutines.named[index] === 0 ? origin : subroutines.offsets[index]!;
    let functions = this.#functions.get(unit);
    if (functions === undefined) {
      functions = new Map();
      this.#functions.set(unit, functions);
    }
    let found = functions.get(offset);
    if (found === undefined) {
      found = this.#describe(unit, offset);
      functions.set(offset, found);
    }
    return found;
  }

  #describe(unit: Unit, offset: number): SourceFunction {
    let name: string | undefined;
    let linkageName: string | undefined;
    let line: number | undefined;
    let fileEntry: Entry | undefined;
    let last: Entry | undefined;
    // What the chain says before damage is true all the same.
    const attempt = (read: () => void): void => {
      try {
        read();
      } catch (error) {
        if (!isFormatError(error)) throw error;
        unit.dwarf.damage('entries/name', error);
      }
    };
    attempt(() => {
      const start =
        offset >= unit.header.offset && offset < unit.header.end
          ? unit.entryAt(offset)
          : unit.dwarf.entryAt(offset, unit);
      if (start === undefined) return;
      for (const entry of start.chain()) {
        last = entry;
        attempt(() => (name ??= entry.string(DW_AT.name)));
        attempt(() => (linkageName ??= entry.string(DW_AT.linkage_name) ?? entry.string(DW_AT.MIPS_linkage_name)));
        attempt(() => (line ??= entry.constant(DW_AT.decl_line)));
        if (fileEntry === undefined && hasFile(entry)) fileEntry = entry;
      }
    });
    let file: SourceFunction['file'];
    attempt(() => {
      const index = fileEntry?.constant(DW_AT.decl_file);
      if (fileEntry !== undefined && index !== undefined) file = fileEntry.unit.sourceFile(index);
    });
    let qualifiedName: string | undefined;
    if (linkageName === undefined && name !== undefined && last !== undefined) {
      const declaration = last;
      attempt(() => (qualifiedName = this.#qualify(declaration, name!)));
    }
    return {
      name,
      linkageName,
      qualifiedName: qualifiedName ?? (linkageName === undefined ? name : undefined),
      file,
      line: line || undefined,
    };
  }

  /** The name with the namespaces, classes and functions in front that its declaration stands in. */
  #qualify(declaration: Entry, name: string): string {
    const { unit } = declaration;
    const subroutines = this.subroutines(unit);
    const index = indexOf(subroutines.offsets, declaration.offset);
    if (index < 0) return name;
    let qualified = name;
    for (let scope = subroutines.scopes[index]!; scope >= 0; scope = subroutines.scopeParents[scope]!) {
      const entry = unit.entryAt(subroutines.scopeOffsets[scope]!);
      if (entry !== undefined) qualified = `${this.#scopeName(entry)}::${qualified}`;
    }
    return qualified;
  }

  #scopeName(entry: Entry): string {
    for (const each of entry.chain()) {
      const name = each.string(DW_AT.name);
      if (name !== undefined) return name;
    }
    // As clang and the demanglers write what has no name.
    if (entry.tag === DW_TAG.namespace) return '(anonymous namespace)';
    const kind = nameOfTag(entry.tag).replace(/^DW_TAG_|_type$/g, '');
    return `(anonymous ${kind === 'structure' ? 'struct' : kind})`;
  }
}

/** Whether an entry says which file it is declared in. LLVM loses file numbers that are implicit constants. */
function hasFile({ abbreviation, unit }: Entry): boolean {
  const file = abbreviation.attributes.find((each) => each.name === DW_AT.decl_file);
  return file !== undefined && !(unit.dwarf.likeLlvm && file.form === DW_FORM.implicit_const);
}

/** Where `value` stands in a sorted array, -1 if it does not. */
function indexOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}
