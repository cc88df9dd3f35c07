import { ByteReader } from '../bytes/byte-reader.ts';
import type { Window } from '../bytes/window.ts';
import { FormatError } from '../errors.ts';
import { type ModuleSource, toWindow } from './module.ts';

/** One file in an archive. */
export interface ArchiveMember {
  readonly name: string;
  /** The file's bytes, offsets counting from its first one. */
  readonly window: Window;
  /** Where they begin in the archive. */
  readonly offset: number;
}

const MAGIC = '!<arch>\n';
const THIN_MAGIC = '!<thin>\n';
const HEADER_SIZE = 60;
/** No file system has longer names. */
const LONGEST_NAME = 4096;

/** Whether a file begins as a Unix archive does, thin ones included. */
export function isArchive(source: ModuleSource): boolean {
  const window = toWindow(source);
  if (window.size < MAGIC.length) return false;
  const magic = new ByteReader(window).text(MAGIC.length);
  return magic === MAGIC || magic === THIN_MAGIC;
}

/**
 * The members of a Unix archive (`lib.a`), symbol tables and lists of names left out; GNU's and BSD's ways of long names.
 *
 * @throws FormatError `missing` for a thin archive, whose members are files elsewhere; `bad-value` at a header that is
 * none; `unexpected-end` where a member reaches past the end.
 */
export function readArchive(source: ModuleSource): ArchiveMember[] {
  const window = toWindow(source).slice('archive', 0, toWindow(source).size);
  const reader = new ByteReader(window);
  const magic = window.size < MAGIC.length ? '' : reader.text(MAGIC.length);
  if (magic === THIN_MAGIC) throw reader.error('missing', 'thin archive: its members are files of their own', 0);
  if (magic !== MAGIC) throw reader.error('not-wasm', 'no magic number of an archive', 0);
  const members: ArchiveMember[] = [];
  let longNames: Window | undefined;
  while (!reader.done) {
    const header = reader.offset;
    const field = reader.text(16).trimEnd();
    reader.skip(32);
    const sizeText = reader.text(10).trimEnd();
    if (!/^\d+$/.test(sizeText) || reader.u16() !== 0x0a60) {
      throw reader.error('bad-value', 'no header of a member', header);
    }
    const body = reader.part(Number(sizeText));
    // Members begin at even offsets.
    if (body.end % 2 !== 0 && !reader.done) reader.skip(1);
    if (field === '//') longNames = body;
    else if (field !== '/' && field !== '/SYM64/') addMember(members, field, body, longNames);
  }
  return members;
}

function addMember(members: ArchiveMember[], field: string, body: Window, longNames: Window | undefined): void {
  let start = body.start;
  let name = field;
  const bsd = /^#1\/(\d+)$/.exec(field);
  const gnu = /^\/(\d+)$/.exec(field);
  if (bsd !== null) {
    const reader = new ByteReader(body);
    name = reader.text(Number(bsd[1])).replace(/\0+$/, '');
    start = reader.offset;
  } else if (gnu !== null) {
    name = longNameAt(longNames, Number(gnu[1]), body.start - HEADER_SIZE);
  } else if (field.endsWith('/')) {
    name = field.slice(0, -1);
  }
  if (name.startsWith('__.SYMDEF')) return;
  members.push({ name, window: body.slice('module', start, body.end), offset: start });
}

/** A name in the list of long ones: it ends with a slash and a line feed. */
function longNameAt(longNames: Window | undefined, offset: number, header: number): string {
  if (longNames === undefined || offset >= longNames.size) {
    throw new FormatError(
      'bad-offset',
      'archive',
      header,
      `name ${offset} bytes into a list that does not reach there`,
    );
  }
  const start = longNames.start + offset;
  const text = new ByteReader(longNames, start).text(Math.min(LONGEST_NAME, longNames.end - start));
  return text.split('\n', 1)[0]!.replace(/\/$/, '');
}
