/** Where a file's bytes come from: a buffer, a file read where it is touched, or ranges fetched over a network. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /**
   * The bytes from `offset` on, `length` of them; fewer only at the end of the source.
   * The caller does not write to them and may keep them.
   */
  read(offset: number, length: number): Uint8Array;
  /** The same, filling `into` from `offset` on: where a source can do that, bytes are copied once less. */
  readInto?(offset: number, into: Uint8Array): void;
}

/** The unit of reading: small enough that one address touches little, large enough that calls are few. */
const BLOCK = 1 << 13;

/** Whoever has read so often will read most of the file: more at once then. */
const MANY = 1000;
/** Blocks that are read together then; a power of two. */
const GROUP = 16;

/**
 * A file's bytes at their own offsets, present only where they were asked for.
 *
 * A buffer is taken as it is. For another source, one zero-filled buffer of the file's size is reserved (the operating
 * system backs only the pages that are written), and blocks of 8 KiB are read into it when `load` touches them.
 */
export class FileImage {
  /** The file; what was not loaded reads as zero. */
  readonly bytes: Uint8Array;
  /** A view of `bytes`. */
  readonly view: DataView;
  readonly #source: ByteSource | undefined;
  readonly #loaded: Uint8Array | undefined;
  #fetches = 0;

  constructor(source: Uint8Array | ByteSource) {
    if (source instanceof Uint8Array) {
      this.bytes = source;
    } else {
      this.#source = source;
      this.bytes = new Uint8Array(source.size);
      this.#loaded = new Uint8Array(Math.ceil(source.size / BLOCK));
    }
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** In bytes. */
  get size(): number {
    return this.bytes.length;
  }

  /** Makes the bytes from `start` to `end` present. */
  load(start: number, end: number): void {
    const loaded = this.#loaded;
    if (loaded === undefined || end <= start) return;
    const last = Math.floor((Math.min(end, this.bytes.length) - 1) / BLOCK);
    for (let block = Math.floor(start / BLOCK); block <= last; block++) {
      if (loaded[block] !== 0) continue;
      // One read for a run of missing blocks; after many reads, for all that are missing around it.
      const limit = this.#fetches > MANY ? Math.min(loaded.length - 1, Math.max(last, block | (GROUP - 1))) : last;
      let stop = block + 1;
      while (stop <= limit && loaded[stop] === 0) stop++;
      this.#fetch(block, stop);
      block = stop;
    }
  }

  #fetch(first: number, stop: number): void {
    this.#fetches++;
    const start = first * BLOCK;
    const end = Math.min(stop * BLOCK, this.bytes.length);
    const source = this.#source!;
    if (source.readInto) source.readInto(start, this.bytes.subarray(start, end));
    else this.bytes.set(source.read(start, end - start).subarray(0, end - start), start);
    this.#loaded!.fill(1, first, stop);
  }
}
