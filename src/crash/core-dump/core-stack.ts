import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import type { WasmValue } from '../crash.ts';
import type { CoreDumpFrame, CoreDumpLayout, CoreDumpThread } from './core-dump.ts';

/** The kinds of values (Coredump.md, "Stack frames"); the types' own codes, and one for a missing value. */
const VALUE = { missing: 0x01, i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;

/** How a layout writes a frame. */
interface Shape {
  readonly layout: CoreDumpLayout;
  readonly hasInstance: boolean;
  /** Both counts stand in front of the locals, instead of each in front of its own values. */
  readonly countsFirst: boolean;
  /** Integers have four or eight bytes, instead of being LEB128s. */
  readonly fixedIntegers: boolean;
}

/** In the order in which they are tried. */
const SHAPES: readonly Shape[] = [
  { layout: 'standard', hasInstance: true, countsFirst: false, fixedIntegers: false },
  { layout: 'rewriter', hasInstance: true, countsFirst: true, fixedIntegers: true },
  { layout: 'wasmedge', hasInstance: false, countsFirst: true, fixedIntegers: true },
];

/** The stacks of a dump under the one layout that fits them all. */
export interface CoreStacks {
  readonly layout: CoreDumpLayout;
  readonly threads: readonly CoreDumpThread[];
}

/** Facts about the dump by which readings are told apart that all use up their section. */
export interface StackHints {
  /** How many entries the `coreinstances` section has. */
  readonly instances: number;
  /** Whether a frame can be where it says to be, in a module that is at hand. */
  readonly accepts?: ((frame: CoreDumpFrame, layout: CoreDumpLayout) => boolean) | undefined;
}

/**
 * Reads all `corestack` sections in one layout: each has to be used up to its last byte, instances have to be there,
 * and frames in functions that are there. Of several layouts that fit, the one that the dump's other sections speak for.
 *
 * @throws FormatError where no layout fits: the first one's.
 */
export function readCoreStacks(sections: readonly Window[], hints: StackHints): CoreStacks {
  let failure: unknown;
  const fitting: CoreStacks[] = [];
  for (const shape of SHAPES) {
    try {
      const threads = sections.map((section) => readThread(section, shape));
      if (isPlausible(threads, shape, hints)) fitting.push({ layout: shape.layout, threads });
      else failure ??= new ByteReader(sections[0]!).error('bad-value', 'a frame in an instance that is not there', 0);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      failure ??= error;
    }
  }
  const accepts = hints.accepts;
  const accepted =
    accepts === undefined
      ? fitting
      : fitting.filter(({ layout, threads }) =>
          threads.every(({ frames }) => frames.every((frame) => accepts(frame, layout))),
        );
  const found = accepted[0] ?? fitting[0];
  if (found !== undefined) return found;
  throw failure ?? new ByteReader(sections[0]!).error('bad-value', 'a stack in no known layout', 0);
}

/** With instances, frames of the standard refer to them; the other layouts write none. */
function isPlausible(
  threads: readonly CoreDumpThread[],
  { layout, hasInstance }: Shape,
  { instances }: StackHints,
): boolean {
  if (instances > 0 && !hasInstance) return false;
  if (layout !== 'standard' || instances === 0) return true;
  return threads.every(({ frames }) => frames.every(({ instance }) => instance! < instances));
}

function readThread(section: Window, shape: Shape): CoreDumpThread {
  const reader = new ByteReader(section);
  expectZero(reader, 'thread');
  const name = reader.text(reader.uleb());
  const frames: CoreDumpFrame[] = [];
  for (let count = reader.uleb(); count > 0; count--) frames.push(readFrame(reader, shape));
  if (!reader.done) throw reader.error('bad-value', `${reader.left} bytes after the last frame`);
  return { name, frames };
}

function readFrame(reader: ByteReader, shape: Shape): CoreDumpFrame {
  expectZero(reader, 'frame');
  const instance = shape.hasInstance ? reader.uleb() : undefined;
  const functionIndex = reader.uleb();
  const offset = reader.uleb();
  const localCount = reader.uleb();
  if (!shape.countsFirst) {
    const locals = readValues(reader, localCount, shape);
    return { instance, functionIndex, offset, locals, stack: readValues(reader, reader.uleb(), shape) };
  }
  const stackCount = reader.uleb();
  const locals = readValues(reader, localCount, shape);
  return { instance, functionIndex, offset, locals, stack: readValues(reader, stackCount, shape) };
}

function expectZero(reader: ByteReader, what: string): void {
  const kind = reader.u8();
  if (kind !== 0) throw reader.error('unknown-code', `${what} of unknown kind ${kind}`, reader.offset - 1);
}

function readValues(reader: ByteReader, count: number, shape: Shape): (WasmValue | undefined)[] {
  // A value takes a byte at the least.
  if (count > reader.left) throw reader.error('unexpected-end', `${count} values in ${reader.left} bytes`);
  return Array.from({ length: count }, () => readValue(reader, shape));
}

function readValue(reader: ByteReader, { fixedIntegers }: Shape): WasmValue | undefined {
  const kind = reader.u8();
  switch (kind) {
    case VALUE.missing:
      return undefined;
    case VALUE.i32:
      return { type: 'i32', value: fixedIntegers ? reader.u32() | 0 : reader.sleb() | 0 };
    case VALUE.i64:
      return { type: 'i64', value: BigInt.asIntN(64, fixedIntegers ? reader.u64Bits() : readSlebBits(reader)) };
    case VALUE.f32:
      return { type: 'f32', value: readFloat(reader, 4) };
    case VALUE.f64:
      return { type: 'f64', value: readFloat(reader, 8) };
    default:
      throw reader.error('unknown-code', `value of unknown kind 0x${kind.toString(16)}`, reader.offset - 1);
  }
}

/** All 64 bits of a signed LEB128. */
function readSlebBits(reader: ByteReader): bigint {
  let bits = 0n;
  let shift = 0n;
  let byte: number;
  do {
    byte = reader.u8();
    bits |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
  } while (byte >= 0x80 && shift < 70n);
  return (byte & 0x40) !== 0 && shift < 64n ? bits - (1n << shift) : bits;
}

function readFloat(reader: ByteReader, size: 4 | 8): number {
  const bytes = reader.take(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}
