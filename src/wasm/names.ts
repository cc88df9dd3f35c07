import { ByteReader } from '../bytes/byte-reader.ts';
import type { Window } from '../bytes/window.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { type ExternalKind, readImports } from './imports.ts';
import { entryCount } from './index-spaces.ts';
import type { WasmModule } from './module.ts';
import { IndirectNameMap, NameMap } from './name-map.ts';
import { SECTION } from './sections.ts';

/** Subsections of the name section (WebAssembly 3.0, 7.4.1; the extended name section proposal's included). */
const SUBSECTION = {
  module: 0,
  functions: 1,
  locals: 2,
  labels: 3,
  types: 4,
  tables: 5,
  memories: 6,
  globals: 7,
  elements: 8,
  data: 9,
  fields: 10,
  tags: 11,
} as const;

/**
 * The name section: names of functions, locals and everything else that has an index.
 *
 * Only the subsections' headers are read; each kind of names is looked into when it is asked. Several name sections
 * count as one. Damage is reported, and what stands before it is there.
 */
export class WasmNames {
  readonly #module: WasmModule;
  readonly #report: Report;
  readonly #subsections: ReadonlyMap<number, readonly Window[]>;
  readonly #maps = new Map<number, NameMap>();
  readonly #indirectMaps = new Map<number, IndirectNameMap>();
  #importCounts: Readonly<Record<ExternalKind, number>> | undefined;

  private constructor(module: WasmModule, subsections: ReadonlyMap<number, readonly Window[]>, report: Report) {
    this.#module = module;
    this.#subsections = subsections;
    this.#report = report;
  }

  /** Walks the subsections of all name sections; without one, all names are unknown. */
  static read(module: WasmModule, options: { readonly report?: Report | undefined } = {}): WasmNames {
    const report = options.report ?? ignore;
    const subsections = new Map<number, Window[]>();
    module.customs('name').forEach((section, number) => {
      if (number > 0) {
        const message = 'another name section; it adds to the first';
        report({ severity: 'warning', rule: 'names/duplicate-section', message, section: 'name', offset: 0 });
      }
      scanSubsections(section.window, subsections, report);
    });
    return new WasmNames(module, subsections, report);
  }

  /** The module's own name. */
  get moduleName(): string | undefined {
    const window = this.#subsections.get(SUBSECTION.module)?.[0];
    if (window === undefined) return undefined;
    try {
      const reader = new ByteReader(window);
      const length = reader.uleb();
      return length === 0 ? undefined : reader.text(length);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      const message = `${error.detail}; the module counts as nameless`;
      this.#report({ severity: 'warning', rule: 'names/damaged', message, section: 'name', offset: error.offset });
      return undefined;
    }
  }

  /** By function index, imports first. */
  get functions(): NameMap {
    return this.#map(SUBSECTION.functions, () => this.#count('function', SECTION.function));
  }

  /** By function index, then local index, parameters first. */
  get locals(): IndirectNameMap {
    return this.#indirectMap(SUBSECTION.locals, () => this.#count('function', SECTION.function));
  }

  /** By function index, then the number of the block in the function. */
  get labels(): IndirectNameMap {
    return this.#indirectMap(SUBSECTION.labels, () => this.#count('function', SECTION.function));
  }

  get types(): NameMap {
    return this.#map(SUBSECTION.types);
  }

  get tables(): NameMap {
    return this.#map(SUBSECTION.tables, () => this.#count('table', SECTION.table));
  }

  get memories(): NameMap {
    return this.#map(SUBSECTION.memories, () => this.#count('memory', SECTION.memory));
  }

  get globals(): NameMap {
    return this.#map(SUBSECTION.globals, () => this.#count('global', SECTION.global));
  }

  /** By index of the element segment. */
  get elements(): NameMap {
    return this.#map(SUBSECTION.elements, () => entryCount(this.#module, SECTION.element));
  }

  /** By index of the data segment. */
  get data(): NameMap {
    return this.#map(SUBSECTION.data, () => entryCount(this.#module, SECTION.data));
  }

  /** By type index, then field index. */
  get fields(): IndirectNameMap {
    return this.#indirectMap(SUBSECTION.fields);
  }

  get tags(): NameMap {
    return this.#map(SUBSECTION.tags, () => this.#count('tag', SECTION.tag));
  }

  #map(id: number, limit?: () => number): NameMap {
    let map = this.#maps.get(id);
    if (map === undefined) {
      map = new NameMap(this.#subsections.get(id) ?? [], { report: this.#report, limit });
      this.#maps.set(id, map);
    }
    return map;
  }

  #indirectMap(id: number, limit?: () => number): IndirectNameMap {
    let map = this.#indirectMaps.get(id);
    if (map === undefined) {
      map = new IndirectNameMap(this.#subsections.get(id) ?? [], { report: this.#report, limit });
      this.#indirectMaps.set(id, map);
    }
    return map;
  }

  #count(kind: ExternalKind, sectionId: number): number {
    this.#importCounts ??= readImports(this.#module).counts;
    return this.#importCounts[kind] + entryCount(this.#module, sectionId);
  }
}

function scanSubsections(window: Window, subsections: Map<number, Window[]>, report: Report): void {
  const reader = new ByteReader(window);
  const odd = (rule: string, message: string, offset: number): void =>
    report({ severity: 'warning', rule, message, section: window.section, offset });
  const seen = new Set<number>();
  try {
    while (!reader.done) {
      const header = reader.offset;
      const id = reader.u8();
      let size = reader.uleb();
      if (size > reader.left) {
        odd(
          'names/subsection-past-end',
          `subsection ${id} of ${size} bytes, ${reader.left} left; read up to there`,
          header,
        );
        size = reader.left;
      }
      const contents = reader.part(size);
      if (id > SUBSECTION.tags) {
        odd('names/unknown-subsection', `subsection ${id} is not known; left out`, header);
        continue;
      }
      if (seen.has(id)) odd('names/duplicate-subsection', `another subsection ${id}; it adds to the first`, header);
      seen.add(id);
      const windows = subsections.get(id);
      if (windows === undefined) subsections.set(id, [contents]);
      else windows.push(contents);
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    odd('names/damaged', `${error.detail}; the subsections before it are read`, error.offset);
  }
}
