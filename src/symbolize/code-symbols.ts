/** A symbol as answers show it. */
export interface AnswerSymbol {
  /** As the module has it, mangled or not. */
  readonly name: string;
  readonly start: number;
  /** In bytes. */
  readonly size: number;
  /** Bytes of a function before its first instruction's, so that a name alone finds code; 0 where LLVM has none. */
  readonly prologue?: number | undefined;
}

/** The symbols of a module, by the addresses that queries use. */
export interface CodeSymbols {
  /** The function that holds an address of code. */
  code(address: number): AnswerSymbol | undefined;
  /** The data that holds a memory address. */
  data(address: number): AnswerSymbol | undefined;
  /** All functions of a name. */
  named(name: string): readonly AnswerSymbol[];
}
