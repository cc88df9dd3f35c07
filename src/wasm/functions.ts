import { type CodeOffset, codeOffset } from '../addresses.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import type { Window } from '../bytes/window.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { readImports } from './imports.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';

/** Where the body of one function stands. */
export interface FunctionBody {
  /** In the function index space, imports first. */
  readonly index: number;
  /** The LEB128 of the body's size: where LLVM's symbols begin. */
  readonly sizeOffset: CodeOffset;
  /** Behind the size, where the declarations of locals stand: where DWARF's ranges begin. */
  readonly start: CodeOffset;
  /** First byte after the body. */
  readonly end: CodeOffset;
}

/**
 * The functions with a body, in the order of their indexes, in which they also stand in the code section.
 *
 * A body whose size reaches past the section ends with the section and is the last one.
 */
export class WasmFunctions {
  /** Imported functions, which take the first indexes. */
  readonly importCount: number;
  /** Functions with a body. */
  readonly bodyCount: number;
  /** Length of the function index space: imports, and the declared functions or the bodies, whichever are more. */
  readonly count: number;
  /** The body of function `importCount + n` begins at `starts[n]`; its size LEB128 stands at `sizeOffsets[n]`. */
  readonly starts: Uint32Array;
  /** One more than there are bodies: a body ends where the next one's size stands. */
  readonly sizeOffsets: Uint32Array;

  private constructor(importCount: number, declaredCount: number, bodies: Bodies) {
    this.importCount = importCount;
    this.bodyCount = bodies.count;
    this.count = importCount + Math.max(declaredCount, bodies.count);
    this.starts = bodies.starts;
    this.sizeOffsets = bodies.sizeOffsets;
  }

  /** Walks the sizes in the code section; damage is reported, and the bodies before it are there. */
  static read(module: WasmModule, options: { readonly report?: Report | undefined } = {}): WasmFunctions {
    const report = options.report ?? ignore;
    const importCount = readImports(module, { report }).counts.function;
    const declaredCount = readDeclaredCount(module, report);
    const code = module.code;
    const bodies = code === undefined ? NO_BODIES : scanBodies(code, report);
    if (code !== undefined && bodies.declared !== declaredCount) {
      const message = `${bodies.declared} bodies for ${declaredCount} declared functions; indexes count the bodies`;
      report({ severity: 'warning', rule: 'functions/count-mismatch', message, section: 'code', offset: 0 });
    }
    return new WasmFunctions(importCount, declaredCount, bodies);
  }

  /** The body of a function; an imported one has none. */
  body(index: number): FunctionBody | undefined {
    const n = index - this.importCount;
    if (!(n >= 0 && n < this.bodyCount)) return undefined;
    return {
      index,
      sizeOffset: codeOffset(this.sizeOffsets[n]!),
      start: codeOffset(this.starts[n]!),
      end: codeOffset(this.sizeOffsets[n + 1]!),
    };
  }

  /** The index of the function whose body, or the size before it, holds an address. */
  findIndex(address: CodeOffset): number | undefined {
    const offsets = this.sizeOffsets;
    let low = 0;
    let high = this.bodyCount;
    if (high === 0 || !(address >= offsets[0]! && address < offsets[high]!)) return undefined;
    // offsets[low] <= address < offsets[high]
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (offsets[middle]! <= address) low = middle;
      else high = middle;
    }
    return this.importCount + low;
  }

  /** All bodies in order. */
  *bodies(): IterableIterator<FunctionBody> {
    for (let n = 0; n < this.bodyCount; n++) yield this.body(this.importCount + n)!;
  }
}

interface Bodies {
  /** What the section says. */
  readonly declared: number;
  /** What is there. */
  readonly count: number;
  readonly starts: Uint32Array;
  readonly sizeOffsets: Uint32Array;
}

const NO_BODIES: Bodies = { declared: 0, count: 0, starts: new Uint32Array(0), sizeOffsets: new Uint32Array(1) };

function readDeclaredCount(module: WasmModule, report: Report): number {
  const section = module.section(SECTION.function);
  if (section === undefined) return 0;
  try {
    const reader = new ByteReader(section.window);
    const count = reader.uleb();
    // A type index each, of a byte at the least.
    if (count <= reader.left) return count;
    throw reader.error('unexpected-end', `${count} functions in ${reader.left} bytes`, 0);
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; taken as none`;
    report({ severity: 'warning', rule: 'functions/declarations', message, section: 'function', offset: error.offset });
    return 0;
  }
}

/** Bytes in a body, on average, from which on only the sizes between the bodies are read. */
const SPARSE = 16_384;

function scanBodies(code: Window, report: Report): Bodies {
  const reader = new ByteReader(code);
  let declared = 0;
  let count = 0;
  let offset = 0;
  const odd = (rule: string, message: string, at: number): void =>
    report({ severity: 'error', rule, message, section: code.section, offset: at });
  let starts = NO_BODIES.starts;
  let sizeOffsets = NO_BODIES.sizeOffsets;
  try {
    declared = reader.uleb();
    offset = reader.offset;
    // Each body takes a byte at the least, that of its size.
    const room = Math.min(declared, reader.left);
    starts = new Uint32Array(room);
    sizeOffsets = new Uint32Array(room + 1);
    // Where bodies are small, every part of the section is touched on the way: then in few large reads.
    const dense = room * SPARSE > code.size;
    if (dense) code.load();
    const { bytes, base } = code;
    const limit = code.end;
    while (count < declared) {
      if (!dense) code.load(offset, offset + 2);
      // Sizes of one and two bytes are read here, being nearly all; the others, and damage, by the reader.
      let start = offset + 1;
      let size = bytes[base + offset]!;
      if (size >= 0x80) size = (size & 0x7f) | (bytes[base + start++]! << 7);
      if (size >= 0x4000 || start > limit) {
        reader.seek(offset);
        size = reader.uleb();
        start = reader.offset;
      }
      sizeOffsets[count] = offset;
      starts[count++] = start;
      if (size > limit - start) {
        odd('functions/body-past-end', `body of ${size} bytes, ${limit - start} left; it is read up to there`, offset);
        size = limit - start;
      }
      offset = start + size;
    }
    reader.seek(offset);
    if (!reader.done) odd('functions/bytes-after-last', `${reader.left} bytes after the last body; left out`, offset);
  } catch (error) {
    if (!isFormatError(error)) throw error;
    odd('functions/missing-bodies', `${error.detail}; ${count} of ${declared} bodies are read`, error.offset);
  }
  sizeOffsets[count] = offset;
  return {
    declared,
    count,
    starts: starts.subarray(0, count),
    sizeOffsets: sizeOffsets.subarray(0, count + 1),
  };
}
