import type { WasmModule } from '../../wasm/module.ts';
import type { AnswerSymbol, CodeSymbols } from '../code-symbols.ts';
import { LlvmSymbolTable } from './symbol-table.ts';

/** Symbols as LLVM finds them: code and data answer for each other. */
export class LlvmSymbols implements CodeSymbols {
  readonly #module: WasmModule;
  #table: LlvmSymbolTable | undefined;

  constructor(module: WasmModule) {
    this.#module = module;
  }

  code(address: number): AnswerSymbol | undefined {
    return this.#symbols.find(address);
  }

  data(address: number): AnswerSymbol | undefined {
    return this.#symbols.find(address);
  }

  named(name: string): readonly AnswerSymbol[] {
    return this.#symbols.named(name);
  }

  get #symbols(): LlvmSymbolTable {
    this.#table ??= LlvmSymbolTable.read(this.#module);
    return this.#table;
  }
}
