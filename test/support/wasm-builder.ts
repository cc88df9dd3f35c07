/** Wasm spelled byte for byte: `module(section(1, vector([0x60, 0, 0])), custom('name', bytes))`. */

/** A byte, bytes, or the UTF-8 of a text. */
export type Piece = number | string | Uint8Array | readonly Piece[];

const encoder = new TextEncoder();

export function bytes(...pieces: readonly Piece[]): Uint8Array {
  const all: number[] = [];
  const add = (piece: Piece): void => {
    if (typeof piece === 'number') all.push(piece);
    else if (typeof piece === 'string') all.push(...encoder.encode(piece));
    else for (const each of piece) add(each);
  };
  pieces.forEach(add);
  return Uint8Array.from(all);
}

/** An unsigned LEB128, of `length` bytes at the least. */
export function uleb(value: number, length = 1): Uint8Array {
  const all: number[] = [];
  let rest = value;
  do {
    all.push(rest % 128);
    rest = Math.floor(rest / 128);
  } while (rest > 0 || all.length < length);
  return Uint8Array.from(all, (byte, n) => (n < all.length - 1 ? byte | 0x80 : byte));
}

/** A signed LEB128. */
export function sleb(value: number): Uint8Array {
  const all: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
    all.push(done ? byte : byte | 0x80);
    if (done) return Uint8Array.from(all);
  }
}

/** A length and as many bytes. */
export function counted(...pieces: readonly Piece[]): Uint8Array {
  const contents = bytes(...pieces);
  return bytes(uleb(contents.length), contents);
}

/** A count and the items. */
export function vector(...items: readonly Piece[]): Uint8Array {
  return bytes(uleb(items.length), items);
}

/** A name as wasm writes it. */
export function name(text: string): Uint8Array {
  return counted(text);
}

export function section(id: number, ...pieces: readonly Piece[]): Uint8Array {
  return bytes(id, counted(...pieces));
}

export function custom(sectionName: string, ...pieces: readonly Piece[]): Uint8Array {
  return section(0, name(sectionName), ...pieces);
}

export const PREAMBLE: readonly number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
export const COMPONENT_PREAMBLE: readonly number[] = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];

export function wasm(...sections: readonly Piece[]): Uint8Array {
  return bytes(PREAMBLE, ...sections);
}

/** A module of functions without parameters, each given as its instructions with the `end`. */
export function functions(...bodies: readonly Piece[]): Uint8Array {
  return wasm(
    section(1, vector([0x60, 0, 0])),
    section(3, vector(...bodies.map(() => 0))),
    section(10, vector(...bodies.map((body) => counted(0, body)))),
  );
}
