import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_LNCT } from '../../dwarf/constants/line.ts';
import type { Encoding } from '../../dwarf/model/encoding.ts';
import { skipForm } from '../../dwarf/read/forms.ts';
import { isFormatError } from '../../errors.ts';
import type { DataCursor } from './data-cursor.ts';

/** Steps over directories and files as DWARF 2 to 4 write them; what LLVM says where it cannot. */
export function parseNameTables(cursor: DataCursor): string | undefined {
  if (!skipNames(cursor, 0)) {
    return 'include directories table was not null terminated before the end of the prologue';
  }
  return skipNames(cursor, 3) ? undefined : 'file names table was not null terminated before the end of the prologue';
}

/** Whether the table is closed by an empty name. Each name is followed by so many numbers. */
function skipNames(cursor: DataCursor, numbers: number): boolean {
  while (cursor.at < cursor.size) {
    const length = cursor.cstring();
    if (cursor.failure === undefined && length === 0) return true;
    for (let left = numbers; left > 0; left--) cursor.uleb();
    if (cursor.failure !== undefined) break;
  }
  cursor.failure = undefined;
  return false;
}

/** Steps over directories and files as DWARF 5 writes them; what LLVM says where it cannot. */
export function parseEntryTables(section: Window, cursor: DataCursor, encoding: Encoding): string | undefined {
  const skip = (form: number): boolean => skipValue(section, cursor, form, encoding);
  for (const kind of ['directory', 'file'] as const) {
    const formats = parseFormats(cursor);
    if (typeof formats === 'string') return formats;
    const count = cursor.uleb();
    cursor.failure = undefined;
    for (let left = count; left > 0; left--) {
      for (const { content, form } of formats) {
        if (skip(form)) continue;
        const how = kind === 'file' || content === DW_LNCT.path ? 'extracting' : 'skipping';
        return `failed to parse ${kind} entry because ${how} the form value failed`;
      }
      // Without formats nothing is read, however many there are.
      if (formats.length === 0) break;
    }
  }
  return undefined;
}

function parseFormats(cursor: DataCursor): { content: number; form: number }[] | string {
  const formats: { content: number; form: number }[] = [];
  for (let left = cursor.u8(); left > 0 && cursor.failure === undefined; left--) {
    const content = cursor.uleb();
    formats.push({ content, form: cursor.uleb() });
  }
  const { failure } = cursor;
  cursor.failure = undefined;
  if (failure !== undefined) return `failed to parse entry content descriptors: ${failure}`;
  if (formats.some(({ content }) => content === DW_LNCT.path)) return formats;
  return 'failed to parse entry content descriptions because no path was found';
}

function skipValue(section: Window, cursor: DataCursor, form: number, encoding: Encoding): boolean {
  try {
    const reader = new ByteReader(section.part(section.start, Math.min(cursor.size, section.end)), cursor.at);
    skipForm(reader, form, encoding);
    cursor.at = reader.offset;
    return true;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return false;
  }
}
