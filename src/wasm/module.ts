import { type CodeOffset, codeOffset, type ModuleOffset, moduleOffset } from '../addresses.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { type ByteSource, FileImage } from '../bytes/byte-source.ts';
import { decodeUtf8, isUtf8 } from '../bytes/text.ts';
import { Window } from '../bytes/window.ts';
import { ignore, type Report, type Severity } from '../diagnostics.ts';
import { FormatError, isFormatError } from '../errors.ts';
import { nameOfSection, orderOfSection, SECTION } from './sections.ts';

/** What a module can be read from: bytes, a file read where it is touched, or a part of another file. */
export type ModuleSource = Uint8Array | ByteSource | FileImage | Window;

/** One section of a module, in the place where it stands. */
export interface WasmSection {
  readonly id: number;
  /** The name of a custom section, the specification's name of any other: `.debug_info`, `code`, `section 42`. */
  readonly name: string;
  /** The contents, offsets counting from their first byte: the payload, of a custom section without its name. */
  readonly window: Window;
  /** Where the section's id stands. */
  readonly headerOffset: ModuleOffset;
  /** Where the payload begins, of a custom section the length of its name. */
  readonly payloadOffset: ModuleOffset;
  /** Where the next section's id stands. */
  readonly end: ModuleOffset;
  /** Whether the file ends before the section does; the window then holds what is there. */
  readonly truncated: boolean;
}

/** No producer comes near; hostile input would otherwise make millions of empty sections. */
const MAXIMUM_SECTIONS = 100_000;

/**
 * The container: a core module's sections, in the order in which they stand.
 *
 * Only section headers are read. Sections may repeat, stand in any order or be unknown; what is odd goes to `report`,
 * and what stands before damage is there.
 */
export class WasmModule {
  /** The whole module, offsets being `ModuleOffset`s. */
  readonly window: Window;
  readonly version: number;
  readonly sections: readonly WasmSection[];
  readonly #code: WasmSection | undefined;

  private constructor(window: Window, version: number, sections: readonly WasmSection[]) {
    this.window = window;
    this.version = version;
    this.sections = sections;
    this.#code = this.section(SECTION.code);
  }

  /**
   * Walks the section headers.
   *
   * @throws FormatError `not-wasm` without the magic number, `unknown-version` for a component (`openContainer` reads
   * those) or a version other than 1, `unexpected-end` where the file ends before its version.
   */
  static read(source: ModuleSource, options: { readonly report?: Report | undefined } = {}): WasmModule {
    const window = toWindow(source);
    const { version, layer } = readPreamble(window);
    if (layer !== 0 || version !== 1) {
      const what = layer === 1 ? 'a component, not a core module' : `version ${version + layer * 0x1_0000} of a module`;
      throw new FormatError('unknown-version', window.section, 4, what);
    }
    const sections = scanSections(window, { report: options.report ?? ignore, nameOf: nameOfSection });
    checkOrder(sections, options.report ?? ignore);
    return new WasmModule(window, version, sections);
  }

  /** The first section with this id (see `SECTION`). */
  section(id: number): WasmSection | undefined {
    return this.sections.find((section) => section.id === id);
  }

  /** The first custom section of this name. */
  custom(name: string): WasmSection | undefined {
    return this.sections.find((section) => section.id === SECTION.custom && section.name === name);
  }

  /** All custom sections of this name. */
  customs(name: string): WasmSection[] {
    return this.sections.filter((section) => section.id === SECTION.custom && section.name === name);
  }

  /** The code section's contents, offsets being `CodeOffset`s. */
  get code(): Window | undefined {
    return this.#code?.window;
  }

  /** The first byte of the code section's payload, where DWARF's addresses begin. */
  get codeStart(): ModuleOffset | undefined {
    return this.#code?.payloadOffset;
  }

  /** The code address of a place in the module; outside of the code section there is none. */
  toCode(offset: ModuleOffset): CodeOffset | undefined {
    const code = this.#code;
    if (code === undefined || !(offset >= code.payloadOffset && offset < code.end)) return undefined;
    return codeOffset(offset - code.payloadOffset);
  }

  /** The place in the module of a code address, be it inside the code section or not; without one there is none. */
  toModule(address: CodeOffset): ModuleOffset | undefined {
    const code = this.#code;
    return code === undefined ? undefined : moduleOffset(code.payloadOffset + address);
  }
}

