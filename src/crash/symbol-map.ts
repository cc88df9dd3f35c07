import { decodeUtf8 } from '../bytes/text.ts';

/** Names of functions by index. */
export type SymbolMap = ReadonlyMap<number, string>;

/** Characters that Emscripten writes as `\xx`. */
const ESCAPE = /\\([0-9a-f]{2})/gi;

/**
 * A symbol map as Emscripten's `--emit-symbol-map` and wasm-opt's `--symbolmap` write it: `index:name` a line, names
 * holding colons; `undefined` for other texts.
 */
export function parseSymbolMap(bytes: Uint8Array): SymbolMap | undefined {
  const names = new Map<number, string>();
  for (const line of decodeUtf8(bytes).split('\n')) {
    if (line.trim() === '') continue;
    const entry = /^([0-9]{1,9}):(.+?)\r?$/.exec(line);
    if (entry === null) return undefined;
    names.set(
      Number(entry[1]),
      entry[2]!.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
  }
  return names.size > 0 ? names : undefined;
}
