import type { Crash, CrashFrame, LogicalFrame, ModuleReference } from './crash.ts';
import { isObject, type JsonObject } from './json.ts';
import { type FindModules, symbolizeTrace } from './symbolize-crash.ts';

/**
 * Symbolizes an event of Sentry, or a request to its symbolicator: every stack in it, as plain data in and out.
 *
 * Frames of wasm are those whose `addr_mode` is `rel:N`, N being an image of type `wasm`; their `instruction_addr`
 * counts from the start of the module's file. Inlined frames are added in the order of the stack they are in: an event
 * lists the oldest frame first, a request the youngest. Everything else stays as it is.
 *
 * @returns `undefined` where the value has no stacks of that kind.
 */
export function symbolizeSentry(value: unknown, find: FindModules): unknown {
  if (!isObject(value)) return undefined;
  const request = Array.isArray(value['stacktraces']);
  const images = imagesOf(
    request ? value['modules'] : isObject(value['debug_meta']) ? value['debug_meta']['images'] : undefined,
  );
  let found = false;
  const rewrite = (frames: readonly unknown[], oldestFirst: boolean): unknown[] => {
    const youngestFirst = oldestFirst ? [...frames].reverse() : [...frames];
    const physical = youngestFirst.map((frame) => crashFrame(frame, images));
    if (physical.some((frame) => frame !== undefined)) found = true;
    const wasm = physical.filter((frame) => frame !== undefined);
    const answers = symbolizeTrace(wasm, find);
    let next = 0;
    const written = youngestFirst.flatMap((frame, index) =>
      physical[index] === undefined ? [frame] : framesOf(frame as JsonObject, answers[next++]!),
    );
    return oldestFirst ? written.reverse() : written;
  };
  const copy = mapStacks(value, !request, rewrite);
  return found ? copy : undefined;
}

/** The stacks of an event of Sentry or a request, youngest frame first; frames that are not of wasm are left out. */
export function crashOfSentry(value: unknown): Crash {
  const threads: { frames: CrashFrame[] }[] = [];
  if (!isObject(value)) return { threads };
  const request = Array.isArray(value['stacktraces']);
  const images = imagesOf(
    request ? value['modules'] : isObject(value['debug_meta']) ? value['debug_meta']['images'] : undefined,
  );
  mapStacks(value, !request, (frames, oldestFirst) => {
    const youngestFirst = oldestFirst ? [...frames].reverse() : frames;
    threads.push({
      frames: youngestFirst.map((frame) => crashFrame(frame, images)).filter((frame) => frame !== undefined),
    });
    return [...frames];
  });
  return { threads };
}

/** How deep stacks stand in an event. */
const DEEPEST = 12;

/** A copy with the `frames` of every stack trace replaced. */
function mapStacks(
  value: unknown,
  oldestFirst: boolean,
  rewrite: (frames: readonly unknown[], oldestFirst: boolean) => unknown[],
  depth = 0,
): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((each) => mapStacks(each, oldestFirst, rewrite, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      key === 'frames' && Array.isArray(each)
        ? [key, rewrite(each, oldestFirst)]
        : [key, mapStacks(each, oldestFirst, rewrite, depth + 1)],
    ),
  );
}

/** The images by their index; those that are not of wasm are left out. */
function imagesOf(images: unknown): (ModuleReference | undefined)[] {
  if (!Array.isArray(images)) return [];
  return images.map((image): ModuleReference | undefined => {
    if (!isObject(image) || image['type'] !== 'wasm') return undefined;
    const id = stringAt(image, 'code_id') ?? stringAt(image, 'debug_id');
    return { url: stringAt(image, 'code_file') ?? stringAt(image, 'debug_file'), buildId: id };
  });
}

function crashFrame(frame: unknown, images: readonly (ModuleReference | undefined)[]): CrashFrame | undefined {
  if (!isObject(frame)) return undefined;
  const mode = /^rel:([0-9]{1,6})$/.exec(stringAt(frame, 'addr_mode') ?? '');
  const image = mode === null ? undefined : images[Number(mode[1])];
  const address = frame['instruction_addr'];
  const value = typeof address === 'number' ? address : Number(typeof address === 'string' ? address : Number.NaN);
  if (image === undefined || !Number.isSafeInteger(value) || value < 0) return undefined;
  return {
    producer: 'sentry',
    module: image,
    functionName: stringAt(frame, 'function'),
    offset: { value, space: 'module', after: false },
  };
}

/** The frame once for every logical frame, youngest first. */
function framesOf(frame: JsonObject, { resolution }: CrashFrame): JsonObject[] {
  if (resolution === undefined || resolution.frames.length === 0) return [frame];
  return resolution.frames.map((logical) => ({
    ...frame,
    ...placeOf(logical),
    data: {
      ...(isObject(frame['data']) ? frame['data'] : {}),
      symbolicator_status: 'symbolicated',
      quality: resolution.quality,
      ...(resolution.skew === undefined ? {} : { skew: resolution.skew }),
      ...(logical.inlined ? { inlined: true } : {}),
    },
  }));
}

function placeOf({ name, file, line, column }: LogicalFrame): JsonObject {
  return {
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { filename: file.replace(/^.*[/\\]/s, ''), abs_path: file }),
    ...(line === undefined ? {} : { lineno: line }),
    ...(column === undefined ? {} : { colno: column }),
  };
}

function stringAt(object: Readonly<JsonObject>, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
