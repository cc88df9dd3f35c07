/** So much of the JavaScript API of WebAssembly as running a module takes: its types come with a browser's, not Node's. */
export interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Imports): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
  readonly Module: { exports(module: object): { readonly name: string; readonly kind: string }[] };
  readonly Memory: new (options: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  readonly Table: new (options: { element: string; initial: number; maximum?: number }) => object;
  readonly Global: new (options: { value: string; mutable: boolean }, value: number) => object;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What a module imports, by module and name. */
export type Imports = Record<string, Record<string, unknown>>;

/** This process's engine. */
export const webAssembly: WebAssemblyApi = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
