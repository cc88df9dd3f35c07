/**
 * How clang marks a name that it could have written without its template arguments (`-gsimple-template-names=mangled`):
 * `_STN|box|<int>`.
 */
const MARK = '_STN|';
const BAR = 0x7c;

/** The parts of a marked name; `undefined` for any other. Without a second bar it has no arguments. */
export function splitSimplified(
  name: string,
): { readonly base: string; readonly args: string | undefined } | undefined {
  if (!name.startsWith(MARK)) return undefined;
  const bar = name.indexOf('|', MARK.length);
  if (bar < 0) return { base: name.slice(MARK.length), args: undefined };
  return { base: name.slice(MARK.length, bar), args: name.slice(bar + 1) };
}

/** A name without the mark: `box<int>`. */
export function plainName(name: string): string {
  const parts = splitSimplified(name);
  return parts === undefined ? name : parts.base + (parts.args ?? '');
}

/** Whether marked names are among some bytes. */
export function hasSimplified(bytes: Uint8Array): boolean {
  for (let bar = bytes.indexOf(BAR); bar >= 0; bar = bytes.indexOf(BAR, bar + 1)) {
    let length = MARK.length;
    while (length > 0 && bytes[bar - MARK.length + length] === MARK.charCodeAt(length - 1)) length--;
    if (length === 0) return true;
  }
  return false;
}
