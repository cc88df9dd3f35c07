import { ByteWriter } from '../../bytes/byte-writer.ts';
import { DW_CHILDREN } from '../constants/children.ts';
import { DW_FORM } from '../constants/forms.ts';
import type { EntryGroup } from './entry-groups.ts';

/** One table of abbreviations for all units (DWARF 5, section 7.5.3). */
export interface WrittenAbbreviations {
  readonly section: Uint8Array;
  /** By group, from 1. */
  readonly codes: Uint32Array;
}

/** Writes the table: the abbreviations used most have the lowest codes, which take a byte. */
export function writeAbbreviations(groups: readonly EntryGroup[]): WrittenAbbreviations {
  const order = Array.from(groups.keys()).sort((a, b) => groups[b]!.count - groups[a]!.count);
  const codes = new Uint32Array(groups.length);
  const out = new ByteWriter(1 << 12);
  for (const [index, group] of order.entries()) {
    codes[group] = index + 1;
    const { forms, implicits, shape } = groups[group]!;
    out
      .uleb(index + 1)
      .uleb(shape.tag)
      .u8(shape.hasChildren ? DW_CHILDREN.yes : DW_CHILDREN.no);
    for (const [attribute, name] of shape.names.entries()) {
      out.uleb(name).uleb(forms[attribute]!);
      if (forms[attribute] === DW_FORM.implicit_const) out.sleb(implicits[attribute]!);
    }
    out.u8(0).u8(0);
  }
  out.u8(0);
  return { section: out.toBytes(), codes };
}
