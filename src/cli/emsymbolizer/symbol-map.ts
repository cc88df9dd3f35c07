/** Function names by index, of the lines `index:name` that Emscripten's `--emit-symbol-map` writes. */
export function parseSymbolMap(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split(/\r?\n/)) {
    // C++ names have colons of their own.
    const [, index, name] = /^(\d+):(.*)$/.exec(line) ?? [];
    if (index !== undefined) names.set(Number(index), name!);
  }
  return names;
}
