import type { Window } from '../../bytes/window.ts';
import { DW_FORM, nameOfForm } from '../../dwarf/constants/forms.ts';
import { nameOfTag } from '../../dwarf/constants/tags.ts';
import { AppleTable, DW_ATOM, EMPTY_BUCKET, hashAppleName } from '../../dwarf/read/apple-table.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { isConstant, isUnitReference } from '../entry-plan.ts';
import { hex } from '../hex.ts';
import type { RuleName } from '../rules/index.ts';
import { indexedNamesOf } from './indexed-names.ts';

/** Tables of names as Apple's systems have them, and whether their names are those of the entries. */
export const APPLE_TABLES: readonly { readonly name: string; readonly isNamed: boolean }[] = [
  { name: '.apple_names', isNamed: true },
  { name: '.apple_types', isNamed: true },
  { name: '.apple_namespaces', isNamed: true },
  // From classes to the entries of their methods.
  { name: '.apple_objc', isNamed: false },
];

/** A table against itself and against the entries that it is of. */
export function checkAppleTable(context: VerifyContext, section: Window, isNamed: boolean): void {
  const { findings } = context;
  try {
    new AppleTableCheck(context, new AppleTable(section), isNamed).run();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    findings.damage('apple-tables/header', error, []);
  }
}

class AppleTableCheck {
  readonly #context: VerifyContext;
  readonly #table: AppleTable;
  readonly #isNamed: boolean;
  /** How many more names and entries there can be: each takes a byte at least, unless hashes share them. */
  #left: number;

  constructor(context: VerifyContext, table: AppleTable, isNamed: boolean) {
    this.#context = context;
    this.#table = table;
    this.#isNamed = isNamed;
    this.#left = table.section.size;
  }

  run(): void {
    this.#checkBuckets();
    if (!this.#checkAtoms()) return;
    for (let index = 0; this.#left >= 0 && index < this.#table.hashCount; index++) this.#checkHash(index);
  }

  #checkBuckets(): void {
    const { bucketCount, hashCount, section } = this.#table;
    const { start } = section;
    let covered = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      const first = this.#table.bucketAt(bucket);
      if (first === EMPTY_BUCKET) continue;
      if (first >= hashCount) {
        this.#add('apple-tables/bucket', `bucket ${bucket} begins with hash ${first} of ${hashCount}`, start);
        continue;
      }
      let at = first;
      while (at < hashCount && this.#table.hashAt(at) % bucketCount === bucket) at++;
      if (at === first) {
        this.#add('apple-tables/bucket', `bucket ${bucket} begins with hash ${first}, which is of another`, start);
      }
      covered += at - first;
    }
    if (covered < hashCount) {
      this.#add('apple-tables/uncovered', `${hashCount - covered} of ${hashCount} hashes are in no bucket`, start);
    }
  }

  /** Whether the data can be read. */
  #checkAtoms(): boolean {
    const { atoms, section } = this.#table;
    if (atoms.length === 0) {
      this.#add('apple-tables/atoms', 'table of nothing', section.start);
      return false;
    }
    for (const { type, form } of atoms) {
      const isNumber: boolean = type === DW_ATOM.die_offset || type === DW_ATOM.die_tag || type === DW_ATOM.type_flags;
      const isPlain = (isConstant(form) && form !== DW_FORM.sdata) || form === DW_FORM.flag;
      if (!isNumber || isPlain || (type === DW_ATOM.die_offset && isUnitReference(form))) continue;
      this.#add('apple-tables/atoms', `atom ${type} has the form ${nameOfForm(form)}`, section.start);
      return false;
    }
    return true;
  }

  #checkHash(index: number): void {
    const { section } = this.#table;
    const offset = this.#table.namesOffset(index);
    // The smallest: a string, how many entries, nothing.
    if (offset < section.start || offset + 8 > section.end) {
      const message = `hash ${index} has names at ${hex(offset)} of ${hex(section.end)} bytes`;
      this.#add('apple-tables/data', message, section.start);
      return;
    }
    try {
      for (const each of this.#table.names(index)) {
        this.#left -= 1 + each.entries.length;
        if (this.#left < 0) {
          this.#add('apple-tables/data', 'hashes have names in common', each.offset);
          return;
        }
        const name = this.#nameAt(each.stringOffset, each.offset);
        const hash = this.#table.hashAt(index);
        if (name !== undefined && hash !== hashAppleName(name)) {
          const message = `hash of ${name} is ${hex(hashAppleName(name))}, and ${hex(hash)} here`;
          this.#add('apple-tables/hash', message, each.offset);
        }
        for (const { entryOffset, tag } of each.entries) {
          if (entryOffset !== undefined) this.#checkEntry(name, entryOffset, tag, each.offset);
        }
      }
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#context.findings.damage('apple-tables/data', error, []);
    }
  }

  #nameAt(stringOffset: number, offset: number): string | undefined {
    try {
      return this.#context.dwarf.stringAt('.debug_str', stringOffset);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#add('apple-tables/string', error.detail, offset);
      return undefined;
    }
  }

  #checkEntry(name: string | undefined, entryOffset: number, tag: number | undefined, offset: number): void {
    const { dwarf } = this.#context;
    const info = dwarf.sections.section('.debug_info');
    const what = name ?? 'a name';
    if (info === undefined || entryOffset >= info.end || !this.#context.startsIn(info).has(entryOffset)) {
      this.#add('apple-tables/entry', `${what} is at ${hex(entryOffset)}, where no entry starts`, offset);
      return;
    }
    const entry = dwarf.unitAt(entryOffset)?.entryAt(entryOffset);
    if (entry === undefined) return;
    if (tag !== undefined && tag !== 0 && entry.tag !== tag) {
      const message = `${what} is a ${nameOfTag(tag)}, and a ${nameOfTag(entry.tag)} at ${hex(entryOffset)}`;
      this.#add('apple-tables/tag', message, offset);
    }
    if (!this.#isNamed || name === undefined) return;
    const names = indexedNamesOf(entry, true);
    if (names.includes(name)) return;
    this.#add('apple-tables/name', `${name} is ${names[0] ?? 'nameless'} at ${hex(entryOffset)}`, offset);
  }

  #add(rule: RuleName, message: string, offset: number): void {
    this.#context.findings.add(rule, message, { section: this.#table.section.section, offset, path: [] });
  }
}
