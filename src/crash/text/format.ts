import type { CrashFrame, FrameText, LogicalFrame } from '../crash.ts';
import type { Line } from './line.ts';

/** A frame as found in a line: positions are in the line's text. */
export interface FoundFrame extends Omit<CrashFrame, 'text' | 'resolution' | 'locals' | 'stack'> {
  readonly text: Omit<FrameText, 'newline' | 'escapes'> & {
    /** What separates further frames where it is not the line's newline. */
    readonly newline?: string;
  };
}

/** What earlier lines of the same trace said. */
export interface TraceContext {
  /** The header that announced frames which could not be told from other text by themselves. */
  header?: 'wazero' | 'wasmkit' | 'onerror' | undefined;
  /** What the header called the module, or where it said that it is from. */
  module?: string | undefined;
  /** The last frame, while lines that belong to it may follow. */
  last?: FoundFrame | undefined;
}

/** How one producer writes frames. */
export interface TextFormat {
  /**
   * The frames of a line in their order, their parts not overlapping; none where the line is not of this producer.
   * `continues` says that the line belongs to the frame of the line before.
   */
  read(line: Line, context: TraceContext): readonly FoundFrame[] | 'continues' | 'header' | undefined;
  /**
   * The frame as the producer would write these logical frames, innermost first: what stands in place of the frame's
   * own text, and the lines that follow it.
   */
  write(style: FrameText, frames: readonly LogicalFrame[], label: string): readonly string[];
}

/** `file:line:column`, as far as they are known. */
export function location({ file, line, column }: LogicalFrame): string | undefined {
  if (file === undefined) return undefined;
  if (line === undefined) return file;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** The number behind a `0x`, or in decimal. */
export function parseOffset(text: string): number | undefined {
  const value = /^0x/i.test(text) ? Number.parseInt(text.slice(2), 16) : Number.parseInt(text, 10);
  return Number.isSafeInteger(value) ? value : undefined;
}
