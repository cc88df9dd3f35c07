import { ByteReader } from '../bytes/byte-reader.ts';
import { resized } from '../bytes/columns.ts';
import type { Window } from '../bytes/window.ts';
import type { Report, Severity } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';

/** One entry of a name map. */
export interface IndexedName {
  readonly index: number;
  readonly name: string;
}

/** What a map's indexes count in, to tell those out of range; asked when the map is first read. */
type Limit = () => number;

/**
 * Names by index (WebAssembly 3.0, 7.4.1.1, "name map"), found as they are asked for.
 *
 * Looking for one reads on from where the last search ended until it stands there, and remembers where the others on
 * the way stand; only the name itself is decoded. Where an index has several names, the first one counts; empty names
 * and indexes out of range do not.
 */
export class NameMap {
  readonly #vectors: NameVector[];

  /** Each window begins with a count of entries; where there are several, earlier ones go first. */
  constructor(
    windows: readonly Window[],
    { report, limit }: { readonly report: Report; readonly limit?: Limit | undefined },
  ) {
    this.#vectors = windows.map((window) => new NameVector(window, report, limit));
  }

  /** The name of `index`, undefined if it has none. */
  name(index: number): string | undefined {
    for (const vector of this.#vectors) {
      const offset = vector.find(index);
      if (offset !== undefined) return vector.textAt(offset);
    }
    return undefined;
  }

  /** All names, by rising index as a rule: where entries are out of order, in the order in which they stand. */
  *names(): IterableIterator<IndexedName> {
    const seen = this.#vectors.length > 1 ? new Set<number>() : undefined;
    for (const vector of this.#vectors) {
      for (const { index, offset } of vector.entries()) {
        if (seen?.has(index)) continue;
        seen?.add(index);
        yield { index, name: vector.textAt(offset) };
      }
    }
  }
}

/** Name maps by index ("indirect name map"): the locals of each function, the fields of each type. */
export class IndirectNameMap {
  readonly #windows: readonly Window[];
  readonly #report: Report;
  readonly #limit: Limit | undefined;
  #maps: Map<number, NameMap> | undefined;

  constructor(
    windows: readonly Window[],
    { report, limit }: { readonly report: Report; readonly limit?: Limit | undefined },
  ) {
    this.#windows = windows;
    this.#report = report;
    this.#limit = limit;
  }

