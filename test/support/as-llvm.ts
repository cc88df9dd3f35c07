import type { Frame } from '../../src/frames/frame.ts';
import type { ExpectedFrame } from './fixtures.ts';

/** A frame of ours as llvm-symbolizer prints it in JSON, with short and with linkage names. */
export function asLlvm(frame: Frame): ExpectedFrame {
  const { function: named } = frame;
  return {
    short: named?.name ?? '',
    linkage: named?.linkageName ?? named?.name ?? '',
    file: frame.file?.path ?? '',
    line: frame.line ?? 0,
    column: frame.column ?? 0,
    discriminator: frame.discriminator ?? 0,
    startFile: named?.file?.path ?? '',
    startLine: named?.line ?? 0,
    startAddress: frame.start,
  };
}

/** What llvm-symbolizer prints where it knows nothing. */
export const NOTHING: ExpectedFrame = {
  short: '',
  linkage: '',
  file: '',
  line: 0,
  column: 0,
  discriminator: 0,
  startFile: '',
  startLine: 0,
  startAddress: undefined,
};
