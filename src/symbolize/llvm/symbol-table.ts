import { readData } from '../../wasm/data.ts';
import { readExports } from '../../wasm/exports.ts';
import { WasmFunctions } from '../../wasm/functions.ts';
import { readGlobals } from '../../wasm/globals.ts';
import { readLinking, WASM_SYM } from '../../wasm/linking.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { moduleKind } from '../../wasm/module-kind.ts';
import { WasmNames } from '../../wasm/names.ts';

/** A symbol of a module as LLVM sees it. */
export interface ModuleSymbol {
  readonly name: string;
  /**
   * Of a function, where the LEB128 of its size stands: from the start of the file in a linked module, of the code
   * section in any other. Of data, the memory address.
   */
  readonly start: number;
  /** In bytes, of a function with the LEB128 of its size. */
  readonly size: number;
}

/**
 * The symbols of a module in one sorted vector, as LLVM has them: functions and data, whose addresses count in different
 * spaces, stand in it together and answer for each other (`SymbolizableObjectFile::create`, LLVM 19 to 23).
 */
export class LlvmSymbolTable {
  readonly #symbols: readonly ModuleSymbol[];
  /** Where each begins. */
  readonly #starts: Float64Array;

  private constructor(symbols: readonly ModuleSymbol[]) {
    // Of symbols at one address the largest is kept, the last one where sizes are equal.
    const sorted = symbols.slice().sort((a, b) => a.start - b.start || a.size - b.size);
    this.#symbols = sorted.filter((symbol, index) => sorted[index + 1]?.start !== symbol.start);
    this.#starts = Float64Array.from(this.#symbols, ({ start }) => start);
  }

  static read(module: WasmModule): LlvmSymbolTable {
    return new LlvmSymbolTable(collectSymbols(module));
  }

  /** The symbol that holds an address; one without a size reaches up to the next. */
  find(address: number): ModuleSymbol | undefined {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    const symbol = this.#symbols[low - 1];
    return symbol !== undefined && (symbol.size === 0 || address < symbol.start + symbol.size) ? symbol : undefined;
  }

  /** All symbols of a name. */
  named(name: string): ModuleSymbol[] {
    return this.#symbols.filter((symbol) => symbol.name === name);
  }
}

function collectSymbols(module: WasmModule): ModuleSymbol[] {
  const kind = moduleKind(module);
  const functions = WasmFunctions.read(module);
  const base = kind === 'linked' ? (module.codeStart ?? 0) : 0;
  const symbols: ModuleSymbol[] = [];
  const addFunction = (name: string, index: number): void => {
    const body = functions.body(index);
    if (body === undefined) return;
    symbols.push({ name, start: body.sizeOffset + base, size: body.end - body.sizeOffset });
  };
  const segments = readData(module);

  const linking = readLinking(module);
  if (linking !== undefined && linking.symbols.length > 0) {
    for (const { kind: symbolKind, name = '', flags, index, offset, size } of linking.symbols) {
      if ((flags & WASM_SYM.UNDEFINED) !== 0 || index === undefined) continue;
      if (symbolKind === 'function') addFunction(name, index);
      else if (symbolKind === 'data') symbols.push({ name, start: (segments[index]?.address ?? 0) + offset, size });
    }
    return symbols;
  }
  if (kind === 'linked' && module.custom('name') !== undefined) {
    const names = WasmNames.read(module);
    for (const { index, name } of names.functions.names()) addFunction(name, index);
    for (const { index, name } of names.data.names()) {
      const segment = segments[index];
      if (segment !== undefined) symbols.push({ name, start: segment.address ?? 0, size: segment.size });
    }
    return symbols;
  }
  const globals = new Map(readGlobals(module).map(({ index, value }) => [index, value]));
  for (const { name, kind: exportKind, index } of readExports(module)) {
    if (exportKind === 'function') addFunction(name, index);
    // An exported global counts as data in the first segment.
    if (exportKind === 'global') {
      symbols.push({ name, start: (segments[0]?.address ?? 0) + (globals.get(index) ?? 0), size: 0 });
    }
  }
  return symbols;
}
