import type { Window } from '../../bytes/window.ts';

/** Answers the window of the section of that name, `undefined` where there is none. Any container can be behind it. */
export type FindSection = (name: string) => Window | undefined;

/** A section's part that belongs to one unit of a package file (DWARF 5, section 7.3.5.3). */
export interface Contribution {
  readonly offset: number;
  readonly size: number;
}

/**
 * The `.debug_*` sections of one file, found once each.
 *
 * A split file (`.dwo`, `.dwp`) has the same sections with `.dwo` after their names; `suffix` says which.
 */
export class DwarfSections {
  readonly suffix: '' | '.dwo';
  readonly #find: FindSection;
  readonly #windows = new Map<string, Window | undefined>();

  constructor(find: FindSection, suffix: '' | '.dwo' = '') {
    this.#find = find;
    this.suffix = suffix;
  }

  /** The section of this name, as it stands: `.debug_info.dwo` is another one than `.debug_info`. */
  named(name: string): Window | undefined {
    if (this.#windows.has(name)) return this.#windows.get(name);
    const window = this.#find(name);
    this.#windows.set(name, window);
    return window;
  }

  /** The section of this name, with the suffix of this kind of file. */
  section(name: string): Window | undefined {
    return this.named(name + this.suffix);
  }

  /** The same file's sections read as a split file's. */
  split(): DwarfSections {
    return new DwarfSections(this.#find, '.dwo');
  }
}
