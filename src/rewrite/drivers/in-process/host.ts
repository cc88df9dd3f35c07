import { encodeUtf8 } from '../../../bytes/text.ts';
import { OptimizerError } from '../wasm-opt.ts';

/** A pointer into Binaryen's memory. */
export type Pointer = number;

/** Binaryen in this process, as whoever loaded it hands it over. */
export interface BinaryenHost {
  /** npm's version: `132.0.0`. */
  readonly version: string;
  /** Its functions by their names in the C API. */
  readonly api: Readonly<Record<string, unknown>>;
  /** Its memory, whose buffer is replaced when it grows. */
  readonly memory: { readonly buffer: ArrayBuffer };
  /** The bytes of its own module, for finding what no function of it tells. */
  readonly code: Uint8Array;
  /** Takes the lines it prints on standard error, as they are printed; `undefined` lets them through again. */
  listen(onLine: ((line: string) => void) | undefined): void;
}

/**
 * Versions on npm whose code was compared with that of their own wasm-opt, and whose stacks with those of the code
 * before. There are none between 125 and 129, and nightly builds are not known.
 */
const KNOWN_VERSIONS: readonly string[] = ['124', '125', '129', '130', '131', '132'].map((major) => `${major}.0.0`);

/** The C API with pointers into memory, and memory itself. */
export class Binaryen {
  readonly host: BinaryenHost;
  #view: DataView;

  /** @throws OptimizerError for a version that is not known. */
  constructor(host: BinaryenHost) {
    if (!KNOWN_VERSIONS.includes(host.version)) {
      throw refusal(`version ${host.version} of npm's binaryen is not known (known are ${KNOWN_VERSIONS.join(', ')})`);
    }
    this.host = host;
    this.#view = new DataView(host.memory.buffer);
  }

  /** Whether there is a function of the C API. */
  has(name: string): boolean {
    return typeof this.host.api[`_${name}`] === 'function';
  }

  /** A function of the C API by its name there, without the underscore. @throws OptimizerError without one. */
  find(name: string): (...args: readonly number[]) => number {
    const found = this.host.api[`_${name}`];
    if (typeof found !== 'function') throw refusal(`npm's binaryen ${this.host.version} has no ${name}`);
    return found as (...args: readonly number[]) => number;
  }

  call(name: string, ...args: readonly number[]): number {
    return this.find(name)(...args);
  }

  /** Memory as it is now. */
  get view(): DataView {
    if (this.#view.buffer !== this.host.memory.buffer) this.#view = new DataView(this.host.memory.buffer);
    return this.#view;
  }

  /** Copies bytes into memory; to be given to `free`. */
  allocate(bytes: Uint8Array): Pointer {
    const pointer = this.find('malloc')(Math.max(1, bytes.length)) >>> 0;
    new Uint8Array(this.host.memory.buffer, pointer, bytes.length).set(bytes);
    return pointer;
  }

  free(pointer: Pointer): void {
    this.call('free', pointer);
  }

  /** Calls with a text that ends with zero. */
  withText<T>(text: string, use: (pointer: Pointer) => T): T {
    const bytes = encodeUtf8(text);
    const pointer = this.allocate(Uint8Array.of(...bytes, 0));
    try {
      return use(pointer);
    } finally {
      this.free(pointer);
    }
  }

  bytesAt(pointer: Pointer, size: number): Uint8Array {
    return new Uint8Array(this.host.memory.buffer, pointer, size);
  }

  /** The text that ends with zero, of characters of one byte. */
  textAt(pointer: Pointer): string {
    const { view } = this;
    let text = '';
    for (let at = pointer; view.getUint8(at) !== 0; at++) text += String.fromCharCode(view.getUint8(at));
    return text;
  }
}

/** Binaryen in this process does not behave as is known: the other driver needs nothing of it. */
export function refusal(reason: string): OptimizerError {
  return new OptimizerError(`${reason}; --driver=staged works with any wasm-opt`);
}