  /** The names under `index`, undefined if there are none. */
  map(index: number): NameMap | undefined {
    return (this.#maps ??= this.#scan()).get(index);
  }

  /** The name of `inner` under `outer`: of a local of a function, say. */
  name(outer: number, inner: number): string | undefined {
    return this.map(outer)?.name(inner);
  }

  /** The indexes that have names under them. */
  indexes(): IterableIterator<number> {
    return (this.#maps ??= this.#scan()).keys();
  }

  #scan(): Map<number, NameMap> {
    const maps = new Map<number, NameMap>();
    const limit = this.#limit?.() ?? Number.POSITIVE_INFINITY;
    for (const window of this.#windows) {
      const odd = once(this.#report, window);
      try {
        const reader = new ByteReader(window);
        for (let count = reader.uleb(); count > 0; count--) {
          const at = reader.offset;
          const index = reader.uleb();
          const start = reader.offset;
          for (let entries = reader.uleb(); entries > 0; entries--) {
            reader.uleb();
            reader.skip(reader.uleb());
          }
          if (index >= limit)
            odd('warning', 'names/out-of-range', `names under index ${index} of ${limit}; left out`, at);
          else if (maps.has(index)) odd('warning', 'names/duplicate', `index ${index} again; the first is used`, at);
          else maps.set(index, new NameMap([window.part(start, reader.offset)], { report: this.#report }));
        }
      } catch (error) {
        if (!isFormatError(error)) throw error;
        odd('warning', 'names/damaged', `${error.detail}; the names before it are read`, error.offset);
      }
    }
    return maps;
  }
}

/** Names are short: all of a section is touched on the way, so it is read in large pieces. */
const AHEAD = 1 << 18;

/** One run of (index, name) pairs behind their count. */
class NameVector {
  readonly #window: Window;
  readonly #odd: Odd;
  readonly #limitOf: Limit | undefined;
  #limit = Number.POSITIVE_INFINITY;
  #reader: ByteReader | undefined;
  /** Up to here the window was loaded. */
  #ahead = 0;
  /** Entries not read yet. */
  #left = 1;
  /** Entries with rising indexes, as the specification wants them: binary search finds them. */
  #indexes = new Uint32Array(16);
  #offsets = new Uint32Array(16);
  #size = 0;
  #last = -1;
  /** The others. */
  #strays: Map<number, number> | undefined;

  constructor(window: Window, report: Report, limit: Limit | undefined) {
    this.#window = window;
    this.#odd = once(report, window);
    this.#limitOf = limit;
  }

  /** Where the name of `index` stands, its length first. */
  find(index: number): number | undefined {
    const known = this.#findKnown(index);
    if (known !== undefined) return known;
    while (this.#left > 0) {
      const size = this.#size;
      if (this.#next() === index) return size < this.#size ? this.#offsets[size] : this.#strays?.get(index);
    }
    return undefined;
  }

  *entries(): IterableIterator<{ index: number; offset: number }> {
    while (this.#left > 0) this.#next();
    for (let n = 0; n < this.#size; n++) yield { index: this.#indexes[n]!, offset: this.#offsets[n]! };
    for (const [index, offset] of this.#strays ?? []) yield { index, offset };
  }

  textAt(offset: number): string {
    const reader = new ByteReader(this.#window, offset);
    return reader.text(reader.uleb());
  }

  #findKnown(index: number): number | undefined {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#indexes[middle]! < index) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#indexes[low] === index ? this.#offsets[low] : this.#strays?.get(index);
  }

  /** Reads one entry, and answers its index if it is a name that counts. */
  #next(): number | undefined {
    try {
      if (this.#reader === undefined) {
        this.#reader = new ByteReader(this.#window);
        this.#left = this.#reader.uleb();
        this.#limit = this.#limitOf?.() ?? Number.POSITIVE_INFINITY;
        return undefined;
      }
      const reader = this.#reader;
      const at = reader.offset;
      if (at >= this.#ahead) {
        this.#ahead = at + AHEAD;
        this.#window.load(at, this.#ahead);
      }
      const index = reader.uleb();
      const offset = reader.offset;
      const length = reader.uleb();
      reader.skip(length);
      this.#left--;
      return this.#add(index, offset, length, at) ? index : undefined;
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#left = 0;
      this.#odd('warning', 'names/damaged', `${error.detail}; the names before it are read`, error.offset);
      return undefined;
    }
  }

  #add(index: number, offset: number, length: number, at: number): boolean {
    if (index >= this.#limit || index > 0xffff_ffff) {
      this.#odd('warning', 'names/out-of-range', `name for index ${index} of ${this.#limit}; left out`, at);
      return false;
    }
    if (length === 0) {
      this.#odd('note', 'names/empty', `empty name for index ${index}; taken as none`, at);
      return false;
    }
    if (index > this.#last) {
      this.#last = index;
      if (this.#size === this.#indexes.length) {
        this.#indexes = resized(this.#indexes, this.#size * 2);
        this.#offsets = resized(this.#offsets, this.#size * 2);
      }
      this.#indexes[this.#size] = index;
      this.#offsets[this.#size++] = offset;
      return true;
    }
    if (this.#findKnown(index) !== undefined) {
      this.#odd('warning', 'names/duplicate', `another name for index ${index}; the first is used`, at);
      return false;
    }
    this.#odd('warning', 'names/order', `name for index ${index} after that for ${this.#last}`, at);
    (this.#strays ??= new Map()).set(index, offset);
    return true;
  }
}

type Odd = (severity: Severity, rule: string, message: string, offset: number) => void;

/** Reports the first finding of each rule: a damaged map of 300,000 entries has one kind of damage. */
function once(report: Report, window: Window): Odd {
  const reported = new Set<string>();
  return (severity, rule, message, offset) => {
    if (reported.has(rule)) return;
    reported.add(rule);
    report({ severity, rule, message, section: window.section, offset });
  };
}
