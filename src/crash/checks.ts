import { type CodeOffset, codeOffset } from '../addresses.ts';
import type { FunctionBody } from '../wasm/functions.ts';
import type { CrashFrame } from './crash.ts';
import type { CrashModule } from './crash-module.ts';

/** How the offsets of a trace are to be read. */
export interface Reading {
  /** What every offset from the start of a file or code section is too high by. */
  readonly skew: number;
  /** Whether offsets are the ends of instructions; as each frame says where this is `undefined`. */
  readonly after?: boolean | undefined;
}

/** What can be said of one frame under one reading. */
export interface FrameCheck {
  /** The start of the instruction meant, where all checks hold. */
  readonly address: CodeOffset | undefined;
  /** The function at whose very beginning it stands, in front of its first instruction. */
  readonly entered?: number | undefined;
  /** One sentence a check that failed; none where all hold. */
  readonly doubts: readonly string[];
}

/** As offsets are printed. */
export const AS_PRINTED: Reading = { skew: 0 };

/**
 * Holds a frame against the module: the offset is in the code section, in the function of that index, where an
 * instruction begins (or ends), one that can be there, in a function of the printed name.
 *
 * A frame that has another below it stands at a call; the topmost one also where something can trap.
 */
export function checkFrame(module: CrashModule, frame: CrashFrame, top: boolean, reading: Reading): FrameCheck {
  const place = placeOf(module, frame);
  if (place === undefined || frame.offset === undefined) return { address: undefined, doubts: ['no offset is known'] };
  const after = reading.after ?? frame.offset.after;
  const address = codeOffset(place - (isSkewable(frame) ? reading.skew : 0));
  const body = module.code.bodyAt(after ? codeOffset(address - 1) : address);
  if (body === undefined) return { address: undefined, doubts: ['the offset is in no function'] };
  const doubts = functionDoubts(module, frame, body.index);
  // V8 looks for a stack overflow before the first instruction, and then gives the place where the body begins.
  const entry = top && !after && (address as number) === body.start;
  const instruction = entry
    ? { start: body.start, role: 'trap' as const, callee: undefined }
    : module.code.instruction(body, address, { after });
  if (instruction === undefined) doubts.push(`no instruction ${after ? 'ends' : 'begins'} at the offset`);
  else if (
    instruction.role !== 'call' &&
    !(top && (instruction.role === 'trap' || isFirst(module, body, instruction.start)))
  ) {
    doubts.push(`the instruction at the offset can${top ? 'not trap' : ' call nothing'}`);
  }
  if (top && frame.producer === 'wamr' && calledIsMissing(module, instruction?.callee)) {
    doubts.push(`the instruction at the offset calls function ${instruction!.callee}, which is not in the stack`);
  }
  if (doubts.length > 0) return { address: undefined, doubts };
  return { address: instruction!.start, entered: entry ? body.index : undefined, doubts };
}

/** What speaks against a frame being in a function: its index, or a name that is another function's. */
function functionDoubts(module: CrashModule, frame: CrashFrame, index: number): string[] {
  const { functionIndex, functionName } = frame;
  if (functionIndex !== undefined && functionIndex !== index && !isPlaceholder(module, frame)) {
    return [`the offset is in function ${index}, not in function ${functionIndex}`];
  }
  if (functionName === undefined || module.isNamed(index, functionName)) return [];
  // Of a name that the module does not know nothing follows, where an index says the same as the offset.
  const named = module.indexesOf(functionName);
  if (named.length === 0 && functionIndex === index) return [];
  return [`function ${index} is not called ${functionName}`];
}

/**
 * Whether a topmost frame stands at a call of a function that would be above it. Where hardware notices an access out of
 * bounds, WAMR gives the last place that it had noted: the end of a call that is over.
 */
function calledIsMissing(module: CrashModule, callee: number | undefined): boolean {
  return callee !== undefined && module.code.body(callee) !== undefined;
}

/** Other engines give the first instruction. */
function isFirst(module: CrashModule, body: FunctionBody, address: CodeOffset): boolean {
  return module.code.instructions(body).offsets[0] === address;
}

/**
 * The functions that a frame can be in, from its index or else its name; `undefined` where it says neither, none where
 * the module knows no function of that name.
 */
export function indexesOf(module: CrashModule, frame: CrashFrame): readonly number[] | undefined {
  const { functionIndex, functionName } = frame;
  if (functionIndex !== undefined && !isPlaceholder(module, frame)) return [functionIndex];
  return functionName === undefined ? undefined : module.indexesOf(functionName);
}

/** Deno prints index 0 for every frame: it counts where it can be, an imported function's never. */
function isPlaceholder(module: CrashModule, frame: CrashFrame): boolean {
  if (frame.producer !== 'v8' || frame.functionIndex !== 0 || frame.offset === undefined) return false;
  const place = placeOf(module, frame);
  const body = place === undefined ? undefined : module.code.bodyAt(codeOffset(place));
  return body !== undefined && body.index !== 0;
}

/** The offset as a code address, nothing taken off; negative in front of the code section. */
export function placeOf(module: CrashModule, frame: CrashFrame): number | undefined {
  const { offset } = frame;
  if (offset === undefined) return undefined;
  switch (offset.space) {
    case 'code':
      return offset.value;
    case 'module': {
      const { module: file, debugFile } = module.symbolizer.module;
      const start = file.codeStart ?? debugFile.codeStart;
      return start === undefined ? undefined : offset.value - start;
    }
    case 'body':
    case 'instructions': {
      const indexes =
        frame.functionIndex !== undefined
          ? [frame.functionIndex]
          : frame.functionName === undefined
            ? []
            : module.indexesOf(frame.functionName);
      const body = indexes.length === 1 ? module.code.body(indexes[0]!) : undefined;
      if (body === undefined) return undefined;
      const start = offset.space === 'body' ? body.start : module.code.instructions(body).offsets[0];
      return start === undefined ? undefined : start + offset.value;
    }
    default:
      return offset.space satisfies never;
  }
}

/** Whether what stands in front of the code can have moved the offset. */
export function isSkewable({ offset }: CrashFrame): boolean {
  return offset?.space === 'module' || offset?.space === 'code';
}
