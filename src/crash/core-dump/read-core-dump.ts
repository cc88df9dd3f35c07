import { ByteReader } from '../../bytes/byte-reader.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { type DataSegment, readData } from '../../wasm/data.ts';
import { readGlobals } from '../../wasm/globals.ts';
import { type ModuleSource, WasmModule } from '../../wasm/module.ts';
import type { WasmValue } from '../crash.ts';
import type { CoreDump, CoreDumpInstance, CoreDumpMemory } from './core-dump.ts';
import { readCoreStacks, type StackHints } from './core-stack.ts';

/** A memory or global that was not recorded. */
const MISSING = 0xffff_ffff;

/**
 * Reads a core dump in any of the three layouts in use (tool conventions, Coredump.md, and two older readings of it).
 *
 * @throws FormatError `missing` without stacks, `not-wasm` for other files, and where no layout fits.
 */
export function readCoreDump(source: ModuleSource, options: Pick<StackHints, 'accepts'> = {}): CoreDump {
  const module = WasmModule.read(source);
  const stacks = module.customs('corestack').map(({ window }) => window);
  if (stacks.length === 0) throw new FormatError('missing', 'module', 0, 'no corestack section: not a core dump');
  const instances = attempt(() => readInstances(module)) ?? [];
  const { layout, threads } = readCoreStacks(stacks, { instances: instances.length, accepts: options.accepts });
  return {
    layout,
    threads,
    instances,
    executable: attempt(() => readExecutable(module)) ?? '',
    modules: attempt(() => readModuleNames(module)) ?? [],
    globals: readGlobalValues(module),
    memory: layout === 'rewriter' ? imageMemory(module) : segmentMemory(module),
  };
}

/** What the section says, or nothing where it cannot be read: stacks do not depend on it. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isFormatError(error)) return undefined;
    throw error;
  }
}

function readExecutable(module: WasmModule): string {
  const window = module.custom('core')?.window;
  if (window === undefined) return '';
  const reader = new ByteReader(window);
  reader.u8();
  return reader.done ? '' : reader.text(reader.uleb());
}

function readModuleNames(module: WasmModule): string[] {
  const window = module.custom('coremodules')?.window;
  if (window === undefined) return [];
  const reader = new ByteReader(window);
  const names: string[] = [];
  for (let count = reader.uleb(); count > 0; count--) {
    reader.u8();
    // WasmEdge writes no length where there is no name.
    names.push(reader.done ? '' : reader.text(reader.uleb()));
  }
  return names;
}

function readInstances(module: WasmModule): CoreDumpInstance[] {
  const window = module.custom('coreinstances')?.window;
  if (window === undefined) return [];
  const reader = new ByteReader(window);
  const instances: CoreDumpInstance[] = [];
  for (let count = reader.uleb(); count > 0; count--) {
    const kind = reader.u8();
    if (kind !== 0) throw reader.error('unknown-code', `instance of unknown kind ${kind}`, reader.offset - 1);
    instances.push({ module: reader.uleb(), memories: readIndexes(reader), globals: readIndexes(reader) });
  }
  return instances;
}

function readIndexes(reader: ByteReader): (number | undefined)[] {
  const count = reader.uleb();
  if (count > reader.left) throw reader.error('unexpected-end', `${count} indexes in ${reader.left} bytes`);
  return Array.from({ length: count }, () => {
    const index = reader.uleb();
    return index === MISSING ? undefined : index;
  });
}

function readGlobalValues(module: WasmModule): (WasmValue | undefined)[] {
  return readGlobals(module).map(({ type, value }): WasmValue | undefined => {
    if (value === undefined) return undefined;
    if (type === 'i32') return { type, value: value | 0 };
    return type === 'i64' ? { type, value: BigInt(value) } : undefined;
  });
}

/** Memory in active data segments: one or many, zeros left out. What no segment covers was zero. */
function segmentMemory(module: WasmModule): CoreDumpMemory {
  let segments: DataSegment[] | undefined;
  return {
    read(memory, address, size) {
      segments ??= readData(module).filter((each) => each.address !== undefined);
      const own = segments.filter((each) => each.memory === memory);
      if (own.length === 0) return undefined;
      const bytes = new Uint8Array(size);
      for (const { window, address: start } of own) {
        const from = Math.max(address, start!);
        const to = Math.min(address + size, start! + window.size);
        if (from < to) bytes.set(window.toBytes().subarray(from - start!, to - start!), from - address);
      }
      return bytes;
    },
  };
}

/** The rewriter's dumps are the linear memory itself, with the sections written over its beginning. */
function imageMemory(module: WasmModule): CoreDumpMemory {
  return {
    read(memory, address, size) {
      const { window } = module;
      if (memory !== 0 || address < 0 || address + size > window.size) return undefined;
      return window.toBytes().subarray(address, address + size);
    },
  };
}
