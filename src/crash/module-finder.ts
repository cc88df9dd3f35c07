import { type OpenOptions, openModule } from '../debug-module/debug-module.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { SourceMap } from '../source-map/source-map.ts';
import { Symbolizer } from '../symbolize/symbolizer.ts';
import { readBuildId } from '../wasm/links.ts';
import { type ModuleSource, WasmModule } from '../wasm/module.ts';
import { WasmNames } from '../wasm/names.ts';
import type { ModuleReference } from './crash.ts';
import { CrashModule } from './crash-module.ts';
import type { SymbolMap } from './symbol-map.ts';
import { hasV8Hash } from './v8-hash.ts';

/** A module that frames may be in: a file as it ran, or the debug file of one. */
export interface ModuleFile {
  /** Path or URL, for people and for the name at its end. */
  readonly path: string;
  /** Opens it. */
  open(): ModuleSource;
  /** Opens the file with its debug information, given what is known of the module; itself where this is missing. */
  openDebugFile?: ((module: WasmModule) => ModuleSource | undefined) | undefined;
  /** Opens the symbol map that names its functions. */
  readonly openSymbolMap?: (() => SymbolMap | undefined) | undefined;
  /** Opens the source map that has its places; asked where no debug information has one. */
  readonly openSourceMap?: ((module: WasmModule) => SourceMap | undefined) | undefined;
  /** Opens its split files. */
  readonly splitFile?: OpenOptions['splitFile'];
  /** Whether it may answer for frames that name another file, or none: one that the user named. */
  readonly chosen: boolean;
}

/** Finds modules by what a frame says about them, among files that are opened when first looked at. */
export class ModuleFinder {
  readonly #known: readonly KnownModule[];
  readonly #missing = new Map<string, ModuleReference>();
  readonly #answers = new Map<string, readonly CrashModule[]>();

  constructor(files: readonly ModuleFile[], options: { readonly report?: Report | undefined } = {}) {
    this.#known = files.map((file) => new KnownModule(file, options.report ?? ignore));
  }

  /** What was looked for and not found. */
  get missing(): ModuleReference[] {
    return [...this.#missing.values()];
  }

  /** The modules that fit a frame best: those with the same build id, else hash, file name or own name. */
  find(reference: ModuleReference): readonly CrashModule[] {
    const key = JSON.stringify([reference.buildId, reference.hash, reference.url, reference.name]);
    let found = this.#answers.get(key);
    if (found === undefined) {
      found = this.#search(reference);
      if (found.length === 0) this.#missing.set(key, reference);
      this.#answers.set(key, found);
    }
    return found;
  }

  #search(reference: ModuleReference): readonly CrashModule[] {
    for (const matches of MATCHERS) {
      const found = this.#known.filter((known) => matches(known, reference));
      if (found.length > 0) return opened(found);
    }
    // What the user named himself answers for whatever names nothing that is known.
    return opened(this.#known.filter(({ file }) => file.chosen));
  }
}

function opened(known: readonly KnownModule[]): CrashModule[] {
  return known.map((each) => each.crashModule).filter((module) => module !== undefined);
}

/** From the most certain to the least. */
const MATCHERS: readonly ((known: KnownModule, reference: ModuleReference) => boolean)[] = [
  (known, { buildId }) => buildId !== undefined && known.buildIds.includes(bare(buildId)),
  (known, { hash }) => hash !== undefined && known.hasHash(hash),
  (known, { url, name }) => [url, name].some((each) => each !== undefined && known.fileNames.includes(fileName(each))),
  (known, { name }) => name !== undefined && known.moduleName === name,
];

class KnownModule {
  readonly file: ModuleFile;
  readonly #report: Report;
  #module: WasmModule | undefined;
  #failed = false;
  #crashModule: CrashModule | undefined;

  constructor(file: ModuleFile, report: Report) {
    this.file = file;
    this.#report = report;
  }

  get module(): WasmModule | undefined {
    if (this.#module === undefined && !this.#failed) {
      try {
        this.#module = WasmModule.read(this.file.open());
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.#failed = true;
        const message = `${this.file.path}: ${error.detail}; left out`;
        this.#report({
          severity: 'error',
          rule: 'modules/unreadable',
          message,
          section: error.section,
          offset: error.offset,
        });
      }
    }
    return this.#module;
  }

  /** The file's name, and that of the file it is the debug file of. */
  get fileNames(): string[] {
    const name = fileName(this.file.path);
    return [name, name.replace(/\.debug\.wasm$/, ''), name.replace(/\.debug\.wasm$/, '.wasm')];
  }

  get moduleName(): string | undefined {
    const { module } = this;
    return module === undefined ? undefined : WasmNames.read(module).moduleName;
  }

  /** Hexadecimal, with and without the length byte that the file has in front. */
  get buildIds(): string[] {
    const { module } = this;
    const id = module === undefined ? undefined : readBuildId(module);
    return id === undefined ? [] : [hex(id.bytes), hex([id.bytes.length, ...id.bytes])];
  }

  hasHash(hash: string): boolean {
    const { module } = this;
    return module !== undefined && hasV8Hash(hash, module.window.size, () => module.window.toBytes());
  }

  get crashModule(): CrashModule | undefined {
    const { module } = this;
    if (module === undefined) return undefined;
    if (this.#crashModule === undefined) {
      const debugFile = this.file.openDebugFile?.(module);
      const debugModule = openModule(module, { report: this.#report, debugFile, splitFile: this.file.splitFile });
      this.#crashModule = new CrashModule(fileName(this.file.path), new Symbolizer(debugModule), {
        symbolMap: this.file.openSymbolMap?.(),
        openSourceMap: () => this.file.openSourceMap?.(module),
      });
    }
    return this.#crashModule;
  }
}

/** The last part of a path or URL, without query and fragment. */
export function fileName(path: string): string {
  return path.replace(/[?#].*$/s, '').replace(/^.*[/\\]/s, '');
}

/** A build id without what users and services put around it: dashes, upper case, the age at the end. */
function bare(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
