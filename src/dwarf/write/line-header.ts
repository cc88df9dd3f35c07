import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { encodeUtf8 } from '../../bytes/text.ts';
import { DW_FORM } from '../constants/forms.ts';
import { DW_LNCT } from '../constants/line.ts';
import type { Encoding } from '../model/encoding.ts';
import type { LineDirectory, LineFile } from '../model/line-header.ts';
import type { SpecialOpcodes } from './line-advance.ts';
import type { StringTable } from './strings.ts';

/** LEB128 operands of the standard opcodes, from `DW_LNS_copy` on (DWARF 5, section 6.2.4). */
const STANDARD_OPCODE_LENGTHS = Uint8Array.of(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);

/** The directories and files of a line table. */
export interface WrittenFiles {
  /** In DWARF 5 the first is the compilation directory; before, it is not among them. */
  readonly directories: readonly LineDirectory[];
  /** In DWARF 5 the first is the primary source, and counts from 0; before, the first is 1. */
  readonly files: readonly LineFile[];
}

/** How the paths of a table are written: in the table itself, or in `.debug_str`. */
export interface PathForms {
  readonly directories: number;
  readonly files: number;
  readonly sources: number;
}

/** Adds what the tables of DWARF 5 refer to. */
export function addPaths({ directories, files }: WrittenFiles, strings: StringTable): void {
  for (const { path } of directories) strings.add(path);
  for (const { name, source } of files) {
    strings.add(name);
    if (source !== undefined) strings.add(source);
  }
}

/** Chooses between strings in the table and shared ones, by how often each is used; call after all were added. */
export function choosePathForms({ directories, files }: WrittenFiles, strings: StringTable): PathForms {
  return {
    directories: shorterForm(
      directories.map(({ path }) => path),
      strings,
    ),
    files: shorterForm(
      files.map(({ name }) => name),
      strings,
    ),
    sources: shorterForm(
      files.map(({ source }) => source ?? ''),
      strings,
    ),
  };
}

/** The strings of the table that stand in `.debug_str`. */
export function sharedPaths({ directories, files }: WrittenFiles, forms: PathForms): string[] {
  const paths: string[] = [];
  if (forms.directories === DW_FORM.strp) for (const { path } of directories) paths.push(path);
  if (forms.files === DW_FORM.strp) for (const { name } of files) paths.push(name);
  if (forms.sources === DW_FORM.strp) for (const { source } of files) paths.push(source ?? '');
  return paths;
}

function shorterForm(texts: readonly string[], strings: StringTable): number {
  let inline = 0;
  let shared = 0;
  for (const text of texts) {
    const size = encodeUtf8(text).length + 1;
    inline += size;
    // A share of the one copy.
    shared += 4 + size / Math.max(1, strings.usesOf(text));
  }
  return shared < inline ? DW_FORM.strp : DW_FORM.string;
}

/**
 * Writes the header of a line table from after its length up to the line program (DWARF 5, section 6.2.4).
 *
 * @param offsetOf where a path stands in `.debug_str`.
 */
export function writeLineHeader(
  out: ByteWriter,
  files: WrittenFiles,
  { version, addressSize, offsetSize }: Encoding,
  { lineBase, lineRange, opcodeBase }: SpecialOpcodes,
  forms: PathForms,
  offsetOf: (path: string) => number,
): void {
  out.u16(version);
  if (version >= 5) out.u8(addressSize).u8(0);
  const lengthAt = out.reserve(offsetSize);
  out.u8(1);
  if (version >= 4) out.u8(1);
  out
    .u8(1)
    .i8(lineBase)
    .u8(lineRange)
    .u8(opcodeBase)
    .take(STANDARD_OPCODE_LENGTHS.subarray(0, opcodeBase - 1));
  if (version >= 5) writeEntryTables(out, files, offsetSize, forms, offsetOf);
  else writeNameTables(out, files);
  out.patch(lengthAt, out.size - lengthAt - offsetSize, offsetSize);
}

/** Directories and files up to DWARF 4. */
function writeNameTables(out: ByteWriter, { directories, files }: WrittenFiles): void {
  for (const { path } of directories) out.cstring(path);
  out.u8(0);
  for (const { directory, modified, name, size } of files) out.cstring(name).uleb(directory).uleb(modified).uleb(size);
  out.u8(0);
}

/** Directories and files since DWARF 5. */
function writeEntryTables(
  out: ByteWriter,
  { directories, files }: WrittenFiles,
  offsetSize: number,
  forms: PathForms,
  offsetOf: (path: string) => number,
): void {
  const text = (path: string, form: number): void => {
    if (form === DW_FORM.strp) out.unsigned(offsetOf(path), offsetSize);
    else out.cstring(path);
  };
  out.u8(1).uleb(DW_LNCT.path).uleb(forms.directories).uleb(directories.length);
  for (const { path } of directories) text(path, forms.directories);
  // A format holds for all files: what some of them lack is left out, or empty where that means the same.
  const hasDigests = files.length > 0 && files.every(({ md5 }) => md5 !== undefined);
  const hasSources = files.some(({ source }) => source !== undefined);
  const hasTimes = files.some(({ modified }) => modified !== 0);
  const hasSizes = files.some(({ size }) => size !== 0);
  const directoryForm = files.every(({ directory }) => directory <= 0xff) ? DW_FORM.data1 : DW_FORM.udata;
  const formats: [number, number][] = [
    [DW_LNCT.path, forms.files],
    [DW_LNCT.directory_index, directoryForm],
  ];
  if (hasTimes) formats.push([DW_LNCT.timestamp, DW_FORM.udata]);
  if (hasSizes) formats.push([DW_LNCT.size, DW_FORM.udata]);
  if (hasDigests) formats.push([DW_LNCT.MD5, DW_FORM.data16]);
  if (hasSources) formats.push([DW_LNCT.LLVM_source, forms.sources]);
  out.u8(formats.length);
  for (const [content, form] of formats) out.uleb(content).uleb(form);
  out.uleb(files.length);
  for (const { directory, md5, modified, name, size, source } of files) {
    text(name, forms.files);
    if (directoryForm === DW_FORM.data1) out.u8(directory);
    else out.uleb(directory);
    if (hasTimes) out.uleb(modified);
    if (hasSizes) out.uleb(size);
    if (hasDigests) out.take(digest(md5!));
    if (hasSources) text(source ?? '', forms.sources);
  }
}

function digest(hexadecimal: string): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) =>
    Number.parseInt(hexadecimal.slice(2 * index, 2 * index + 2), 16),
  );
}
