import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import { SECTION } from '../../wasm/sections.ts';
import { LlvmDeath } from './llvm-death.ts';
import { breaksOrder } from './section-order.ts';

/** What is known of a module from the sections read so far. */
interface State {
  functionImports: number;
  globalImports: number;
  declaredFunctions: number;
  globals: number;
  dataSegments: number;
  readonly seen: Set<string>;
}

/**
 * Why LLVM refuses a module, in its words; `undefined` where it takes it.
 *
 * LLVM checks more than the specification asks for, such as the order of custom sections and that no function has two
 * names (`WasmObjectFile`). What it checks on modules that only hostile producers make is left out.
 *
 * @throws LlvmDeath
 */
export function findRefusal(module: Window, version: 19 | 23): string | undefined {
  const reader = new ByteReader(module);
  if (module.size < 8 || reader.u32() !== 0x6d73_6100) {
    return 'The file was not recognized as a valid object file';
  }
  const wasmVersion = reader.u32();
  if (wasmVersion !== 1) return `invalid version number: ${wasmVersion}`;
  const state: State = {
    functionImports: 0,
    globalImports: 0,
    declaredFunctions: 0,
    globals: 0,
    dataSegments: 0,
    seen: new Set(),
  };
  try {
    while (!reader.done) {
      const id = reader.u8();
      const size = reader.uleb();
      if (size === 0) return 'zero length section';
      if (size > reader.left) return 'section too large';
      const section = new ByteReader(reader.part(size));
      const name = id === SECTION.custom ? section.text(section.uleb()) : '';
      if (breaksOrder(id, name, state.seen)) return `out of order section type: ${id}`;
      const refusal = refuseSection(id, name, section, state, version);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    // "EOF while reading string", "malformed uleb128"
    throw new LlvmDeath(`damaged module: ${error.message}`);
  }
}

function refuseSection(
  id: number,
  name: string,
  section: ByteReader,
  state: State,
  version: 19 | 23,
): string | undefined {
  switch (id) {
    case SECTION.import:
      countImports(section, state);
      return undefined;
    case SECTION.function:
      state.declaredFunctions = section.uleb();
      return undefined;
    case SECTION.global:
      state.globals = section.uleb();
      return undefined;
    case SECTION.data:
      state.dataSegments = section.uleb();
      return undefined;
    case SECTION.export:
      return refuseExports(section, state, version);
    case SECTION.code:
      return refuseCode(section, state);
    case SECTION.custom:
      return name === 'name' ? refuseNames(section, state) : undefined;
    default:
      return id > SECTION.tag ? `invalid section type: ${id}` : undefined;
  }
}

function countImports(section: ByteReader, state: State): void {
  for (let count = section.uleb(); count > 0; count--) {
    section.skip(section.uleb());
    section.skip(section.uleb());
    switch (section.u8()) {
      case 0:
        section.uleb();
        state.functionImports++;
        break;
      case 1:
        section.u8();
        skipLimits(section);
        break;
      case 2:
        skipLimits(section);
        break;
      case 3:
        section.skip(2);
        state.globalImports++;
        break;
      case 4:
        section.u8();
        section.uleb();
        break;
      default:
        return;
    }
  }
}

function skipLimits(section: ByteReader): void {
  const flags = section.u8();
  section.uleb();
  if ((flags & 1) !== 0) section.uleb();
}

function refuseExports(section: ByteReader, state: State, version: 19 | 23): string | undefined {
  const functions = state.functionImports + state.declaredFunctions;
  // LLVM 22 learned that an import can be exported again.
  const firstFunction = version === 19 ? state.functionImports : 0;
  for (let count = section.uleb(); count > 0; count--) {
    section.skip(section.uleb());
    const kind = section.u8();
    const index = section.uleb();
    if (kind === 0 && (index < firstFunction || index >= functions)) return 'invalid function export';
    if (kind === 3 && index >= state.globalImports + state.globals) return 'invalid global export';
    if (kind > 4) return 'unexpected export kind';
  }
  return undefined;
}

function refuseCode(section: ByteReader, state: State): string | undefined {
  const count = section.uleb();
  if (count !== state.declaredFunctions) return 'invalid function count';
  for (let left = count; left > 0; left--) {
    const size = section.uleb();
    if (size > section.left) return 'Function extends beyond buffer';
    section.skip(size);
  }
  return section.done ? undefined : 'code section ended prematurely';
}

function refuseNames(section: ByteReader, state: State): string | undefined {
  const kinds: Record<number, { what: string; count: number }> = {
    1: { what: 'function', count: state.functionImports + state.declaredFunctions },
    7: { what: 'global', count: state.globalImports + state.globals },
    9: { what: 'segment', count: state.dataSegments },
  };
  while (!section.done) {
    const kind = kinds[section.u8()];
    const size = section.uleb();
    const end = section.offset + size;
    if (kind === undefined) {
      section.skip(size);
      continue;
    }
    const seen = new Set<number>();
    for (let count = section.uleb(); count > 0; count--) {
      const index = section.uleb();
      const length = section.uleb();
      section.skip(length);
      if (seen.has(index)) return `${kind.what} named more than once`;
      seen.add(index);
      if (kind.what === 'segment') {
        if (index > kind.count) return 'invalid data segment name entry';
      } else if (index >= kind.count || length === 0) {
        return `invalid ${kind.what} name entry`;
      }
    }
    if (section.offset !== end) return 'name sub-section ended prematurely';
  }
  return undefined;
}
