/** The engine of this process; its types come with the browser's, which are not here. */
export interface Engine {
  compile(bytes: Uint8Array): Promise<unknown>;
  instantiate(module: unknown, imports: Imports): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
}

export type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const engine: Engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
