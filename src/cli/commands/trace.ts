import type { CrashFrame, CrashThread, ModuleReference } from '../../crash/crash.ts';
import { crashToJson } from '../../crash/crash-json.ts';
import { ModuleFinder } from '../../crash/module-finder.ts';
import { movedBy } from '../../crash/parse-crash.ts';
import { rememberAnswers } from '../../crash/remember-answers.ts';
import { symbolizeSentry } from '../../crash/sentry.ts';
import { symbolizeTrace } from '../../crash/symbolize-crash.ts';
import { escapeControlCharacters } from '../../crash/text/control-characters.ts';
import { createCandidateFinder } from '../../crash/text/fast-candidates.ts';
import { TraceScanner } from '../../crash/text/trace-scanner.ts';
import { type SymbolizeTrace, TraceFilter } from '../../crash/trace-filter.ts';
import { JoinedOutput } from '../crash/joined-output.ts';
import { type ModuleOptions, moduleFiles } from '../crash/module-files.ts';
import { reportErrors } from '../crash/report.ts';
import { FileError, type Io } from '../io.ts';

/** Options of `wasm-frames trace`. */
export interface TraceOptions extends ModuleOptions {
  /** Write the frames as JSON instead of the text. */
  readonly json: boolean;
  /** The input is an event of Sentry or a request to its symbolicator, and so is the output. */
  readonly sentry: boolean;
}

/** Takes a text in chunks. */
type Filter = Pick<TraceFilter, 'push' | 'settle' | 'waiting' | 'room'>;

/** How much of a file is read at once. */
const CHUNK = 1 << 17;
/** From this size on a text is worth telling the engine that it has more bytes than traces. */
const LONG = 1 << 20;
/** After how many milliseconds without more input a trace is taken to be over. */
const QUIET = 200;

/**
 * Gives the wasm frames of a text their real frames: 0 where some were found or the text has none, 1 where none was,
 * 2 where something could not be read.
 */
export async function trace(file: string | undefined, options: TraceOptions, io: Io): Promise<number> {
  const files = moduleFiles(options, io);
  const finder = new ModuleFinder(files, { report: reportErrors(io) });
  if (options.sentry) return traceSentry(file, finder, options, io);
  const counts = { found: 0, answered: 0 };
  const misfits = new Misfits();
  const answer = rememberAnswers((frames) => symbolizeTrace(frames, (reference) => finder.find(reference)));
  const symbolize = (frames: readonly CrashFrame[]): readonly CrashFrame[] => {
    const answered = answer(frames);
    counts.found += frames.length;
    counts.answered += answered.filter(isAnswered).length;
    for (const frame of answered) if (!isAnswered(frame)) misfits.add(frame);
    return answered;
  };
  const threads: CrashThread[] = [];
  const output = new JoinedOutput((bytes) => io.stdout(bytes));
  const filter = options.json
    ? collector(threads, symbolize)
    : new TraceFilter({ escapeControls: true, write: (bytes) => output.write(bytes), symbolize });
  try {
    if (file === undefined || file === '-') await pushStream(filter, output, io);
    else pushFile(filter, file, io);
    filter.flush();
  } finally {
    // What was read before a file could not be read further is written.
    output.flush();
  }
  if (options.json) io.stdout(`${JSON.stringify(crashToJson({ threads }), null, 2)}\n`);
  reportMissing(finder, options, io);
  for (const line of misfits.lines) io.stderr(`${io.argv0}: ${line}\n`);
  return counts.found > 0 && counts.answered === 0 ? 1 : 0;
}

/** Collects the traces of a text, their frames' places counting from the start of the text. */
function collector(threads: CrashThread[], symbolize: SymbolizeTrace): TraceScanner {
  let offset = 0;
  return new TraceScanner(
    {
      text: (bytes) => {
        offset += bytes.length;
      },
      trace: (bytes, frames) => {
        threads.push({ frames: symbolize(frames).map((frame) => movedBy(frame, offset)) });
        offset += bytes.length;
      },
    },
    { finder: createCandidateFinder() },
  );
}

