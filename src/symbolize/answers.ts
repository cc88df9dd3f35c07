/** Where code stands in the source, ready to be printed: names chosen and demangled, paths in the form asked for. */
export interface CodeLocation {
  readonly functionName?: string | undefined;
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** From 1. */
  readonly column?: number | undefined;
  readonly discriminator?: number | undefined;
  /** Whether `line` is that of code before, because the code itself has none. */
  readonly approximate?: boolean | undefined;
  /** Where the function is declared. */
  readonly startFile?: string | undefined;
  readonly startLine?: number | undefined;
  /** First address of the function, in the space the query used. */
  readonly startAddress?: number | undefined;
  /** The source, where the debug information embeds it. */
  readonly source?: string | undefined;
}

/** A variable in memory. */
export interface DataLocation {
  readonly name?: string | undefined;
  readonly start?: number | undefined;
  /** In bytes. */
  readonly size?: number | undefined;
  /** Always absolute. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** A variable of a function. */
export interface LocalVariable {
  readonly functionName?: string | undefined;
  readonly name?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** Bytes from the frame base, for a variable in the frame. */
  readonly frameOffset?: number | undefined;
  /** In bytes. */
  readonly size?: number | undefined;
  /** Memory tag (DW_AT_LLVM_tag_offset). */
  readonly tagOffset?: number | undefined;
  /** Where it is, when that is not the frame: `local 3`, `global 0`, `stack 1`, `0x450`. */
  readonly location?: string | undefined;
}
