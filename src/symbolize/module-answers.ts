import { type CodeOffset, codeOffset, moduleOffset } from '../addresses.ts';
import type { DebugModule } from '../debug-module/debug-module.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { DwarfFrames } from '../frames/dwarf-frames.ts';
import type { Frame, SourceFile, SourceFunction } from '../frames/frame.ts';
import type { ModuleKind } from '../wasm/module-kind.ts';
import { moduleKind } from '../wasm/module-kind.ts';
import type { CodeLocation, DataLocation, LocalVariable } from './answers.ts';
import type { AnswerSymbol, CodeSymbols } from './code-symbols.ts';
import { demangle } from './demangle.ts';
import type { DwarfWarnings } from './llvm/dwarf-warnings.ts';
import { LlvmDeath } from './llvm/llvm-death.ts';
import { LlvmSymbols } from './llvm/llvm-symbols.ts';
import { demangleMicrosoft } from './microsoft-names.ts';
import { ModuleSymbols } from './module-symbols.ts';
import { approximateRow, isInFirstSequence } from './skip-line-zero.ts';
import { DataVariables } from './variables/data-variables.ts';
import { localVariables } from './variables/local-variables.ts';

/** How answers about a module are made. */
export interface AnswerOptions {
  readonly functions: 'none' | 'short' | 'linkage';
  readonly paths: 'absolute' | 'relative' | 'basename';
  readonly demangle: boolean;
  readonly useSymbolTable: boolean;
  /** Whether code on line 0 gets the line of the code before it. */
  readonly skipLineZero: boolean;
  /**
   * What an address counts from in code. `file`: the start of the file; `code`: the start of the code section; `auto`:
   * the file in a linked module, the code section in an object or shared module, as LLVM 23 has it.
   */
  readonly addressSpace: 'auto' | 'file' | 'code';
  /** Where the module begins in the file that addresses count from: a core module of a component. */
  readonly fileOffset?: number | undefined;
  /** How answers are printed: where functions start is looked up only for the two that show it. */
  readonly verbose: boolean;
  readonly style: 'LLVM' | 'GNU' | 'JSON';
  /** Lines of source to be shown: embedded sources are decoded only for them. */
  readonly sourceLines: number;
}

/** How LLVM's way of answering is followed where it is wrong. */
export interface ImitationRules {
  /** Tells of damage when LLVM does. */
  readonly warnings: DwarfWarnings;
  /**
   * Symbols are looked up by the address as it was given, and DWARF too: what LLVM 18 to 22 do, whose symbols of linked
   * modules count from the start of the file and whose DWARF does not.
   */
  readonly mixedSpaces: boolean;
}

/** A module that answers the queries of llvm-symbolizer. */
export class ModuleAnswers {
  readonly #module: DebugModule;
  readonly #symbols: CodeSymbols;
  readonly #options: AnswerOptions;
  readonly #imitation: ImitationRules | undefined;
  readonly #kind: ModuleKind;
  /** Whether addresses of code count from the start of the file. */
  readonly #fromFile: boolean;
  readonly #dwarf: DwarfFrames;
  readonly #data: DataVariables;
  readonly #demangled = new Map<string, string>();
  /** LLVM looks where functions start in any case, and tells of the damage that it meets there. */
  readonly #showsStart: boolean;

  /** @param imitation makes answers exactly LLVM's; the module has to be opened with `likeLlvm` then. */
  constructor(module: DebugModule, imitation: ImitationRules | undefined, options: AnswerOptions) {
    this.#module = module;
    this.#options = options;
    this.#imitation = imitation;
    this.#showsStart = options.verbose || options.style === 'JSON' || imitation !== undefined;
    this.#kind = moduleKind(module.module);
    const { addressSpace } = options;
    this.#fromFile = addressSpace === 'file' || (addressSpace === 'auto' && this.#kind === 'linked');
    const base = this.#fromFile ? (module.module.codeStart ?? 0) + (options.fileOffset ?? 0) : 0;
    this.#symbols = imitation ? new LlvmSymbols(module.module) : new ModuleSymbols(module, base);
    this.#dwarf = new DwarfFrames(module.dwarf);
    this.#data = new DataVariables(this.#dwarf);
  }

