import { codeOffset } from '../addresses.ts';
import type { DebugModule } from '../debug-module/debug-module.ts';
import { readData } from '../wasm/data.ts';
import { readExports } from '../wasm/exports.ts';
import { readLinking, WASM_SYM } from '../wasm/linking.ts';
import { moduleKind } from '../wasm/module-kind.ts';
import type { AnswerSymbol, CodeSymbols } from './code-symbols.ts';
import { demangle } from './demangle.ts';

/**
 * The symbols of a module, functions and data apart: of an object its symbol table's; of a linked module the name
 * section's, where there is none its exports.
 */
export class ModuleSymbols implements CodeSymbols {
  readonly #module: DebugModule;
  /** What is added to an offset in the code section to get a query's address. */
  readonly #base: number;
  #functionNames: ReadonlyMap<number, string> | undefined;
  #data: readonly AnswerSymbol[] | undefined;
  /** By function index, as far as they were asked for. */
  readonly #code: (AnswerSymbol | undefined)[];

  /** @param base what is added to an offset in the code section to get the address that queries use. */
  constructor(module: DebugModule, base: number) {
    this.#module = module;
    this.#base = base;
    this.#code = new Array(module.functions.count);
  }

  code(address: number): AnswerSymbol | undefined {
    const { functions } = this.#module;
    const index = functions.findIndex(codeOffset(address - this.#base));
    if (index === undefined) return undefined;
    let symbol = this.#code[index];
    if (symbol === undefined) {
      symbol = this.#symbol(index, this.#nameOf(index));
      this.#code[index] = symbol;
    }
    return symbol;
  }

  data(address: number): AnswerSymbol | undefined {
    this.#data ??= this.#readData();
    let best: AnswerSymbol | undefined;
    for (const symbol of this.#data) {
      if (symbol.start > address) break;
      if (address < symbol.start + symbol.size) best = symbol;
    }
    return best;
  }

  /** By the name as it stands in the module, and by the mangled name where the module has the other. */
  named(name: string): readonly AnswerSymbol[] {
    const plain = demangle(name);
    const found: AnswerSymbol[] = [];
    for (const { index } of this.#module.functions.bodies()) {
      const own = this.#nameOf(index);
      if (own !== name && own !== plain) continue;
      const symbol = this.#symbol(index, own);
      if (symbol !== undefined) found.push(symbol);
    }
    return found;
  }

  #symbol(index: number, name: string | undefined): AnswerSymbol | undefined {
    const body = this.#module.functions.body(index);
    if (name === undefined || body === undefined) return undefined;
    const start = body.sizeOffset + this.#base;
    return { name, start, size: body.end - body.sizeOffset, prologue: body.start - body.sizeOffset };
  }

  #nameOf(index: number): string | undefined {
    const { names } = this.#module;
    if (this.#usesNameSection) return names.functions.name(index);
    this.#functionNames ??= this.#readFunctionNames();
    return this.#functionNames.get(index);
  }

  get #usesNameSection(): boolean {
    const { module, debugFile } = this.#module;
    if (moduleKind(module) !== 'linked') return false;
    return module.custom('name') !== undefined || debugFile.custom('name') !== undefined;
  }

  #readFunctionNames(): Map<number, string> {
    const { module, names, report } = this.#module;
    const found = new Map<number, string>();
    for (const { kind, flags, index, name } of readLinking(module, { report })?.symbols ?? []) {
      const isDefined = (flags & WASM_SYM.UNDEFINED) === 0;
      // Of several names for a function LLVM shows the last one.
      if (kind === 'function' && isDefined && index !== undefined && name !== undefined) found.set(index, name);
    }
    if (found.size > 0) return found;
    for (const { kind, index, name } of readExports(module, { report }))
      if (kind === 'function') found.set(index, name);
    // A shared module's name section knows more functions than it exports.
    for (const { index, name } of names.functions.names()) if (!found.has(index)) found.set(index, name);
    return found;
  }

  #readData(): AnswerSymbol[] {
    const { module, names, report } = this.#module;
    const segments = readData(module, { report });
    const found: AnswerSymbol[] = [];
    for (const symbol of readLinking(module, { report })?.symbols ?? []) {
      const { kind, flags, index, name, offset, size } = symbol;
      const segment = index === undefined ? undefined : segments[index];
      if (kind !== 'data' || (flags & WASM_SYM.UNDEFINED) !== 0 || segment === undefined || name === undefined)
        continue;
      found.push({ name, start: (segment.address ?? 0) + offset, size });
    }
    if (found.length === 0) {
      for (const { index, address, size } of segments) {
        const name = names.data.name(index);
        if (name !== undefined && address !== undefined) found.push({ name, start: address, size });
      }
    }
    return found.sort((a, b) => a.start - b.start || a.size - b.size);
  }
}
