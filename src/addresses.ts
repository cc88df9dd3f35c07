declare const space: unique symbol;

/**
 * An address as DWARF counts it: bytes from the start of the code section's payload, where its function count stands
 * (WebAssembly's DWARF conventions, "Instruction locations").
 */
export type CodeOffset = number & { readonly [space]: 'code' };

/**
 * An address as engines print it: bytes from the start of the module's file (WebAssembly Web API, "Conventions for
 * developer-facing display of modules").
 */
export type ModuleOffset = number & { readonly [space]: 'module' };

/** Names the space of a number that is known to count from the start of the code section's payload. */
export function codeOffset(value: number): CodeOffset {
  return value as CodeOffset;
}

/** Names the space of a number that is known to count from the start of the module's file. */
export function moduleOffset(value: number): ModuleOffset {
  return value as ModuleOffset;
}
