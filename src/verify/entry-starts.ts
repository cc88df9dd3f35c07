/** Where entries start in a section: a bit for each byte. */
export class EntryStarts {
  readonly #bits: Uint32Array;

  constructor(size: number) {
    this.#bits = new Uint32Array((size >>> 5) + 1);
  }

  add(offset: number): void {
    this.#bits[offset >>> 5]! |= 1 << (offset & 31);
  }

  has(offset: number): boolean {
    return (this.#bits[offset >>> 5]! & (1 << (offset & 31))) !== 0;
  }
}
