/** @webassemblyjs/wasm-parser has no types; this is what the tests use of it. */
declare module '@webassemblyjs/wasm-parser' {
  export function decode(bytes: Uint8Array, options: object): unknown;
}
