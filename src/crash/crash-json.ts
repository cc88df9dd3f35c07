import type { Crash, CrashFrame, LogicalFrame, WasmValue } from './crash.ts';
import type { Variable } from './variables/frame-variables.ts';

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A crash as plain data: what is not known is left out. */
export function crashToJson(crash: Crash): Json {
  return {
    threads: crash.threads.map(({ name, frames }) => ({
      ...(name === undefined ? {} : { name }),
      frames: frames.map(frameToJson),
    })),
  };
}

function frameToJson(frame: CrashFrame): Json {
  const { producer, module, functionIndex, functionName, offset, text, resolution, locals, stack } = frame;
  return defined({
    producer,
    module: defined({ ...module }),
    functionIndex,
    functionName,
    offset: offset === undefined ? undefined : { ...offset },
    text: text === undefined ? undefined : { start: text.start, end: text.end },
    locals: locals?.map(valueToJson),
    stack: stack?.map(valueToJson),
    ...(resolution === undefined
      ? {}
      : {
          quality: resolution.quality,
          skew: resolution.skew,
          answeredBy: resolution.module,
          address: resolution.address,
          doubts: resolution.doubts,
          frames: resolution.frames.map(logicalToJson),
        }),
  });
}

function logicalToJson({ name, file, line, column, inlined, mapped }: LogicalFrame): Json {
  return defined({ function: name, file, line, column, inlined, sourceMap: mapped });
}

/** A variable as plain data. */
export function variableToJson({ name, type, kind, value }: Variable): Json {
  return { name, type, kind, value };
}

/** Integers of 64 bits as text: JSON's numbers are not exact there. */
function valueToJson(value: WasmValue | undefined): Json {
  if (value === undefined) return null;
  if (value.type === 'i64') return { type: value.type, value: value.value.toString() };
  return { type: value.type, value: Number.isFinite(value.value) ? value.value : String(value.value) };
}

function defined(object: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Json;
}
