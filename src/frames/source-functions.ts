import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_FORM } from '../dwarf/constants/forms.ts';
import { DW_TAG, nameOfTag } from '../dwarf/constants/tags.ts';
import type { Entry } from '../dwarf/read/entry.ts';
import { EntryChain } from '../dwarf/read/entry-chain.ts';
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
  /** The cursor that functions are described with, one at a time. */
  readonly chain: EntryChain = new EntryChain(DESCRIBING_ATTRIBUTES);
  readonly #functions = new Map<Unit, UnitFunctions>();
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

  /** The functions that entries of a unit describe. */
  in(unit: Unit): UnitFunctions {
    let functions = this.#functions.get(unit);
    if (functions === undefined) {
      functions = new UnitFunctions(this, unit);
      this.#functions.set(unit, functions);
    }
    return functions;
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

/** The functions that entries of one unit describe: all inlined calls of one share its abstract instance. */
export class UnitFunctions {
  readonly #functions: SourceFunctions;
  readonly #unit: Unit;
  readonly #byOffset = new Map<number, SourceFunction>();

  constructor(functions: SourceFunctions, unit: Unit) {
    this.#functions = functions;
    this.#unit = unit;
  }

  /** The function that the chain describes which starts with the entry at an offset; see {@link describedBy}. */
  at(offset: number): SourceFunction {
    let found = this.#byOffset.get(offset);
    if (found === undefined) {
      found = new DescribedFunction(this.#functions, this.#unit, offset);
      this.#byOffset.set(offset, found);
    }
    return found;
  }
}

/**
 * A function as its entry's chain describes it: each part is read when somebody asks for it, because of tens of
 * thousands mostly only one name is printed.
 *
 * What the chain says before damage is true all the same; the damage is reported.
 */
class DescribedFunction implements SourceFunction {
  readonly #functions: SourceFunctions;
  readonly #unit: Unit;
  readonly #offset: number;
  #name: string | undefined | null = null;
  #linkageName: string | undefined | null = null;
  #qualifiedName: string | undefined | null = null;
  #isDamaged = false;

  constructor(functions: SourceFunctions, unit: Unit, offset: number) {
    this.#functions = functions;
    this.#unit = unit;
    this.#offset = offset;
  }

  get name(): string | undefined {
    if (this.#name === null) this.#name = this.#text(DESCRIBING.name);
    return this.#name;
  }

  get linkageName(): string | undefined {
    if (this.#linkageName === null) this.#linkageName = this.#text(DESCRIBING.linkageName, DESCRIBING.mipsLinkageName);
    return this.#linkageName;
  }

  get qualifiedName(): string | undefined {
    if (this.#qualifiedName === null) this.#qualifiedName = this.#qualify();
    return this.#qualifiedName;
  }

  get file(): SourceFile | undefined {
    const found = this.#find((chain) => {
      const form = chain.form(DESCRIBING.file);
      if (form === 0 || isLostImplicit(form, chain.unit)) return undefined;
      return { unit: chain.unit, value: chain.value(DESCRIBING.file) };
    });
    return found?.value?.class === 'constant' ? found.unit.sourceFile(found.value.value) : undefined;
  }

  get line(): number | undefined {
    const line = this.#find((chain) => {
      const value = chain.value(DESCRIBING.line);
      return value?.class === 'constant' ? value.value : undefined;
    });
    return line || undefined;
  }

  #text(slot: number, otherwise: number = slot): string | undefined {
    const found = this.#find((chain) => {
      const value = chain.value(slot) ?? chain.value(otherwise);
      return value && { unit: chain.unit, value };
    });
    return found && this.#attempt(() => found.unit.sharedName(found.value));
  }

  #qualify(): string | undefined {
    const { name, linkageName } = this;
    if (linkageName !== undefined || name === undefined) return undefined;
    let declaration: Entry | undefined;
    this.#find((chain) => {
      declaration = chain.unit.entryAt(chain.offset);
      return undefined;
    });
    if (declaration === undefined) return undefined;
    const last = declaration;
    return this.#attempt(() => this.#functions.qualify(last, name)) ?? name;
  }

  /** What `look` finds in the first entry of the chain that has it. */
  #find<Result>(look: (chain: EntryChain) => Result | undefined): Result | undefined {
    return this.#attempt(() => {
      const { header, dwarf } = this.#unit;
      const offset = this.#offset;
      const isOwn = offset >= header.offset && offset < header.end;
      const unit = isOwn ? this.#unit : dwarf.entryAt(offset, this.#unit)?.unit;
      if (unit === undefined) return undefined;
      const { chain } = this.#functions;
      for (chain.start(unit, offset); chain.next(); ) {
        const found = look(chain);
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }

  /** Damage is told once, whatever part it was met for. */
  #attempt<Result>(read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      if (!this.#isDamaged) this.#unit.dwarf.damage('entries/name', error);
      this.#isDamaged = true;
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

/** What a function's description is made of, by slots of its chain. */
const DESCRIBING = { name: 0, linkageName: 1, mipsLinkageName: 2, line: 3, file: 4 } as const;
const DESCRIBING_ATTRIBUTES: readonly number[] = [
  DW_AT.name,
  DW_AT.linkage_name,
  DW_AT.MIPS_linkage_name,
  DW_AT.decl_line,
  DW_AT.decl_file,
];

/** Whether LLVM loses the file that an entry is declared in: it does where its number is an implicit constant. */
export function isLostOnLlvm({ abbreviation, unit }: Entry): boolean {
  const file = abbreviation.attributes.find((each) => each.name === DW_AT.decl_file);
  return isLostImplicit(file?.form, unit);
}

function isLostImplicit(form: number | undefined, unit: Unit): boolean {
  return unit.dwarf.likeLlvm && form === DW_FORM.implicit_const;
}