  /** All frames at an address, innermost first; at least one, the unknown one. */
  frames(address: number): readonly CodeLocation[] {
    const code = this.#toCode(address);
    const frames = this.#framesAt(code);
    const last = frames.length - 1;
    const symbol = this.#symbolAt(address);
    if (last < 0) {
      return [symbol === undefined ? {} : { functionName: this.#shown(symbol.name), startAddress: symbol.start }];
    }
    const locations: CodeLocation[] = [];
    for (let index = 0; index <= last; index++) {
      const frame = frames[index]!;
      const named = index < last ? undefined : symbol;
      locations.push(index === 0 ? this.#innermost(frame, code!, named) : this.#place(frame, true, named));
    }
    return locations;
  }

  /** The innermost location; with linkage names under the symbol that holds it, which is the outermost function. */
  location(address: number): CodeLocation {
    const code = this.#toCode(address);
    const frame = this.#framesAt(code)[0];
    const symbol = this.#symbolAt(address);
    if (frame === undefined) return symbol === undefined ? {} : this.#named({}, symbol);
    const location = this.#innermost(frame, code!, symbol);
    return location.startFile === '' ? { ...location, startFile: undefined } : location;
  }

  /** The places that a symbol names, `offset` bytes into it where it is so long. */
  symbol(name: string, offset: number): readonly CodeLocation[] {
    return this.#symbols
      .named(name)
      .map(({ start, size, prologue = 0 }) =>
        this.location(start + (offset < size ? Math.max(offset, prologue) : prologue)),
      )
      .filter(({ file }) => file !== undefined);
  }

  /** The variable at a memory address. */
  data(address: number): DataLocation {
    const symbol = this.#symbols.data(address);
    this.#imitation?.warnings.lookup(2);
    const variable = this.#data.at(address);
    if (this.#imitation) this.#lookThrough(this.#imitation.warnings, address, variable?.unit);
    // LLVM first takes the address for one of code; only where it is none are all units looked through.
    if (this.#imitation && this.#dwarf.unitAt(address) === undefined) {
      this.#imitation.warnings.lookedThroughUnits(variable?.unit.offset);
    }
    if (variable !== undefined && this.#imitation?.warnings.useLineTable(variable.unit)) {
      return { name: symbol && this.#shown(symbol.name), start: symbol?.start, size: symbol?.size };
    }
    const place = { file: variable?.line ? variable.file : undefined, line: variable?.line };
    const likeLlvm = this.#module.dwarf.likeLlvm || this.#kind === 'object';
    if (symbol === undefined && (likeLlvm || variable === undefined)) return place;
    if (symbol !== undefined && (likeLlvm || variable?.name === undefined)) {
      return { name: this.#shown(symbol.name), start: symbol.start, size: symbol.size, ...place };
    }
    // In a linked module the symbol is the whole segment.
    const { linkageName, name, address: start, size } = variable!;
    const shown = linkageName ?? name;
    return { name: shown && this.#shown(shown), start, size, ...place };
  }

  /** LLVM first takes the address of data for one of code, and then looks through one unit after the other. */
  #lookThrough(warnings: DwarfWarnings, address: number, found: Unit | undefined): void {
    const unit = this.#dwarf.unitAt(address)?.unit;
    if (unit !== undefined) return warnings.lookThrough(unit);
    for (const each of this.#dwarf.codeUnits) {
      warnings.lookThrough(each);
      if (each === found) return;
    }
  }

  /** The variables of the function at an address. */
  locals(address: number): readonly LocalVariable[] {
    const code = this.#toCode(address);
    this.#imitation?.warnings.lookup(1);
    const unit = code === undefined ? undefined : this.#dwarf.unitAt(code);
    if (unit === undefined) return [];
    this.#imitation?.warnings.useEntries(unit.entriesUnit);
    const locals = localVariables(unit, code!);
    const given = locals.findIndex(({ file }) => file !== undefined);
    if (given < 0 || !this.#imitation?.warnings.useLineTable(unit.unit)) return locals;
    return locals.map((local, index) => (index === given ? { ...local, file: undefined } : local));
  }

  /** The frames that debug information has at a code address. */
  #framesAt(code: CodeOffset | undefined): readonly Frame[] {
    const warnings = this.#imitation?.warnings;
    warnings?.lookup(1);
    if (code === undefined) return [];
    if (warnings) this.#useEntries(warnings, code);
    const frames = this.#dwarf.frames(code);
    const unit = warnings && this.#dwarf.unitAt(code)?.unit;
    if (unit === undefined || !warnings!.useLineTable(unit)) return frames;
    const [first, ...callers] = frames;
    if (first?.function === undefined) return [];
    // Whoever looks first, for where the function is declared or for the line, does not find the table.
    const { name, linkageName, qualifiedName, line, file } = first.function;
    const declared = { name, linkageName, qualifiedName, line, file: undefined };
    if (file !== undefined) return [{ ...first, function: declared }, ...callers];
    const withoutFile = (frame: Frame): Frame => ({ ...frame, file: undefined });
    return [{ ...withoutFile(first), function: declared }, ...callers.map(withoutFile)];
  }

  #useEntries(warnings: DwarfWarnings, code: CodeOffset): void {
    const unit = this.#dwarf.unitAt(code);
    if (unit !== undefined) warnings.useEntries(unit.entriesUnit);
  }

  /** The code address that a query's address means. */
  #toCode(address: number): CodeOffset | undefined {
    if (this.#imitation?.mixedSpaces || !this.#fromFile) return codeOffset(address);
    return this.#module.toCode(moduleOffset(address - (this.#options.fileOffset ?? 0)));
  }

  #symbolAt(address: number): AnswerSymbol | undefined {
    if (this.#options.functions !== 'linkage' || !this.#options.useSymbolTable) return undefined;
    return this.#symbols.code(address);
  }

  #innermost(frame: Frame, code: CodeOffset, symbol: AnswerSymbol | undefined): CodeLocation {
    const location = this.#place(frame, frame.file !== undefined, symbol);
    // LLVM keeps 16 bits of a row's column.
    if (this.#imitation && location.column) Object.assign(location, { column: location.column & 0xffff || undefined });
    if (!this.#options.skipLineZero || frame.file === undefined || location.line !== undefined) return location;
    const unit = this.#dwarf.unitAt(code)?.unit;
    const row = unit?.lineTable === undefined ? undefined : approximateRow(unit.lineTable, code);
    if (row === undefined) {
      if (unit?.dwarf.likeLlvm && isInFirstSequence(unit.lineTable, code)) {
        throw new LlvmDeath('--skip-line-zero, and no row of the first sequence has a line');
      }
      return location;
    }
    const { files, lines, columns, discriminators } = unit!.lineTable!.rows;
    const file = unit!.sourceFile(files[row]!);
    return {
      ...location,
      file: this.#path(file),
      source: this.#options.sourceLines > 0 ? file?.source : undefined,
      line: lines[row]!,
      column: columns[row]! || undefined,
      discriminator: discriminators[row]! || undefined,
      approximate: true,
    };
  }

  #named(location: CodeLocation, { name, start }: AnswerSymbol): CodeLocation {
    return { ...location, functionName: this.#shown(name), startAddress: start };
  }

  /**
   * A frame as it is shown; the outermost one under the symbol that holds it, where linkage names are asked for. Without
   * a file LLVM tells no line of the innermost frame either.
   */
  #place(frame: Frame, hasPlace: boolean, symbol: AnswerSymbol | undefined): CodeLocation {
    const { function: subprogram, file, line, column, discriminator, start } = frame;
    return {
      functionName: symbol === undefined ? this.#functionName(subprogram) : this.#shown(symbol.name),
      file: this.#path(file),
      source: this.#options.sourceLines > 0 ? file?.source : undefined,
      line: hasPlace ? line : undefined,
      column: hasPlace ? column : undefined,
      discriminator: hasPlace ? discriminator : undefined,
      startFile: subprogram === undefined || !this.#showsStart ? undefined : (this.#path(subprogram.file) ?? ''),
      startLine: this.#showsStart ? subprogram?.line : undefined,
      startAddress: symbol === undefined ? start : symbol.start,
    };
  }

  #functionName(subprogram: SourceFunction | undefined): string | undefined {
    if (subprogram === undefined) return undefined;
    switch (this.#options.functions) {
      case 'none':
        return undefined;
      case 'short':
        return subprogram.name === undefined ? undefined : this.#shown(subprogram.name);
      case 'linkage': {
        const name = subprogram.linkageName ?? subprogram.name;
        return name === undefined ? undefined : this.#shown(name);
      }
    }
  }

  #path(file: SourceFile | undefined): string | undefined {
    const path = file && pathOf(file, this.#options.paths);
    // What LLVM writes into line tables where it knows no file.
    return path === '<invalid>' ? undefined : path;
  }

  #shown(name: string): string {
    if (!this.#options.demangle) return name;
    let demangled = this.#demangled.get(name);
    if (demangled === undefined) {
      demangled = name.startsWith('?') ? demangleMicrosoft(name) : demangle(name);
      this.#demangled.set(name, demangled);
    }
    return demangled;
  }
}

function pathOf(file: SourceFile, form: AnswerOptions['paths']): string {
  switch (form) {
    case 'absolute':
      return file.path;
    case 'relative':
      return file.relativePath;
    case 'basename':
      return file.name.startsWith('/') ? file.name : file.name.slice(file.name.lastIndexOf('/') + 1);
  }
}
