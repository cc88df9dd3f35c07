import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_FORM } from '../dwarf/constants/forms.ts';
import { DW_TAG, nameOfTag } from '../dwarf/constants/tags.ts';
import { type Entry, LONGEST_CHAIN } from '../dwarf/read/entry.ts';
import type { Subroutines } from '../dwarf/read/subroutine-columns.ts';
import { readSubroutines } from '../dwarf/read/subroutines.ts';
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

  /** The scope around a declaration: an index into `subroutines(declaration.unit)`'s scopes, -1 where there is none. */
  scopeOf(declaration: Entry): number {
    const subroutines = this.subroutines(declaration.unit);
    const index = indexOf(subroutines.offsets, declaration.offset);
    return index < 0 ? -1 : subroutines.scopes[index]!;
  }

  /** The function that entry `index` of a unit's subroutines stands for. */
  of(unit: Unit, subroutines: Subroutines, index: number): SourceFunction {
    // All inlined calls of one function share its abstract instance, and so the description.
    const offset = describedBy(subroutines, index);
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
    let file: SourceFunction['file'];
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
      const { header, dwarf } = unit;
      let entry = offset >= header.offset && offset < header.end ? unit.entryAt(offset) : dwarf.entryAt(offset, unit);
      let hasFile = false;
      for (let length = 0; entry !== undefined && length < LONGEST_CHAIN; length++) {
        const { unit: home } = entry;
        last = entry;
        const [named, linkage, mips, declLine, declFile, origin, specification] = entry.values(DESCRIBING);
        const mangled = linkage ?? mips;
        if (named !== undefined) attempt(() => (name ??= home.string(named)));
        if (mangled !== undefined) attempt(() => (linkageName ??= home.string(mangled)));
        if (declLine?.class === 'constant') line ??= declLine.value;
        if (!hasFile && declFile?.class === 'constant' && !isLostOnLlvm(entry)) {
          hasFile = true;
          file = home.sourceFile(declFile.value);
        }
        const next = origin ?? specification;
        entry = next && home.reference(next);
      }
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
    const { scopeOffsets, scopeParents } = this.subroutines(unit);
    let qualified = name;
    for (let scope = this.scopeOf(declaration); scope >= 0; scope = scopeParents[scope]!) {
      const entry = unit.entryAt(scopeOffsets[scope]!);
      if (entry !== undefined) qualified = `${this.#scopeName(entry)}::${qualified}`;
    }
    return qualified;
  }

  #scopeName(entry: Entry): string {
    const name = nameOf(entry);
    if (name !== undefined) return name;
    // As clang and the demanglers write what has no name.
    if (entry.tag === DW_TAG.namespace) return '(anonymous namespace)';
    const kind = nameOfTag(entry.tag).replace(/^DW_TAG_|_type$/g, '');
    return `(anonymous ${kind === 'structure' ? 'struct' : kind})`;
  }
}

/** Where the entry starts whose chain describes subroutine `index`: its own, or its origin's where that says all. */
export function describedBy(subroutines: Subroutines, index: number): number {
  const origin = subroutines.origins[index]!;
  return origin >= 0 && subroutines.named[index] === 0 ? origin : subroutines.offsets[index]!;
}

/** The name of an entry, its own or its origin's. @throws FormatError where it cannot be followed. */
export function nameOf(entry: Entry): string | undefined {
  for (const each of entry.chain()) {
    const name = each.string(DW_AT.name);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What a function's description is made of, and where it goes on. */
const DESCRIBING: readonly number[] = [
  DW_AT.name,
  DW_AT.linkage_name,
  DW_AT.MIPS_linkage_name,
  DW_AT.decl_line,
  DW_AT.decl_file,
  DW_AT.abstract_origin,
  DW_AT.specification,
];

/** Whether LLVM loses the file that an entry is declared in: it does where its number is an implicit constant. */
function isLostOnLlvm({ abbreviation, unit }: Entry): boolean {
  if (!unit.dwarf.likeLlvm) return false;
  const file = abbreviation.attributes.find((each) => each.name === DW_AT.decl_file);
  return file?.form === DW_FORM.implicit_const;
}

/** Where `value` stands in a sorted array, -1 if it does not. */
function indexOf(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}
