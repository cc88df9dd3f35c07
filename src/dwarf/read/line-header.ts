import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { ignore, type Report } from '../../diagnostics.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { DW_FORM } from '../constants/forms.ts';
import { DW_LNCT } from '../constants/line.ts';
import type { Encoding } from '../model/encoding.ts';
import type { LineDirectory, LineFile, LineHeader } from '../model/line-header.ts';
import { readForm, skipForm } from './forms.ts';
import { readInitialLength } from './unit-header.ts';

/** Where the strings are that a line table's header refers to; called when a name is asked for. */
export interface LineStrings {
  /** At an offset in `.debug_str`. */
  string(offset: number): string;
  /** At an offset in `.debug_line_str`. */
  lineString(offset: number): string;
  /** At an index of the unit's part of `.debug_str_offsets`. */
  stringIndex(index: number): string;
  /** At an offset in the supplementary file's `.debug_str`. */
  supplementaryString?(offset: number): string;
}

/** What reading a line table's header needs from the unit that it belongs to. */
export interface LineHeaderContext {
  readonly strings: LineStrings;
  /** Bytes of an address, which the header does not say before DWARF 5. */
  readonly addressSize: number;
  readonly report?: Report | undefined;
}

/**
 * Reads the header at `offset` of `.debug_line`: versions 2 to 5.
 *
 * Names and sources are decoded when they are asked for, and throw then if they cannot be read. Damaged tables of
 * directories and files are reported and kept as far as they go: the line program does not need them.
 *
 * @throws FormatError `bad-offset`, `unexpected-end` or `unknown-version`.
 */
