import { type FindCandidate, findCandidate, isCandidate } from './candidates.ts';

// Every run-time has it; a page's policy may forbid it.
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
      ) => {
        readonly exports: {
          readonly memory: { readonly buffer: ArrayBuffer };
          find(from: number, end: number): number;
        };
      };
    }
  | undefined;

/** scripts/candidates.wat: the first place between two where two or four bytes may be the beginning of a word. */
const MODULE =
  '0061736d0100000001070160027f7f017f030201000503010003071102066d656d6f727902000466696e6400000a9c0201990202' +
  '027b017f02400340200020014f0d012000fd00040021022000fd00040121032002fd0c30303030303030303030303030303030fd' +
  '232003fd0c78787878787878787878787878787878fd23fd4e2002fd0c77777777777777777777777777777777fd232000fd0004' +
  '03fd0c6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6dfd23fd4efd502002fd0c24242424242424242424242424242424fd232003fd0c66' +
  '666666666666666666666666666666fd23fd4e2003fd0c3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3afd232002fd0c70707070707070' +
  '707070707070707070fd232002fd0c6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6bfd23fd50fd4efd50fd50fd64210420040440200020' +
  '04686a0f0b200041106a21000c000b000b417f0b';

/** How much is copied and looked through at once: it stays in the processor's nearest caches. */
const WINDOW = 1 << 14;
const SMALLEST_WINDOW = 1 << 8;
/** What is read behind a window's end, for words that begin in it. */
const BEHIND = 32;
/** The instance's memory: windows are copied to its beginning, the rest is for whoever reads a file. */
const ROOM_START = 1 << 16;
const ROOM_SIZE = 1 << 17;

/** Compiled once. */
let compiled: object | undefined;

/** A {@link FindCandidate}, and room to read a text into that it then looks through in place. */
export interface CandidateFinder {
  readonly find: FindCandidate;
  /** `undefined` where there is no faster place than any other. */
  readonly room: Uint8Array | undefined;
}

/**
 * {@link findCandidate} with instructions that compare sixteen bytes at once, about ten times as fast as plain JavaScript;
 * that one where the engine has no such instructions.
 */
export function createCandidateFinder(): CandidateFinder {
  let instance: { readonly memory: { readonly buffer: ArrayBuffer }; find(from: number, end: number): number };
  try {
    if (typeof WebAssembly === 'undefined') return { find: findCandidate, room: undefined };
    compiled ??= new WebAssembly.Module(fromHex(MODULE));
    instance = new WebAssembly.Instance(compiled).exports;
  } catch {
    return { find: findCandidate, room: undefined };
  }
  const { buffer } = instance.memory;
  const memory = new Uint8Array(buffer);
  /** The first candidate of bytes that stand at `place` in memory, at their own offset `start`. */
  const scan = (bytes: Uint8Array, from: number, start: number, stop: number, place: number): number => {
    const end = place + stop - start;
    for (let at = place; ; at++) {
      at = instance.find(at, end);
      if (at < 0 || at >= end) return -1;
      // The module looks at the first of the bytes, which for some words is not the one that they are known by.
      const offset = start + at - place;
      if (isCandidate(bytes, offset, from) || isCandidate(bytes, offset + 1, from)) return offset;
    }
  };
  const find: FindCandidate = (bytes, from, end) => {
    if (bytes.buffer === buffer) return scan(bytes, from, from, end, bytes.byteOffset + from);
    // Where one line after the other has a candidate, the first windows are enough.
    let size = SMALLEST_WINDOW;
    for (let start = from; start < end; start += size, size = Math.min(size * 4, WINDOW)) {
      const stop = Math.min(start + size, end);
      const window = bytes.subarray(start, Math.min(stop + BEHIND, end));
      memory.set(window);
      // Nothing of the window before is taken for what is behind the end.
      memory.fill(0, window.length, window.length + BEHIND);
      const found = scan(bytes, from, start, stop, 0);
      if (found >= 0) return found;
    }
    return -1;
  };
  return { find, room: memory.subarray(ROOM_START, ROOM_START + ROOM_SIZE - BEHIND) };
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}
