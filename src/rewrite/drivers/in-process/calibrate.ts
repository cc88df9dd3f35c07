import { encodeUtf8 } from '../../../bytes/text.ts';
import { MappingCursor, mappingsOf, writeVlq } from '../../../source-map/mappings.ts';
import { WasmFunctions } from '../../../wasm/functions.ts';
import { InstructionCursor } from '../../../wasm/instructions.ts';
import { WasmModule } from '../../../wasm/module.ts';
import { type Binaryen, type Pointer, refusal } from './host.ts';

/** Where things are in Binaryen's memory that its C API does not tell. */
export interface Layout {
  /** A byte: whether every pass is logged. */
  readonly logPasses: Pointer;
  /** A byte: whether every pass is validated. */
  readonly validate: Pointer;
  /** Begin, end and capacity of the source map that reading a module takes. */
  readonly sourceMap: Pointer;
  /** In a function: the map from expressions to locations (first node at 8, size at 12). */
  readonly locations: number;
}

/** In a node of that map: the next node, the expression, the location's file and line. */
export const NODE = { next: 0, expression: 8, file: 12, line: 16 } as const;

const CONST = 0x41;
const MAGIC = 0x5a17_c3d9;

/**
 * Finds the layout by leaving marks through the C API and looking for them.
 *
 * @throws OptimizerError where a mark is not where it must be.
 */
export function calibrate(binaryen: Binaryen): Layout {
  const options = findOptions(binaryen);
  return {
    logPasses: options - 4,
    validate: options - 3,
    locations: findLocations(binaryen),
    sourceMap: findSourceMap(binaryen),
  };
}

/** The pass options: the optimization level stands behind three flags, the shrink level follows. */
function findOptions(binaryen: Binaryen): Pointer {
  const level = binaryen.call('BinaryenGetOptimizeLevel');
  const shrink = binaryen.call('BinaryenGetShrinkLevel');
  try {
    binaryen.call('BinaryenSetOptimizeLevel', MAGIC);
    binaryen.call('BinaryenSetShrinkLevel', MAGIC + 1);
    const words = new Int32Array(binaryen.host.memory.buffer);
    for (let n = words.indexOf(MAGIC); n >= 0; n = words.indexOf(MAGIC, n + 1)) {
      // The flags: log, validate, validate globally.
      if (words[n + 1] === MAGIC + 1 && words[n - 1] === 0x0001_0100) return n * 4;
    }
  } finally {
    binaryen.call('BinaryenSetOptimizeLevel', level);
    binaryen.call('BinaryenSetShrinkLevel', shrink);
  }
  throw refusal("the pass options are not where they are in versions of npm's binaryen that are known");
}

/** A function with one `nop` that has a location nobody else has. */
function findLocations(binaryen: Binaryen): number {
  const module = binaryen.call('BinaryenModuleCreate');
  try {
    const body = binaryen.call('BinaryenNop', module);
    const none = binaryen.call('BinaryenTypeNone');
    const made = binaryen.withText('f', (name) =>
      binaryen.call('BinaryenAddFunction', module, name, none, none, 0, 0, body),
    );
    binaryen.call('BinaryenFunctionSetDebugLocation', made, body, 3, MAGIC, 7);
    const { view } = binaryen;
    for (let offset = 0; offset < 400; offset += 4) {
      const first = view.getUint32(made + offset + 8, true);
      if (view.getUint32(made + offset + 12, true) !== 1 || first % 4 !== 0 || first + 32 > view.byteLength) continue;
      if (
        first !== 0 &&
        view.getUint32(first + NODE.next, true) === 0 &&
        view.getUint32(first + NODE.expression, true) === body >>> 0 &&
        view.getUint32(first + NODE.file, true) === 3 &&
        view.getUint32(first + NODE.line, true) === MAGIC
      ) {
        return offset;
      }
    }
  } finally {
    binaryen.call('BinaryenModuleDispose', module);
  }
  throw refusal("locations are not kept as they are in versions of npm's binaryen that are known");
}

/** One function, `(func unreachable)`, and a map that says line 77 of it. */
const PROBE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  0x60,
  0,
  0,
  3,
  2,
  1,
  0,
  7,
  5,
  1,
  1,
  102,
  0,
  0,
  10,
  5,
  1,
  3,
  0,
  0,
  11,
);
const PROBE_LINE = 77;

