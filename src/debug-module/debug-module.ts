import type { CodeOffset, ModuleOffset } from '../addresses.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { Dwarf, type DwarfOptions } from '../dwarf/read/dwarf.ts';
import type { FindSection } from '../dwarf/read/sections.ts';
import { isFormatError } from '../errors.ts';
import { WasmFunctions } from '../wasm/functions.ts';
import { type ModuleSource, WasmModule } from '../wasm/module.ts';
import { WasmNames } from '../wasm/names.ts';

/** How a module and its debug information are put together. */
export interface OpenOptions {
  /** The module with the debug information, where that is another file. */
  readonly debugFile?: ModuleSource | WasmModule | undefined;
  /** Opens a split file, `.dwo` or `.dwp`; see `wasmSections` for wasm ones. */
  readonly splitFile?: DwarfOptions['splitFile'];
  /** Debug information that several modules share (DWARF 5, section 7.3.6). */
  readonly supplementary?: Dwarf | undefined;
  /** Take damaged debug information exactly as LLVM 19 does; see `DwarfOptions`. */
  readonly likeLlvm?: boolean | undefined;
  readonly report?: Report | undefined;
}

/**
 * A module and its debug information: the place where the two address spaces meet.
 *
 * What engines print counts from the start of the file that ran; the code's addresses in the debug information count
 * from the start of its code section. The two files' code sections may start at different places.
 */
export class DebugModule {
  /** The module that ran. */
  readonly module: WasmModule;
  /** The module that the debug information is in: the same one, or its debug file. */
  readonly debugFile: WasmModule;
  readonly report: Report;
  readonly #options: OpenOptions;
  #dwarf: Dwarf | undefined;
  #functions: WasmFunctions | undefined;
  #names: WasmNames | undefined;

  constructor(module: WasmModule, debugFile: WasmModule, options: OpenOptions) {
    this.module = module;
    this.debugFile = debugFile;
    this.report = options.report ?? ignore;
    this.#options = options;
  }

  /** The debug information. */
  get dwarf(): Dwarf {
    this.#dwarf ??= new Dwarf(wasmSections(this.debugFile), {
      report: this.#options.report,
      splitFile: this.#options.splitFile,
      supplementary: this.#options.supplementary,
      likeLlvm: this.#options.likeLlvm,
      lowestAddress: firstBodyStart(this.debugFile) ?? firstBodyStart(this.module),
    });
    return this.#dwarf;
  }

  /** The functions of the module that ran. */
  get functions(): WasmFunctions {
    this.#functions ??= WasmFunctions.read(this.module.code ? this.module : this.debugFile, { report: this.report });
    return this.#functions;
  }

  /** The name section of the module that ran; without one, that of the debug file. */
  get names(): WasmNames {
    const { module, debugFile, report } = this;
    this.#names ??= WasmNames.read(module.custom('name') ? module : debugFile, { report });
    return this.#names;
  }

  /** The code address of a place in the module that ran; outside of its code section there is none. */
  toCode(offset: ModuleOffset): CodeOffset | undefined {
    return this.module.toCode(offset);
  }

  /** The place of a code address in the module that ran; without a code section there is none. */
  toModule(address: CodeOffset): ModuleOffset | undefined {
    return this.module.toModule(address);
  }
}

/**
 * Opens a module and its debug information; only section headers are read.
 *
 * @throws FormatError where one of them is no wasm module.
 */
export function openModule(source: ModuleSource | WasmModule, options: OpenOptions = {}): DebugModule {
  const module = source instanceof WasmModule ? source : WasmModule.read(source, options);
  const { debugFile } = options;
  if (debugFile === undefined) return new DebugModule(module, module, options);
  return new DebugModule(
    module,
    debugFile instanceof WasmModule ? debugFile : WasmModule.read(debugFile, options),
    options,
  );
}

/** The custom sections of a wasm module by their names, for `Dwarf`. */
export function wasmSections(module: WasmModule): FindSection {
  return (name) => module.custom(name)?.window;
}

/** Where the first function's body starts in the code section: no code has a lower address. */
function firstBodyStart(module: WasmModule): number | undefined {
  const { code } = module;
  if (code === undefined) return undefined;
  try {
    const reader = new ByteReader(code);
    if (reader.uleb() === 0) return undefined;
    reader.uleb();
    return reader.offset;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
