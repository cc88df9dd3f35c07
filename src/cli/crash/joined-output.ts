/** How much is joined, and from which size on a piece is written as it is. */
const ROOM = 1 << 16;
const LARGE = 1 << 13;

/** Joins small pieces of output, each of which would be a call of the system; large ones pass uncopied. */
export class JoinedOutput {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #room = new Uint8Array(ROOM);
  #size = 0;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  write(bytes: Uint8Array): void {
    if (this.#size + bytes.length > ROOM || bytes.length >= LARGE) this.flush();
    if (bytes.length >= LARGE) {
      this.#write(bytes);
      return;
    }
    this.#room.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Writes what is there: before more input is waited for. */
  flush(): void {
    if (this.#size === 0) return;
    this.#write(this.#room.subarray(0, this.#size));
    this.#size = 0;
  }
}
