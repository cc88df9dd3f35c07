import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_FORM } from '../dwarf/constants/forms.ts';
import { DW_TAG, nameOfTag } from '../dwarf/constants/tags.ts';
import { type Entry, LONGEST_CHAIN } from '../dwarf/read/entry.ts';
import type { FormValue } from '../dwarf/read/forms.ts';
import { readScopes, type Scopes, scopeAround } from '../dwarf/read/scopes.ts';
import type { Subroutines } from '../dwarf/read/subroutine-columns.ts';
import { readSubroutines } from '../dwarf/read/subroutines.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import type { SourceFile, SourceFunction } from './frame.ts';

/**
 * The functions of the source that entries stand for, each described once.
 *
 * A name may stand in the entry, in its abstract origin or in the declaration that one completes, also in another unit.
 */
export class SourceFunctions {
  readonly #functions = new Map<Unit, Map<number, SourceFunction>>();
  readonly #subroutines = new Map<Unit, Subroutines>();
  readonly #scopes = new Map<Unit, Scopes>();

  /** The functions and inlined calls of a unit, read once. */
  subroutines(unit: Unit): Subroutines {
    let subroutines = this.#subroutines.get(unit);
    if (subroutines === undefined) {
      subroutines = readSubroutines(unit);
      this.#subroutines.set(unit, subroutines);
    }
    return subroutines;
  }

  /** The namespaces, classes and functions of a unit that qualify names, read once. */
  scopes(unit: Unit): Scopes {
    let scopes = this.#scopes.get(unit);
    if (scopes === undefined) {
      scopes = readScopes(unit);
      this.#scopes.set(unit, scopes);
    }
    return scopes;
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
      found = new DescribedFunction(this, unit, offset);
      functions.set(offset, found);
    }
    return found;
  }

  /**
   * The name with the namespaces, classes and functions in front that its declaration stands in.
   *
   * @throws FormatError where one of them is damaged.
   */
  qualify(declaration: Entry, name: string): string {
    const { unit } = declaration;
    const scopes = this.scopes(unit);
    let qualified = name;
    for (let scope = scopeAround(scopes, declaration.offset); scope >= 0; scope = scopes.parents[scope]!) {
      const entry = unit.entryAt(scopes.offsets[scope]!);
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

/** What an entry's chain says of a function, its values not yet followed. */
interface Description {
  readonly name: Located | undefined;
  readonly linkageName: Located | undefined;
  readonly line: number | undefined;
  readonly file: Located | undefined;
  /** The entry that the chain ends with. */
  readonly declaration: Entry | undefined;
}

/** A value and the unit that it counts in. */
interface Located {
  readonly unit: Unit;
  readonly value: FormValue;
}

/**
 * A function as its entry's chain describes it: read when somebody asks for the first part, texts one by one, because
 * of tens of thousands mostly only one name is printed.
 *
 * What the chain says before damage is true all the same; the damage is reported.
 */
class DescribedFunction implements SourceFunction {
  readonly #functions: SourceFunctions;
  readonly #unit: Unit;
  readonly #offset: number;
  #described: Description | undefined;
  #name: string | undefined | null = null;
  #linkageName: string | undefined | null = null;
  #qualifiedName: string | undefined | null = null;

  constructor(functions: SourceFunctions, unit: Unit, offset: number) {
    this.#functions = functions;
    this.#unit = unit;
    this.#offset = offset;
  }

  get name(): string | undefined {
    if (this.#name === null) this.#name = this.#text(this.#description.name);
    return this.#name;
  }

  get linkageName(): string | undefined {
    if (this.#linkageName === null) this.#linkageName = this.#text(this.#description.linkageName);
    return this.#linkageName;
  }

  get qualifiedName(): string | undefined {
    if (this.#qualifiedName === null) this.#qualifiedName = this.#qualify();
    return this.#qualifiedName;
  }

  get file(): SourceFile | undefined {
    const { file } = this.#description;
    return file?.value.class === 'constant' ? file.unit.sourceFile(file.value.value) : undefined;
  }

  get line(): number | undefined {
    return this.#description.line;
  }

  get #description(): Description {
    this.#described ??= this.#describe();
    return this.#described;
  }

  #describe(): Description {
    let name: Located | undefined;
    let linkageName: Located | undefined;
    let line: number | undefined;
    let file: Located | undefined;
    let declaration: Entry | undefined;
    this.#attempt(() => {
      const { header, dwarf } = this.#unit;
      const offset = this.#offset;
      const isOwn = offset >= header.offset && offset < header.end;
      let entry = isOwn ? this.#unit.entryAt(offset) : dwarf.entryAt(offset, this.#unit);
      for (let length = 0; entry !== undefined && length < LONGEST_CHAIN; length++) {
        const { unit } = entry;
        declaration = entry;
        const [named, linkage, mips, declLine, declFile, origin, specification] = entry.values(DESCRIBING);
        const mangled = linkage ?? mips;
        if (name === undefined && named !== undefined) name = { unit, value: named };
        if (linkageName === undefined && mangled !== undefined) linkageName = { unit, value: mangled };
        if (declLine?.class === 'constant') line ??= declLine.value;
        if (file === undefined && declFile !== undefined && !isLostOnLlvm(entry)) file = { unit, value: declFile };
        const next = origin ?? specification;
        entry = next && unit.reference(next);
      }
    });
    return { name, linkageName, line: line || undefined, file, declaration };
  }

  #qualify(): string | undefined {
    const { name, linkageName } = this;
    const { declaration } = this.#description;
    if (linkageName !== undefined || name === undefined || declaration === undefined) return undefined;
    return this.#attempt(() => this.#functions.qualify(declaration, name)) ?? name;
  }

  #text(located: Located | undefined): string | undefined {
    return located && this.#attempt(() => located.unit.sharedName(located.value));
  }

  #attempt<Result>(read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#unit.dwarf.damage('entries/name', error);
      return undefined;
    }
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
export function isLostOnLlvm({ abbreviation, unit }: Entry): boolean {
  if (!unit.dwarf.likeLlvm) return false;
  const file = abbreviation.attributes.find((each) => each.name === DW_AT.decl_file);
  return file?.form === DW_FORM.implicit_const;
}
