import { ByteWriter } from '../bytes/byte-writer.ts';
import { FormatError } from '../errors.ts';
import type { WasmModule, WasmSection } from './module.ts';
import { SECTION } from './sections.ts';

/** A custom section to be written. */
export interface CustomSection {
  readonly name: string;
  /** What stands after the name. */
  readonly contents: Uint8Array;
}

/** What becomes of a section: it stays as it is, goes, or gets other contents (of a custom one: after its name). */
export type SectionEdit = 'keep' | 'remove' | Uint8Array;

/** What to change in a module. */
export interface ModuleEdit {
  /** Asked for each section in order; without it all are kept. */
  readonly section?: (section: WasmSection) => SectionEdit;
  /** Written after the last section. */
  readonly append?: readonly CustomSection[];
  /**
   * How a replaced section's size is spelled: as short as possible, or in no fewer bytes than before, so that what
   * comes after it (the code, above all) moves no more than it must. Sections that are kept keep theirs anyway.
   */
  readonly sizes?: 'shortest' | 'as-before';
}

/**
 * A module with some of its sections replaced, removed or added; the order and every other byte stay the same.
 *
 * @throws FormatError `unexpected-end` where something is to stand behind a section that the file ends in.
 */
export function writeModule(module: WasmModule, edit: ModuleEdit): Uint8Array<ArrayBuffer> {
  const source = module.window;
  const first = module.sections[0]?.headerOffset ?? Math.min(8, source.end);
  // Runs of the source, given as offsets, and new bytes between them.
  const pieces: (readonly [start: number, end: number] | Uint8Array)[] = [[0, first]];
  module.sections.forEach((section, number) => {
    const next = module.sections[number + 1]?.headerOffset;
    const change = edit.section?.(section) ?? 'keep';
    if (change === 'keep') {
      if (section.truncated && (edit.append?.length ?? 0) > 0) {
        const detail = `${section.name} section ends with the file; nothing can stand behind it`;
        throw new FormatError('unexpected-end', source.section, section.headerOffset, detail);
      }
      pieces.push([section.headerOffset, section.end]);
    } else if (change !== 'remove') {
      pieces.push(...replacement(section, change, edit.sizes === 'as-before'));
    }
    // Empty custom sections are not in the list; they are bytes like any others.
    if (next !== undefined) pieces.push([section.end, next]);
  });
  for (const { name, contents } of edit.append ?? []) {
    const head = new ByteWriter().name(name).toBytes();
    pieces.push(header(SECTION.custom, head.length + contents.length, 1), head, contents);
  }
  pieces.push([module.sections.at(-1)?.end ?? first, source.end]);
  return join(module, pieces);
}

function replacement(section: WasmSection, contents: Uint8Array, asBefore: boolean): Uint8Array[] {
  const before = section.payloadOffset - section.headerOffset - 1;
  const name = section.id === SECTION.custom ? new ByteWriter().name(section.name).toBytes() : new Uint8Array(0);
  return [header(section.id, name.length + contents.length, asBefore ? before : 1), name, contents];
}

function header(id: number, size: number, padding: number): Uint8Array {
  return new ByteWriter(8).u8(id).uleb(size, padding).toBytes();
}

function join(
  module: WasmModule,
  pieces: readonly (readonly [start: number, end: number] | Uint8Array)[],
): Uint8Array<ArrayBuffer> {
  const source = module.window;
  let size = 0;
  for (const piece of pieces) size += piece instanceof Uint8Array ? piece.length : piece[1] - piece[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    const run = piece instanceof Uint8Array ? piece : source.part(piece[0], piece[1]).toBytes();
    bytes.set(run, at);
    at += run.length;
  }
  return bytes;
}