/**
 * Reading a module passes an empty source map that lives at a fixed address: one of the constants in the function that
 * reads. Each candidate is tried with a map whose line must come out again.
 */
function findSourceMap(binaryen: Binaryen): Pointer {
  const text = probeMap();
  const map = { pointer: binaryen.allocate(text), size: text.length, features: 0 };
  try {
    for (const candidate of constantsOf(binaryen, 'BinaryenModuleReadWithFeatures')) {
      if (candidate < 1024 || candidate % 4 !== 0 || candidate + 12 > binaryen.view.byteLength) continue;
      if (binaryen.bytesAt(candidate, 12).some((byte) => byte !== 0)) continue;
      if (probe(binaryen, candidate, map)) return candidate;
    }
  } finally {
    binaryen.free(map.pointer);
  }
  throw refusal("no way is known to give a source map to this version of npm's binaryen");
}

/** `{"mappings":…}` with one segment, at the body of the probe's function. */
function probeMap(): Uint8Array {
  const bytes = new Uint8Array(80);
  const head = encodeUtf8('{"version":3,"sources":["a"],"names":[],"mappings":"');
  bytes.set(head);
  let at = head.length;
  for (const value of [29, 0, PROBE_LINE, 0]) at = writeVlq(bytes, at, value);
  bytes.set(encodeUtf8('"}'), at);
  return bytes.slice(0, at + 2);
}

function probe(binaryen: Binaryen, candidate: Pointer, map: MapInMemory): boolean {
  const module = readWithMap(binaryen, candidate, PROBE, map);
  try {
    const text = writeWithMap(binaryen, module).map;
    const cursor = new MappingCursor(mappingsOf(text));
    while (cursor.next()) if (cursor.fields > 1 && cursor.line === PROBE_LINE) return true;
    return false;
  } finally {
    binaryen.call('BinaryenModuleDispose', module);
  }
}

/** A source map in Binaryen's memory, and the features to read a module with. */
export interface MapInMemory {
  readonly pointer: Pointer;
  readonly size: number;
  readonly features: number;
}

/** Reads a module while a source map stands at `sourceMap`. */
export function readWithMap(binaryen: Binaryen, sourceMap: Pointer, bytes: Uint8Array, map: MapInMemory): Pointer {
  const input = binaryen.allocate(bytes);
  const set = (begin: number, end: number): void => {
    const { view } = binaryen;
    view.setUint32(sourceMap, begin, true);
    view.setUint32(sourceMap + 4, end, true);
    view.setUint32(sourceMap + 8, end, true);
  };
  set(map.pointer, map.pointer + map.size);
  try {
    return binaryen.call('BinaryenModuleReadWithFeatures', input, bytes.length, map.features);
  } finally {
    set(0, 0);
    binaryen.free(input);
  }
}

/** Writes a module and its source map. */
export function writeWithMap(binaryen: Binaryen, module: Pointer): { module: Uint8Array; map: Uint8Array } {
  const result = binaryen.allocate(new Uint8Array(12));
  try {
    binaryen.withText('out.map', (url) => binaryen.call('BinaryenModuleAllocateAndWrite', result, module, url));
    const { view } = binaryen;
    const pointer = view.getUint32(result, true);
    const size = view.getUint32(result + 4, true);
    const text = view.getUint32(result + 8, true);
    let end = text;
    while (view.getUint8(end) !== 0) end++;
    const written = {
      module: binaryen.bytesAt(pointer, size).slice(),
      map: binaryen.bytesAt(text, end - text).slice(),
    };
    binaryen.free(pointer);
    binaryen.free(text);
    return written;
  } finally {
    binaryen.free(result);
  }
}

/** Constants in the code of a function of the C API. An exported function's name is its index. */
function constantsOf(binaryen: Binaryen, name: string): Set<number> {
  const index = Number((binaryen.find(name) as { name?: string }).name);
  const module = WasmModule.read(binaryen.host.code);
  const body = WasmFunctions.read(module).body(index);
  const constants = new Set<number>();
  if (body === undefined || module.code === undefined) return constants;
  const cursor = new InstructionCursor(module.code, body.start, body.end);
  while (cursor.next()) if (cursor.opcode === CONST) constants.add(cursor.index());
  return constants;
}