function reportMissing(finder: ModuleFinder, options: TraceOptions, io: Io): void {
  for (const reference of finder.missing) io.stderr(`${io.argv0}: ${describeMissing(reference, options)}\n`);
}

/** JSON in, JSON out; 1 where the value has no stacks of wasm. */
async function traceSentry(
  file: string | undefined,
  finder: ModuleFinder,
  options: TraceOptions,
  io: Io,
): Promise<number> {
  const name = file === undefined || file === '-' ? 'standard input' : file;
  const bytes = name === file ? io.readFile(file) : await readStream(io);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw new FileError('other', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const answered = symbolizeSentry(value, (reference) => finder.find(reference));
  io.stdout(`${JSON.stringify(answered ?? value, null, 2)}\n`);
  reportMissing(finder, options, io);
  return answered === undefined ? 1 : 0;
}

async function readStream(io: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function pushStream(filter: Filter, output: JoinedOutput, io: Io): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let size = 0;
  const settle = (): void => {
    filter.settle();
    output.flush();
  };
  for await (const chunk of io.stdin()) {
    clearTimeout(timer);
    if (size <= LONG && size + chunk.length > LONG) io.expectWork?.('few traces');
    size += chunk.length;
    filter.push(chunk);
    output.flush();
    timer = filter.waiting ? setTimeout(settle, QUIET) : undefined;
  }
  clearTimeout(timer);
}

function pushFile(filter: Filter, path: string, io: Io): void {
  try {
    const source = io.openFile(path);
    if (source.size > LONG) io.expectWork?.('few traces');
    // What the filter writes it writes before it returns, and what it keeps it copies.
    const room = filter.room ?? new Uint8Array(CHUNK);
    for (let at = 0; at < source.size; at += room.length) {
      const length = Math.min(room.length, source.size - at);
      if (source.readInto === undefined) filter.push(source.read(at, length));
      else {
        const chunk = room.subarray(0, length);
        source.readInto(at, chunk);
        filter.push(chunk);
      }
    }
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}

function isAnswered({ resolution }: CrashFrame): boolean {
  return resolution !== undefined && resolution.frames.length > 0;
}

/** Frames for which a module was found that does not know them: said once a module, with the first one's reasons. */
class Misfits {
  readonly #lines = new Map<string, string>();

  add({ module, functionIndex, functionName, resolution }: CrashFrame): void {
    if (resolution === undefined) return;
    const key = `${resolution.module} ${module.url ?? module.name ?? ''}`;
    if (this.#lines.has(key)) return;
    const frame = functionName ?? (functionIndex === undefined ? 'a frame' : `wasm-function[${functionIndex}]`);
    const reasons = [...new Set(resolution.doubts)].join('; ');
    this.#lines.set(key, `${resolution.module} does not know ${frame}${reasons === '' ? '' : `: ${reasons}`}`);
  }

  get lines(): string[] {
    return [...this.#lines.values()].map(escapeControlCharacters);
  }
}

/** One sentence: what was looked for, and where. */
function describeMissing({ url, name, hash, buildId }: ModuleReference, { modules, symbols }: ModuleOptions): string {
  const parts = [
    url === undefined ? undefined : shortened(url),
    name === undefined || name === url ? undefined : `name ${shortened(name)}`,
    hash === undefined ? undefined : `V8's hash ${hash}`,
    buildId === undefined ? undefined : `build id ${buildId}`,
  ].filter((part) => part !== undefined);
  const wanted = parts.length === 0 ? 'frames that name no module' : parts.join(', ');
  const places = [...modules, ...symbols];
  return `no module for ${wanted}; ${places.length === 0 ? 'none is given (-e, --symbols)' : `looked in ${places.join(', ')}`}`;
}

/** A data URL can be as long as the module. */
function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
