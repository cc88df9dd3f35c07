import type { CodeOffset } from '../addresses.ts';
import type { DebugModule } from '../debug-module/debug-module.ts';
import { DwarfFrames } from '../frames/dwarf-frames.ts';
import type { Frame, SourceFunction } from '../frames/frame.ts';
import { FunctionNames } from './function-names.ts';

/**
 * Answers which frames of the source are at an address, inlined ones included.
 *
 * What is read for one address is kept for the next: a symbolizer is made once a module.
 */
export class Symbolizer {
  readonly module: DebugModule;
  readonly functionNames: FunctionNames;
  readonly dwarfFrames: DwarfFrames;
  readonly #symbols = new Map<number, SourceFunction>();

  constructor(module: DebugModule) {
    this.module = module;
    this.functionNames = new FunctionNames(module);
    this.dwarfFrames = new DwarfFrames(module.dwarf);
  }

  /**
   * The frames at a code address, innermost first.
   *
   * Where the debug information has a line but no function, or nothing at all, the function's name in the module stands
   * in. None outside of all functions.
   */
  frames(address: CodeOffset): Frame[] {
    const frames = this.dwarfFrames.frames(address);
    const last = frames.length - 1;
    if (last >= 0 && frames[last]!.function !== undefined) return frames;
    const symbol = this.functionNames.at(address);
    if (symbol === undefined) return frames;
    const { index, name, start } = symbol;
    let named = this.#symbols.get(index);
    if (named === undefined) {
      named = { name };
      this.#symbols.set(index, named);
    }
    if (last < 0) return [{ function: named, inlined: false, start, quality: 'exact' }];
    frames[last] = { ...frames[last]!, function: named, start };
    return frames;
  }
}
