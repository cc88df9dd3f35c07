import { DW_AT } from '../../dwarf/constants/attributes.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { type FormatError, isFormatError } from '../../errors.ts';
import { isLostOnLlvm } from '../../frames/source-functions.ts';

/** Where a variable is declared, in its own entry or in the one that it completes. */
export interface Declaration {
  readonly name: string | undefined;
  readonly linkageName: string | undefined;
  /** Absolute. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/**
 * The name and place of an entry, followed through abstract origins and specifications. What cannot be read goes to
 * `damaged`, and is unknown.
 */
export function sourceOf(entry: Entry, damaged: (error: FormatError) => void): Declaration {
  let name: string | undefined;
  let linkageName: string | undefined;
  let line: number | undefined;
  let file: string | undefined;
  let fileFound = false;
  const attempt = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      damaged(error);
    }
  };
  attempt(() => {
    for (const each of entry.chain()) {
      attempt(() => (name ??= each.string(DW_AT.name)));
      attempt(() => (linkageName ??= each.string(DW_AT.linkage_name) ?? each.string(DW_AT.MIPS_linkage_name)));
      attempt(() => (line ??= each.constant(DW_AT.decl_line)));
      if (fileFound || !each.has(DW_AT.decl_file)) continue;
      fileFound = true;
      if (isLostOnLlvm(each)) continue;
      attempt(() => {
        const index = each.constant(DW_AT.decl_file);
        if (index !== undefined) file = each.unit.sourceFile(index)?.path;
      });
    }
  });
  return { name, linkageName, file, line };
}
