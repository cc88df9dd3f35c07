/**
 * The modules in fixtures/, and what llvm-symbolizer 19 answers for every
 * instruction of them (see fixtures/README.md). Addresses are offsets in the
 * code section.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** `elf`: DWARF compiled for an ELF target and moved into a wasm module. */
export type FixtureKind =
  | 'linked'
  | 'object'
  | 'relocatable'
  | 'emit-relocs'
  | 'shared'
  | 'archive'
  | 'component'
  | 'elf';

export interface Fixture {
  readonly name: string;
  /** One or two sentences. */
  readonly shows: string;
  readonly kind: FixtureKind;
  readonly language: 'C' | 'C++' | 'Rust';
  /** `clang-19`, `gcc`, `rustc` … */
  readonly compiler: string;
  /** Version of the DWARF units, 2 to 5; 0 where there is none. */
  readonly dwarf: number;
  /** `O2`, `Oz` … */
  readonly optimization: string;
  /** The fixture that is the same program and code with the other DWARF version. */
  readonly twin?: string;
  /** The file that LLVM was asked about, or false where it was not asked. */
  readonly oracle: string | false;
  /** Sections whose names begin so were removed before LLVM was asked. */
  readonly oracleWithout?: string;
  /** The fixtures whose modules a component holds, in order. */
  readonly holds?: readonly string[];
  /** `module.wasm`, or what stands in its place. */
  readonly main: string;
  /** Absolute path of the fixture's folder. */
  readonly folder: string;
  /** The bytes of `main`. */
  readonly module: Uint8Array;
  /** The bytes of another of its files, such as `module.wasm.dwp`. */
  file(name: string): Uint8Array;
  expected(): Expectation;
}

/**
 * A frame as llvm-symbolizer prints it in JSON: '' and 0 are its way of saying
 * that it does not know.
 */
export interface ExpectedFrame {
  /** From `--functions=short`: DW_AT_name. */
  readonly short: string;
  /** From `--functions=linkage`, symbols of the module removed; not demangled. */
  readonly linkage: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly discriminator: number;
  readonly startFile: string;
  readonly startLine: number;
  readonly startAddress: number | undefined;
}

export interface ExpectedAddress {
  readonly address: number;
  /** Innermost first; a single frame without a name where LLVM knows nothing. */
  readonly frames: readonly ExpectedFrame[];
}

export interface Expectation {
  /** Name and version of the tool that answered. */
  readonly tool: string;
  /** The start of every function body and of every instruction, ascending. */
  readonly addresses: readonly ExpectedAddress[];
  /** The symbol at the start of every function body, as LLVM names it without DWARF; '' where it has none. */
  readonly symbols: readonly (readonly [address: number, name: string])[];
}

type Entry = Omit<Fixture, 'folder' | 'module' | 'file' | 'expected' | 'oracle' | 'main'> & {
  readonly oracle?: string | false;
  readonly main?: string;
};

interface Packed {
  readonly tool: string;
  readonly frameFields: readonly string[];
  readonly strings: readonly string[];
  readonly frames: readonly (readonly number[])[];
  readonly chains: readonly (readonly number[])[];
  /** Each as the difference to the one before. */
  readonly addresses: readonly number[];
  /** Number of consecutive addresses and index of their chain. */
  readonly runs: readonly (readonly [count: number, chain: number])[];
  readonly symbols: Expectation['symbols'];
}

const root = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const stringFields = new Set(['short', 'linkage', 'file', 'startFile']);
let all: readonly Fixture[] | undefined;

/** All fixtures, in the order of fixtures/index.json. */
export function fixtures(): readonly Fixture[] {
  all ??= (JSON.parse(readFileSync(`${root}index.json`, 'utf8')) as Entry[]).map(open);
  return all;
}

/** The fixture of that name; throws a RangeError where there is none. */
export function fixture(name: string): Fixture {
  const found = fixtures().find((each) => each.name === name);
  if (!found) throw new RangeError(`no fixture ${name}`);
  return found;
}

function open(entry: Entry): Fixture {
  const folder = `${root}${entry.name}/`;
  const files = new Map<string, Uint8Array>();
  const file = (name: string): Uint8Array => {
    let bytes = files.get(name);
    if (!bytes) {
      bytes = new Uint8Array(readFileSync(folder + name));
      files.set(name, bytes);
    }
    return bytes;
  };
  let expectation: Expectation | undefined;
  return {
    ...entry,
    oracle: entry.oracle ?? 'module.wasm',
    main: entry.main ?? 'module.wasm',
    folder,
    get module() {
      return file(entry.main ?? 'module.wasm');
    },
    file,
    expected() {
      expectation ??= readExpectation(`${folder}expected/frames.json.gz`);
      return expectation;
    },
  };
}

function readExpectation(path: string): Expectation {
  if (!existsSync(path)) throw new RangeError(`no stored answers: ${path}`);
  const packed = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Packed;
  const frames = packed.frames.map((fields) => {
    const named = packed.frameFields.map((field, i) => {
      const value = fields[i]!;
      return [field, stringFields.has(field) ? packed.strings[value]! : value];
    });
    const frame = Object.fromEntries(named) as ExpectedFrame;
    return frame.startAddress === -1 ? { ...frame, startAddress: undefined } : frame;
  });
  const chains = packed.chains.map((chain) => chain.map((index) => frames[index]!));
  const addresses: ExpectedAddress[] = [];
  let address = 0;
  for (const [count, chain] of packed.runs) {
    for (let i = 0; i < count; i++) {
      address += packed.addresses[addresses.length]!;
      addresses.push({ address, frames: chains[chain]! });
    }
  }
  return { tool: packed.tool, addresses, symbols: packed.symbols };
}
