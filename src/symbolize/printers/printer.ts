import type { CodeLocation, DataLocation, LocalVariable } from '../answers.ts';

/** What was asked: repeated in some answers. */
export interface Request {
  readonly module: string;
  /** The address as it was given; `undefined` for a symbol and for a line that was not understood. */
  readonly address?: number | bigint | undefined;
  readonly symbol?: string | undefined;
}

/** How answers are printed. */
export interface PrinterOptions {
  /** Whether the address is repeated in front of its answer. */
  readonly addresses: boolean;
  readonly functions: boolean;
  readonly pretty: boolean;
  readonly verbose: boolean;
  /** How many lines of source surround a location. */
  readonly sourceLines: number;
  /** Whether line numbers are as wide as the logarithm of the last one says, as before LLVM 23: 1 for 10. */
  readonly narrowNumbers: boolean;
  /** A source file's text, where it is to be had. */
  readonly source: (path: string) => string | undefined;
}

/** Answers in one of the three styles. Each method answers the text to print. */
export interface Printer {
  /** The one location of an address. */
  location(request: Request, location: CodeLocation): string;
  /** All frames of an address, innermost first. */
  frames(request: Request, frames: readonly CodeLocation[]): string;
  /** The places that a symbol names. */
  symbols(request: Request, locations: readonly CodeLocation[]): string;
  data(request: Request, data: DataLocation): string;
  locals(request: Request, locals: readonly LocalVariable[]): string;
  /** A module that cannot be opened; `undefined` where the style has no place for that. */
  failure(request: Request, message: string): string | undefined;
  /** Begins answers that form one list. */
  begin(): void;
  /** Ends the list. */
  end(): string;
}

/** The unknown location. */
export const NOWHERE: CodeLocation = {};

/** `0x` and lower-case hexadecimal digits, of the low 64 bits where the number is negative. */
export function hex(value: number | bigint): string {
  return value < 0 ? `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}` : `0x${value.toString(16)}`;
}
