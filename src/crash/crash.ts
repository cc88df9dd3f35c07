import type { Frame } from '../frames/frame.ts';

/** What wrote a frame: an engine, a runtime, a sanitizer, or a file format. */
export type Producer =
  | 'v8'
  | 'spidermonkey'
  | 'javascriptcore'
  | 'bun'
  | 'wasmtime'
  | 'wasmer'
  | 'wasmedge'
  | 'wamr'
  | 'wasm3'
  | 'wazero'
  | 'wasmkit'
  | 'wavm'
  | 'sanitizer'
  | 'sentry'
  | 'core-dump';

/**
 * Where an offset counts from.
 *
 * `module`: the first byte of the module's file. `code`: the first byte of the code section's payload, as DWARF counts.
 * `body`: the first byte of the function's body, its local declarations. `instructions`: its first instruction.
 */
export type OffsetSpace = 'module' | 'code' | 'body' | 'instructions';

/** A place in the code as a producer gives it. */
export interface FrameOffset {
  readonly value: number;
  readonly space: OffsetSpace;
  /** Whether it is the end of the instruction meant (a return address) instead of its start. */
  readonly after: boolean;
}

/** What a frame says about the module it is in; every part may be missing. */
export interface ModuleReference {
  /** Whole, as printed: `http://host/a.wasm?v=1`, `wasm://wasm/name-00016b8a`. */
  readonly url?: string | undefined;
  /** The module's own name, from its name section, or what the runtime calls it. */
  readonly name?: string | undefined;
  /** V8's eight hexadecimal digits of a module without a URL. */
  readonly hash?: string | undefined;
  /** Hexadecimal digits; with or without the length byte that stands in front in the file. */
  readonly buildId?: string | undefined;
}

/** One frame as it stood in the machine, with its logical frames once it is symbolized. */
export interface CrashFrame {
  readonly producer: Producer;
  readonly module: ModuleReference;
  /** In the function index space, imports included. */
  readonly functionIndex?: number | undefined;
  /** As printed; a module's name and a dot may stand in front of it. */
  readonly functionName?: string | undefined;
  readonly offset?: FrameOffset | undefined;
  /** Where the frame stands in the text it was read from, where it was read from text. */
  readonly text?: FrameText | undefined;
  /** Values of locals and of the operand stack, where a core dump has them. */
  readonly locals?: readonly (WasmValue | undefined)[] | undefined;
  readonly stack?: readonly (WasmValue | undefined)[] | undefined;
  readonly resolution?: Resolution | undefined;
}

/** A value of WebAssembly; `undefined` in its place is one that was not recorded. */
export type WasmValue =
  | { readonly type: 'i32' | 'f32' | 'f64'; readonly value: number }
  | { readonly type: 'i64'; readonly value: bigint };

/** The part of a text that is a frame, and what is needed to write another in its place. */
export interface FrameText {
  /** In bytes from the start of the text, `end` excluded. */
  readonly start: number;
  readonly end: number;
  /** What every further line begins with: `    at `. */
  readonly lead: string;
  /** What separates lines there: a newline, or an escaped one inside a JSON string. */
  readonly newline: string;
  /** How many times the text is escaped as a JSON string. */
  readonly escapes: number;
  /** Which of its producer's ways to write a frame this is. */
  readonly style: string;
  /** What the style repeats of the frame: numbers, addresses, signatures. */
  readonly parts: readonly string[];
}

/**
 * How far the logical frames can be trusted.
 *
 * `exact`: the offset is consistent with everything else the frame says. `skewed`: it is after one constant was taken
 * from the offsets of all frames of the module. `function`: only the function is known, so the answer is where it is
 * declared. `unknown`: a module was found and says nothing about the frame.
 */
export type FrameQuality = 'exact' | 'skewed' | 'function' | 'unknown';

/** What became of a frame for which a module was found. */
export interface Resolution {
  readonly quality: FrameQuality;
  /** What the printed offset is too high by, in bytes, where `quality` is `skewed`. */
  readonly skew?: number | undefined;
  /** Name of the module that answered. */
  readonly module: string;
  /** The code address that was looked up, where there is one. */
  readonly address?: number | undefined;
  /** Innermost first. */
  readonly frames: readonly LogicalFrame[];
  /** Why the answer is not exact: one sentence a check that failed. */
  readonly doubts: readonly string[];
}

/** A frame of the source, ready to be printed. */
export interface LogicalFrame {
  /** Demangled, with namespaces where they are known. */
  readonly name?: string | undefined;
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** From 1. */
  readonly column?: number | undefined;
  /** Whether this call was inlined into the next frame. */
  readonly inlined: boolean;
  /** Whether the place is a source map's: without the calls that were inlined, and perhaps in one of them. */
  readonly mapped?: boolean | undefined;
  /** All that the debug information says, where it says anything. */
  readonly frame?: Frame | undefined;
}

/** A stack, youngest frame first. */
export interface CrashThread {
  readonly name?: string | undefined;
  readonly frames: readonly CrashFrame[];
}

/** What is left of a program that ended badly: stacks, in the order in which they were found. */
export interface Crash {
  readonly threads: readonly CrashThread[];
}
