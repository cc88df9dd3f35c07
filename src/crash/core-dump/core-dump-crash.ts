import type { Crash, CrashFrame, OffsetSpace } from '../crash.ts';
import type { CoreDump, CoreDumpFrame, CoreDumpLayout } from './core-dump.ts';

/** Where the offsets of each layout count from. */
const SPACES: Readonly<Record<CoreDumpLayout, OffsetSpace>> = {
  // "The instruction's offset relative to the function's start", the declarations of locals included.
  standard: 'body',
  rewriter: 'instructions',
  wasmedge: 'module',
};

/** The stacks of a core dump as a crash. */
export function crashOfCoreDump(dump: CoreDump): Crash {
  return {
    threads: dump.threads.map(({ name, frames }) => ({ name, frames: frames.map((frame) => crashFrame(dump, frame)) })),
  };
}

function crashFrame(dump: CoreDump, frame: CoreDumpFrame): CrashFrame {
  const module = frame.instance === undefined ? undefined : dump.instances[frame.instance]?.module;
  const name = module === undefined ? undefined : dump.modules[module];
  return {
    producer: 'core-dump',
    // Wasmtime calls modules without a name `<anonymous-module-0>`.
    module: name === undefined || name === '' || name.startsWith('<') ? {} : { name },
    functionIndex: frame.functionIndex,
    offset: { value: frame.offset, space: SPACES[dump.layout], after: false },
    locals: frame.locals,
    stack: frame.stack,
  };
}
