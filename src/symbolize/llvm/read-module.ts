/** What is known of a module from the sections read so far. */
export interface ReadModule {
  readonly version: 19 | 23;
  types: number;
  /** Imports of each kind. */
  readonly imported: { functions: number; tables: number; globals: number; tags: number };
  /** What the module itself defines. */
  readonly defined: { functions: number; tables: number; globals: number; tags: number };
  dataCount: number | undefined;
  /** The sizes of data segments. */
  segments: number[];
  /** The sections so far: the size of each, and whether it is a custom one. */
  readonly sections: { readonly size: number; readonly isCustom: boolean }[];
  symbols: { readonly kind: SymbolKind; readonly name: string }[];
  hasLinking: boolean;
  hasDylink: boolean;
}

export type SymbolKind = 'function' | 'data' | 'global' | 'section' | 'tag' | 'table';

/** How many functions there are, imported ones included. */
export function functionCount({ imported, defined }: ReadModule): number {
  return imported.functions + defined.functions;
}
