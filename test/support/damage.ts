import type { Fixture } from './fixtures.ts';

/** Numbers that look random and are the same each time. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    // Seeds one after the other have to begin differently.
    for (let count = 0; count < 4; count++) {
      this.#state = Math.imul(this.#state ^ (this.#state >>> 15) ^ 0x5bd1e995, 0x2c1b3c6d) >>> 0;
    }
  }

  /** A whole number from 0, below another. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** A section of a module. */
interface Piece {
  readonly id: number;
  /** Of a custom section. */
  readonly name: string;
  /** Where the contents begin: behind the name of a custom section. */
  readonly start: number;
  readonly end: number;
  /** Where the section begins. */
  readonly outer: number;
  /** Where what follows its size begins. */
  readonly payload: number;
}

export interface Damaged {
  readonly module: Uint8Array;
  /** The section that was damaged, or `file`. */
  readonly section: string;
  readonly what: string;
}

const LOUD = [0, 1, 0x7f, 0x80, 0xff];

/** A copy of a module that was damaged in one section, or in its whole; most often in debug information. */
export function damage(module: Uint8Array, seed: number): Damaged {
  const random = new Random(seed);
  const pieces = sectionsOf(module);
  const debug = pieces.filter(({ name, start, end }) => name.startsWith('.debug_') && end > start);
  const kind = random.below(20);
  if (kind === 0 || debug.length === 0) return cutFile(module, random);
  if (kind <= 2) return changeBytes(module, random.one(pieces.filter(({ start, end }) => end > start)), random);
  if (kind === 3) return changeSize(module, random.one(pieces), random);
  const piece = random.one(debug);
  if (kind === 4) return without(module, piece);
  if (kind <= 6) return shorten(module, piece, random);
  return changeBytes(module, piece, random);
}

function cutFile(module: Uint8Array, random: Random): Damaged {
  const length = random.below(module.length);
  return { module: module.slice(0, length), section: 'file', what: `cut at ${length}` };
}

function changeBytes(module: Uint8Array, { name, id, start, end }: Piece, random: Random): Damaged {
  const copy = Uint8Array.from(module);
  const what: string[] = [];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const offset = random.below(end - start);
    const byte = random.below(2) === 0 ? random.one(LOUD) : random.below(256);
    what.push(`+0x${offset.toString(16)}: 0x${copy[start + offset]!.toString(16)} to 0x${byte.toString(16)}`);
    copy[start + offset] = byte;
  }
  return { module: copy, section: name || `section ${id}`, what: `${name || id} ${what.join(', ')}` };
}

/** The size in front of a section becomes another, of the same length. */
function changeSize(module: Uint8Array, { name, id, outer, payload }: Piece, random: Random): Damaged {
  const copy = Uint8Array.from(module);
  const at = outer + 1 + random.below(payload - outer - 1);
  copy[at] = (copy[at]! & 0x80) | random.below(128);
  return { module: copy, section: `size of ${name || id}`, what: `size of ${name || id}` };
}

function without(module: Uint8Array, { name, outer, end }: Piece): Damaged {
  const copy = new Uint8Array(module.length - (end - outer));
  copy.set(module.subarray(0, outer));
  copy.set(module.subarray(end), outer);
  return { module: copy, section: name, what: `without ${name}` };
}

/** The section ends earlier, and its size says so. */
function shorten(module: Uint8Array, { name, start, end, outer, payload }: Piece, random: Random): Damaged {
  const left = random.below(end - start);
  const size: number[] = [];
  for (let rest = start - payload + left, count = payload - outer - 1; count > 0; count--) {
    size.push((rest & 127) | (count > 1 ? 0x80 : 0));
    rest >>>= 7;
  }
  const copy = new Uint8Array(module.length - (end - start - left));
  copy.set(module.subarray(0, start + left));
  copy.set(size, outer + 1);
  copy.set(module.subarray(end), start + left);
  return { module: copy, section: name, what: `${name} cut to ${left} of ${end - start} bytes` };
}

function sectionsOf(module: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 8; at < module.length; ) {
    const outer = at;
    const id = module[at++]!;
    const [size, payload] = readUleb(module, at);
    const end = payload + size;
    let start = payload;
    let name = '';
    if (id === 0) {
      const [length, text] = readUleb(module, payload);
      start = text + length;
      name = Buffer.from(module.subarray(text, start)).toString();
    }
    pieces.push({ id, name, outer, payload, start, end });
    at = end;
  }
  return pieces;
}

function readUleb(bytes: Uint8Array, offset: number): [value: number, end: number] {
  let value = 0;
  let at = offset;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
}

/** Some questions of each kind about a fixture. */
export function questions({ expected, oracle }: Fixture, seed: number): string[] {
  const random = new Random(seed);
  const addresses = oracle === false ? [0x10, 0x20, 0x40, 0x80] : expected().addresses.map(({ address }) => address);
  const some = Array.from({ length: 10 }, () => `0x${random.one(addresses).toString(16)}`);
  return [...some, 'DATA 0x400', `DATA ${1024 + random.below(64)}`, `FRAME ${some[0]}`, `FRAME ${some[1]}`];
}