/** The magic number's four bytes, then a version and, since components, a layer (0 core module, 1 component). */
export function readPreamble(window: Window): { readonly version: number; readonly layer: number } {
  if (window.size === 0) throw new FormatError('not-wasm', window.section, 0, 'empty file');
  const reader = new ByteReader(window);
  if (window.size < 4 || reader.u32() !== 0x6d73_6100) {
    throw new FormatError('not-wasm', window.section, 0, 'no magic number of a wasm module');
  }
  return { version: reader.u16(), layer: reader.u16() };
}

/** The whole of a source as a window whose offsets count from its first byte. */
export function toWindow(source: ModuleSource): Window {
  if (source instanceof Window) return source.slice('module', source.start, source.end);
  if (source instanceof Uint8Array || source instanceof FileImage) return Window.of(source, 'module');
  return Window.of(new FileImage(source), 'module');
}

/** Walks the sections behind the preamble of a module or component; ends, with a report, where they cannot be told. */
export function scanSections(
  window: Window,
  { report, nameOf }: { readonly report: Report; readonly nameOf: (id: number) => string },
): WasmSection[] {
  const sections: WasmSection[] = [];
  const reader = new ByteReader(window, Math.min(8, window.end));
  const odd = (rule: string, offset: number, message: string, severity: Severity = 'warning'): void =>
    report({ severity, rule, message, section: window.section, offset });
  let empties = 0;
  while (!reader.done) {
    const headerOffset = reader.offset;
    let size: number;
    let id: number;
    try {
      id = reader.u8();
      size = reader.uleb();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      odd('module/section-header', headerOffset, `${error.detail}; the rest of the module is not read`, 'error');
      break;
    }
    const payloadOffset = reader.offset;
    const truncated = size > reader.left;
    if (truncated) {
      const message = `${nameOf(id)} section of ${size} bytes, ${reader.left} left; the section is read up to there`;
      odd('module/section-past-end', headerOffset, message, 'error');
      size = reader.left;
    }
    if (id === SECTION.custom && size === 0) {
      // A custom section has a name at the least: mostly these are zero bytes behind the module's end.
      if (empties++ === 0) odd('module/custom-without-name', headerOffset, 'custom section without a name; left out');
      continue;
    }
    if (sections.length === MAXIMUM_SECTIONS) {
      odd('module/too-many-sections', headerOffset, `more than ${MAXIMUM_SECTIONS} sections; the rest is not read`);
      break;
    }
    const end = payloadOffset + size;
    const { name, contents } =
      id === SECTION.custom
        ? readCustomName(window, payloadOffset, end, odd)
        : { name: nameOf(id), contents: payloadOffset };
    sections.push({
      id,
      name,
      window: window.slice(name, contents, end),
      headerOffset: moduleOffset(headerOffset),
      payloadOffset: moduleOffset(payloadOffset),
      end: moduleOffset(end),
      truncated,
    });
    reader.seek(end);
  }
  return sections;
}

function readCustomName(
  window: Window,
  start: number,
  end: number,
  odd: (rule: string, offset: number, message: string) => void,
): { name: string; contents: number } {
  const reader = new ByteReader(window.part(start, end));
  try {
    const bytes = reader.take(reader.uleb());
    if (!isUtf8(bytes)) odd('module/custom-name', start, 'custom section whose name is not UTF-8; replaced by U+FFFD');
    return { name: decodeUtf8(bytes), contents: reader.offset };
  } catch (error) {
    if (!isFormatError(error)) throw error;
    odd('module/custom-name', start, `custom section whose name cannot be read: ${error.detail}; taken as nameless`);
    return { name: '', contents: start };
  }
}

/** The order is the specification's; engines refuse another, and readers need not. */
function checkOrder(sections: readonly WasmSection[], report: Report): void {
  let last = -1;
  const seen = new Set<number>();
  for (const { id, name, headerOffset } of sections) {
    const order = orderOfSection(id);
    if (order < 0) continue;
    const rule = seen.has(id) ? 'module/duplicate-section' : order < last ? 'module/section-order' : undefined;
    const message = seen.has(id) ? `another ${name} section; the first is used` : `${name} section out of order`;
    if (rule !== undefined) report({ severity: 'warning', rule, message, section: 'module', offset: headerOffset });
    seen.add(id);
    last = Math.max(last, order);
  }
}