export function readLineHeader(section: Window, offset: number, context: LineHeaderContext): LineHeader {
  const report = context.report ?? ignore;
  const start = new ByteReader(section, offset);
  const { length, offsetSize } = readInitialLength(start);
  let end = start.offset + length;
  if (end > section.end) {
    report({
      severity: 'error',
      rule: 'lines/table-too-long',
      message: `line table of ${length} bytes, ${start.left} left; read as far as the section goes`,
      section: section.section,
      offset,
    });
    end = section.end;
  }
  const reader = new ByteReader(section.part(offset, end), start.offset);
  const version = reader.u16();
  if (version < 2 || version > 5) {
    throw reader.error('unknown-version', `version ${version} of a line table`, reader.offset - 2);
  }
  let { addressSize } = context;
  let segmentSelectorSize = 0;
  // Since DWARF 5 a line table can be read without its unit.
  if (version >= 5) {
    const at = reader.offset;
    addressSize = reader.u8();
    segmentSelectorSize = reader.u8();
    if (addressSize !== context.addressSize) {
      report({
        severity: 'warning',
        rule: 'lines/address-size',
        message: `addresses of ${addressSize} bytes in the line table, of ${context.addressSize} in its unit`,
        section: section.section,
        offset: at,
      });
    }
  }
  const headerLength = reader.unsigned(offsetSize);
  // Where the program starts is what the header's length says, even where its tables say otherwise.
  const programOffset = Math.min(reader.offset + headerLength, end);
  if (reader.offset + headerLength > end) {
    report({
      severity: 'error',
      rule: 'lines/header-too-long',
      message: `header of ${headerLength} bytes, ${reader.left} left; the line program is empty`,
      section: section.section,
      offset: reader.offset - offsetSize,
    });
  }
  const fields = new ByteReader(section.part(offset, programOffset), reader.offset);
  /** Reports a field of 0, just read, that may not be 0. */
  const checkZero = (value: number, rule: string, message: string): number => {
    const at = fields.offset - 1;
    if (value === 0) report({ severity: 'warning', rule, message, section: section.section, offset: at });
    return value;
  };
  const minimumInstructionLength = checkZero(
    fields.u8(),
    'lines/zero-instruction-length',
    'minimum instruction length of 0; addresses do not advance',
  );
  // New in DWARF 4; before, instructions held one operation.
  const maximumOperations =
    version < 4 ? 1 : checkZero(fields.u8(), 'lines/zero-operations', 'no operations in an instruction; read as one');
  const defaultIsStatement = fields.u8() !== 0;
  const lineBase = fields.i8();
  const lineRange = checkZero(
    fields.u8(),
    'lines/zero-line-range',
    'line range of 0; special opcodes advance neither line nor address',
  );
  const opcodeBase = checkZero(
    fields.u8(),
    'lines/zero-opcode-base',
    'opcode base of 0; read as if there were no standard opcodes',
  );
  const standardOpcodeLengths = fields.take(Math.max(0, opcodeBase - 1));
  const encoding: Encoding = { version, addressSize, offsetSize };
  const directories: LineDirectory[] = [];
  const files: LineFile[] = [];
  const tables = fields.offset;
  try {
    if (version >= 5) readEntryTables(fields, encoding, context.strings, directories, files);
    else readNameTables(fields, directories, files);
    if (fields.offset !== programOffset) {
      report({
        severity: 'warning',
        rule: 'lines/header-length',
        message: `header ends ${programOffset - fields.offset} bytes after its tables; what is between is left out`,
        section: section.section,
        offset: fields.offset,
      });
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    report({
      severity: 'error',
      rule: 'lines/file-table',
      message: `table of directories or files cannot be read: ${error.message}; kept as far as it goes`,
      section: section.section,
      offset: tables,
    });
  }
  return {
    offset,
    end,
    version,
    addressSize,
    offsetSize,
    segmentSelectorSize,
    programOffset,
    minimumInstructionLength,
    maximumOperations,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    standardOpcodeLengths,
    directories,
    files,
  };
}

/** Reads one file as DWARF 2 to 4 write it, in headers and in `DW_LNE_define_file`. */
export function readNamedFile(reader: ByteReader): LineFile {
  const name = new InlineText(reader.window, reader.offset);
  reader.skipCstring();
  return new NamedFile(name, reader.uleb(), reader.uleb(), reader.uleb());
}

/** Directories and files up to DWARF 4: names, an empty one ends the table. */
function readNameTables(reader: ByteReader, directories: LineDirectory[], files: LineFile[]): void {
  while (peek(reader) !== 0) {
    directories.push(new NamedDirectory(new InlineText(reader.window, reader.offset)));
    reader.skipCstring();
  }
  reader.skip(1);
  while (peek(reader) !== 0) files.push(readNamedFile(reader));
  reader.skip(1);
}

function peek(reader: ByteReader): number {
  const byte = reader.u8();
  reader.seek(reader.offset - 1);
  return byte;
}

/** A content type and the form that it has in every entry of a table. */
interface EntryFormat {
  readonly content: number;
  readonly form: number;
}

/** Directories and files since DWARF 5: entries of a format that the table describes. */
function readEntryTables(
  reader: ByteReader,
  encoding: Encoding,
  strings: LineStrings,
  directories: LineDirectory[],
  files: LineFile[],
): void {
  readEntries(reader, encoding, strings, (entry) => directories.push(new NamedDirectory(entry.name)));
  readEntries(reader, encoding, strings, (entry) => files.push(entry.toFile()));
}

function readEntries(
  reader: ByteReader,
  encoding: Encoding,
  strings: LineStrings,
  add: (entry: EntryFields) => void,
): void {
  const formats: EntryFormat[] = [];
  for (let left = reader.u8(); left > 0; left--) formats.push({ content: reader.uleb(), form: reader.uleb() });
  const at = reader.offset;
  const count = reader.uleb();
  if (count > 0 && !formats.some((format) => format.content === DW_LNCT.path)) {
    throw reader.error('bad-value', `${count} entries without a path`, at);
  }
  for (let left = count; left > 0; left--) {
    const before = reader.offset;
    const entry = new EntryFields();
    for (const { content, form } of formats) entry.read(reader, content, form, encoding, strings);
    // Forms without bytes would let a count of 2^60 through.
    if (reader.offset === before) throw reader.error('bad-value', `${count} entries of no bytes`, at);
    add(entry);
  }
}

/** What the entry of a table of directories or files says, in the order in which its format says it. */
class EntryFields {
  name: Text = NO_TEXT;
  #directory = 0;
  #modified = 0;
  #size = 0;
  #md5: Text = NO_TEXT;
  #source: Text = NO_TEXT;

  read(reader: ByteReader, content: number, form: number, encoding: Encoding, strings: LineStrings): void {
    switch (content) {
      case DW_LNCT.path:
        this.name = readText(reader, form, encoding, strings);
        break;
      case DW_LNCT.directory_index:
        this.#directory = readNumber(reader, form, encoding);
        break;
      case DW_LNCT.timestamp:
        this.#modified = readNumber(reader, form, encoding);
        break;
      case DW_LNCT.size:
        this.#size = readNumber(reader, form, encoding);
        break;
      case DW_LNCT.MD5:
        this.#md5 = readMd5(reader, form, encoding);
        break;
      case DW_LNCT.LLVM_source:
        this.#source = readText(reader, form, encoding, strings);
        break;
      default:
        skipForm(reader, form, encoding);
    }
  }

  toFile(): LineFile {
    return new NamedFile(this.name, this.#directory, this.#modified, this.#size, this.#md5, this.#source);
  }
}

/** A text that is decoded when it is asked for. @throws FormatError where it cannot be read. */
interface Text {
  toString(): string;
}

const NO_TEXT: Text = '';

/** A text in the header itself. */
class InlineText implements Text {
  readonly #window: Window;
  readonly #offset: number;

  constructor(window: Window, offset: number) {
    this.#window = window;
    this.#offset = offset;
  }

  toString(): string {
    return this.#window.stringAt(this.#offset);
  }
}

/** A text in another section: which one is said by the form. */
class ReferredText implements Text {
  readonly #strings: LineStrings;
  readonly #form: number;
  readonly #value: number;

  constructor(strings: LineStrings, form: number, value: number) {
    this.#strings = strings;
    this.#form = form;
    this.#value = value;
  }

  toString(): string {
    switch (this.#form) {
      case DW_FORM.strp:
        return this.#strings.string(this.#value);
      case DW_FORM.line_strp:
        return this.#strings.lineString(this.#value);
      case DW_FORM.strx:
        return this.#strings.stringIndex(this.#value);
      default:
        if (this.#strings.supplementaryString !== undefined) return this.#strings.supplementaryString(this.#value);
        throw new FormatError('missing', '.debug_str', this.#value, 'string of a supplementary file that is not there');
    }
  }
}

/** Sixteen bytes as hexadecimal digits. */
class DigestText implements Text {
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
  }

  toString(): string {
    return Array.from(this.#window.toBytes(), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

function readText(reader: ByteReader, form: number, encoding: Encoding, strings: LineStrings): Text {
  if (form === DW_FORM.string) {
    const text = new InlineText(reader.window, reader.offset);
    reader.skipCstring();
    return text;
  }
  const at = reader.offset;
  const value = readForm(reader, form, 0, encoding);
  switch (value.class) {
    case 'string':
      return value.value;
    case 'string-index':
      return new ReferredText(strings, DW_FORM.strx, value.index);
    case 'string-offset':
      if (value.section === '.debug_str') return new ReferredText(strings, DW_FORM.strp, value.offset);
      if (value.section === '.debug_line_str') return new ReferredText(strings, DW_FORM.line_strp, value.offset);
      return new ReferredText(strings, DW_FORM.strp_sup, value.offset);
    default:
      throw reader.error('bad-value', `name of form 0x${form.toString(16)}, which is no string`, at);
  }
}

function readNumber(reader: ByteReader, form: number, encoding: Encoding): number {
  const at = reader.offset;
  const value = readForm(reader, form, 0, encoding);
  if (value.class === 'constant') return value.value;
  // A block may hold a number (DWARF 5, section 6.2.4.1: DW_LNCT_timestamp); its layout is the producer's own.
  if (value.class === 'block' || value.class === 'constant-bytes') return 0;
  throw reader.error('bad-value', `number of form 0x${form.toString(16)}`, at);
}

function readMd5(reader: ByteReader, form: number, encoding: Encoding): Text {
  const at = reader.offset;
  const value = readForm(reader, form, 0, encoding);
  if (value.class === 'constant-bytes') return new DigestText(value.bytes);
  if (value.class === 'block' && value.bytes.size === 16) return new DigestText(value.bytes);
  throw reader.error('bad-value', `MD5 of form 0x${form.toString(16)}`, at);
}

class NamedDirectory implements LineDirectory {
  readonly #path: Text;

  constructor(path: Text) {
    this.#path = path;
  }

  get path(): string {
    return this.#path.toString();
  }
}

class NamedFile implements LineFile {
  readonly directory: number;
  readonly modified: number;
  readonly size: number;
  readonly #name: Text;
  readonly #md5: Text;
  readonly #source: Text;

  constructor(
    name: Text,
    directory: number,
    modified: number,
    size: number,
    md5: Text = NO_TEXT,
    source: Text = NO_TEXT,
  ) {
    this.#name = name;
    this.directory = directory;
    this.modified = modified;
    this.size = size;
    this.#md5 = md5;
    this.#source = source;
  }

  get name(): string {
    return this.#name.toString();
  }

  get md5(): string | undefined {
    return this.#md5.toString() || undefined;
  }

  /** Empty where the table has a column for sources and this file has none. */
  get source(): string | undefined {
    return this.#source.toString() || undefined;
  }
}
