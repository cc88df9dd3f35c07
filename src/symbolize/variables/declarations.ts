import { DW_AT } from '../../dwarf/constants/attributes.ts';
import type { Entry } from '../../dwarf/read/entry.ts';

/** Where a variable is declared, in its own entry or in the one that it completes. */
export interface Declaration {
  readonly name: string | undefined;
  /** Absolute. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** The name and place of an entry, followed through abstract origins and specifications. @throws FormatError */
export function sourceOf(entry: Entry): Declaration {
  let name: string | undefined;
  let line: number | undefined;
  let file: string | undefined;
  let fileFound = false;
  for (const each of entry.chain()) {
    name ??= each.string(DW_AT.name);
    line ??= each.constant(DW_AT.decl_line);
    if (fileFound || !each.has(DW_AT.decl_file)) continue;
    fileFound = true;
    const index = each.constant(DW_AT.decl_file);
    if (index !== undefined) file = each.unit.sourceFile(index)?.path;
  }
  return { name, file, line };
}
