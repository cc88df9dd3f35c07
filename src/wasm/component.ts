import { ByteReader } from '../bytes/byte-reader.ts';
import type { Window } from '../bytes/window.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { FormatError, isFormatError } from '../errors.ts';
import { type ModuleSource, readPreamble, scanSections, toWindow, WasmModule, type WasmSection } from './module.ts';

/** Ids of a component's sections (component model, binary format). */
const NAMES: readonly string[] = [
  'custom',
  'core:module',
  'core:instance',
  'core:type',
  'component',
  'instance',
  'alias',
  'type',
  'canon',
  'start',
  'import',
  'export',
  'value',
];
const CORE_MODULE = 1;
const COMPONENT = 4;

/** Components may hold components; no producer nests them this deep. */
const MAXIMUM_DEPTH = 16;

/** A core module inside a component. */
export interface CoreModule {
  readonly module: WasmModule;
  /** Where the module begins, in bytes from the start of the file. */
  readonly offset: number;
  /** Its number among the core modules of its component, from 0 on. */
  readonly index: number;
  /** What the component's `component-name` section calls it. */
  readonly name: string | undefined;
}

/** A file that is a core module, or a component with the core modules in it and in the components within. */
export type Container =
  | { readonly kind: 'module'; readonly module: WasmModule }
  | { readonly kind: 'component'; readonly modules: readonly CoreModule[]; readonly sections: readonly WasmSection[] };

/**
 * Opens a core module or a component.
 *
 * A core module inside that cannot be read is reported and left out; its index stays taken.
 *
 * @throws FormatError as `WasmModule.read`.
 */
export function openContainer(source: ModuleSource, options: { readonly report?: Report | undefined } = {}): Container {
  const window = toWindow(source);
  const { layer } = readPreamble(window);
  if (layer !== 1) return { kind: 'module', module: WasmModule.read(window, options) };
  const modules: CoreModule[] = [];
  const sections = readComponent(window, { report: options.report ?? ignore, modules, depth: 0, start: window.base });
  return { kind: 'component', modules, sections };
}

interface Walk {
  readonly report: Report;
  readonly modules: CoreModule[];
  readonly depth: number;
  /** Where the file begins in the file image. */
  readonly start: number;
}

function readComponent(window: Window, walk: Walk): WasmSection[] {
  const { report, modules, depth, start } = walk;
  const sections = scanSections(window, { report, nameOf: (id) => NAMES[id] ?? `section ${id}` });
  const names = readModuleNames(sections, report);
  let index = 0;
  for (const { id, window: contents, headerOffset } of sections) {
    try {
      if (id === CORE_MODULE) {
        const number = index++;
        const module = WasmModule.read(contents, { report });
        modules.push({ module, offset: contents.base - start, index: number, name: names.get(number) });
      } else if (id === COMPONENT) {
        if (depth === MAXIMUM_DEPTH) throw new FormatError('too-deep', 'module', 0, 'components within components');
        readPreamble(contents);
        readComponent(contents, { ...walk, depth: depth + 1 });
      }
    } catch (error) {
      if (!isFormatError(error)) throw error;
      const message = `${NAMES[id]} cannot be read: ${error.message}; left out`;
      report({ severity: 'warning', rule: 'component/unreadable', message, section: 'module', offset: headerOffset });
    }
  }
  return sections;
}

/**
 * The names of core modules in `component-name`: subsection 1 has one list of names for each sort.
 *
 * Only definitions are counted. Where a component also imports or aliases core modules, those take indexes too, and
 * the names behind them are off; neither does any producer of today.
 */
function readModuleNames(sections: readonly WasmSection[], report: Report): Map<number, string> {
  const names = new Map<number, string>();
  const section = sections.find(({ id, name }) => id === 0 && name === 'component-name');
  if (section === undefined) return names;
  try {
    const reader = new ByteReader(section.window);
    while (!reader.done) {
      const id = reader.u8();
      const subsection = new ByteReader(reader.part(reader.uleb()));
      // Sort 0x00 is followed by a core sort, of which 0x11 is modules.
      if (id !== 1 || subsection.u8() !== 0x00 || subsection.u8() !== 0x11) continue;
      for (let count = subsection.uleb(); count > 0; count--) {
        const index = subsection.uleb();
        names.set(index, subsection.text(subsection.uleb()));
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; the names before it are read`;
    report({ severity: 'warning', rule: 'names/damaged', message, section: 'component-name', offset: error.offset });
  }
  return names;
}
