/** So much of the JavaScript API of WebAssembly as running a module takes: its types come with a browser's, not Node's. */
export interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Imports): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
  readonly Memory: new (options: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  readonly Table: new (options: { element: string; initial: number; maximum?: number }) => object;
  readonly Global: new (options: { value: string; mutable: boolean }, value: number) => object;
  readonly Tag: new (options: { parameters: readonly string[] }) => object;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What a module imports, by module and name. */
export type Imports = Record<string, Record<string, unknown>>;
