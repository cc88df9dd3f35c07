import { ByteWriter } from '../../bytes/byte-writer.ts';
import { decodeUtf8, encodeUtf8 } from '../../bytes/text.ts';

/**
 * The strings of `.debug_str` or `.debug_line_str`, each once: one that another ends with stands in its tail.
 *
 * Where a string stands is known once all of them are placed.
 */
export class StringTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #uses: number[] = [];
  readonly #sizes: number[] = [];
  readonly #keptOffsets = new Map<string, number>();
  #kept: Uint8Array = new Uint8Array(0);
  #offsets: Float64Array | undefined;

  /** Strings stay where they are in this section; new ones come behind them. */
  keep(section: Uint8Array): void {
    this.#kept = section;
    for (let start = 0; start < section.length; ) {
      let end = section.indexOf(0, start);
      if (end < 0) end = section.length;
      this.#keptOffsets.set(decodeUtf8(section, start, end), start);
      start = end + 1;
    }
  }

  /** The number of a text; asking for it counts as a use. */
  add(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#texts.push(text) - 1;
      this.#uses.push(0);
      this.#sizes.push(0);
      this.#ids.set(text, id);
    }
    this.#uses[id]!++;
    return id;
  }

  get count(): number {
    return this.#texts.length;
  }

  text(id: number): string {
    return this.#texts[id]!;
  }

  /** The number of a text that was added. */
  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  /** How often a text is used. */
  usesOf(text: string): number {
    const id = this.#ids.get(text);
    return id === undefined ? 0 : this.#uses[id]!;
  }

  uses(id: number): number {
    return this.#uses[id]!;
  }

  /** Bytes that a string takes, its zero included. */
  size(id: number): number {
    if (this.#sizes[id] === 0) this.#sizes[id] = encodeUtf8(this.#texts[id]!).length + 1;
    return this.#sizes[id]!;
  }

  /** Where a string stands in the section. */
  offset(id: number): number {
    if (this.#offsets === undefined) throw new RangeError('strings are not placed yet');
    return this.#offsets[id]!;
  }

  /** Places the strings that `isNeeded` names, and answers the section; those used most come first. */
  place(isNeeded: (id: number) => boolean = () => true): Uint8Array {
    const offsets = new Float64Array(this.#texts.length).fill(-1);
    const needed: number[] = [];
    for (let id = 0; id < this.#texts.length; id++) {
      if (!isNeeded(id)) continue;
      const kept = this.#keptOffsets.get(this.#texts[id]!);
      if (kept === undefined) needed.push(id);
      else offsets[id] = kept;
    }
    // By their ends, longest first: what a string ends with comes right after it.
    const reversed = new Map<number, string>();
    for (const id of needed) reversed.set(id, reverse(this.#texts[id]!));
    needed.sort((a, b) => (reversed.get(a)! < reversed.get(b)! ? 1 : -1));
    const holders = new Int32Array(this.#texts.length).fill(-1);
    const whole: number[] = [];
    let before = -1;
    for (const id of needed) {
      const text = this.#texts[id]!;
      if (before >= 0 && this.#texts[before]!.endsWith(text)) {
        holders[id] = before;
      } else {
        whole.push(id);
        before = id;
      }
    }
    whole.sort((a, b) => a - b);
    const out = new ByteWriter(1 << 12).take(this.#kept);
    const ends = new Float64Array(this.#texts.length);
    for (const id of whole) {
      offsets[id] = out.size;
      out.cstring(this.#texts[id]!);
      ends[id] = out.size;
    }
    for (const id of needed) {
      const holder = holders[id]!;
      if (holder >= 0) offsets[id] = ends[holder]! - this.size(id);
    }
    this.#offsets = offsets;
    return out.toBytes();
  }
}

/** A text backwards, by UTF-16 units: equal tails become equal beginnings. */
function reverse(text: string): string {
  let reversed = '';
  for (let at = text.length - 1; at >= 0; at--) reversed += text[at];
  return reversed;
}
