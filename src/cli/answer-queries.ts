import { decodeUtf8 } from '../bytes/text.ts';
import { LlvmDeath } from '../symbolize/llvm/llvm-death.ts';
import { GnuPrinter } from '../symbolize/printers/gnu.ts';
import { JsonPrinter } from '../symbolize/printers/json.ts';
import { LlvmPrinter } from '../symbolize/printers/llvm.ts';
import { NOWHERE, type Printer, type Request } from '../symbolize/printers/printer.ts';
import { InputLines } from './input-lines.ts';
import type { Io } from './io.ts';
import type { LlvmVersion } from './llvm-options.ts';
import type { LlvmSettings } from './llvm-settings.ts';
import { ModuleError } from './module-error.ts';
import { Modules, type QueriedModule } from './modules.ts';
import { parseBuildId, parseQuery, type Query, QueryError } from './query.ts';
import { substitutePath } from './source-paths.ts';

/** So much output is put together before it is written, as long as nobody waits for it. */
const OUTPUT_SIZE = 1 << 16;

/** So many bytes of queries at once come from a list, not from somebody who waits for each answer. */
const MANY_LINES = 1 << 15;

/** What a drop-in was asked to do. */
export interface Task {
  readonly settings: LlvmSettings;
  readonly version: LlvmVersion;
  /** Queries from the command line; without any, standard input is read. */
  readonly inputs: readonly string[];
}

/** Answers the queries of the command line or of standard input; the result is the exit status. */
export async function answerQueries({ settings, version, inputs }: Task, io: Io): Promise<number> {
  if (settings.buildId !== undefined && settings.object !== undefined) {
    io.stderr('error: cannot specify both --build-id and --obj\n');
    return 1;
  }
  const buildId = settings.buildId === undefined ? undefined : parseBuildId(settings.buildId);
  if (settings.buildId !== undefined && buildId === undefined) {
    io.stderr(`--build-id=: expected a build ID, but got '${settings.buildId}'\n`);
    return 1;
  }
  const session = new Session(settings, version, buildId, io);
  try {
    return await answerAll(session, { settings, version, inputs }, io);
  } catch (error) {
    if (!(error instanceof LlvmDeath)) throw error;
    session.flush();
    io.stderr(`${io.argv0}: error: LLVM ${version} dies here: ${error.message}\n`);
    return 1;
  }
}

async function answerAll(session: Session, { settings, inputs }: Task, io: Io): Promise<number> {
  if (settings.object !== undefined && !(await session.openObject(settings.object))) return 1;

  if (inputs.length > 0) {
    session.printer.begin();
    for (const input of inputs) await session.take(input);
    session.put(session.printer.end());
    session.flush();
    return 0;
  }
  const lines = new InputLines();
  for await (const chunk of io.stdin()) {
    if (chunk.length >= MANY_LINES) io.expectWork?.('one pass');
    for (const line of lines.take(chunk)) {
      const pending = session.take(line);
      if (pending !== undefined) await pending;
    }
    // Whoever asked may wait for the answer before it asks again.
    session.flush();
  }
  for (const line of lines.end()) await session.take(line);
  session.flush();
  return 0;
}

class Session {
  readonly printer: Printer;
  readonly #settings: LlvmSettings;
  readonly #version: LlvmVersion;
  readonly #buildId: string | undefined;
  readonly #io: Io;
  readonly #modules: Modules;
  #output = '';

  constructor(settings: LlvmSettings, version: LlvmVersion, buildId: string | undefined, io: Io) {
    this.#settings = settings;
    this.#version = version;
    this.#buildId = buildId;
    this.#io = io;
    this.#modules = new Modules(settings, version, io);
    this.printer = printerFor(settings, version, this.#modules, io);
  }

  /** Opens the module that the command line names, before any query is read. */
  async openObject(path: string): Promise<boolean> {
    try {
      await this.#modules.open(path);
      return true;
    } catch (error) {
      if (!(error instanceof ModuleError)) throw error;
      const text = this.printer.failure({ module: path, address: 0 }, error.message);
      if (text === undefined) this.#complain(path, error.message);
      else this.#io.stdout(text);
      return false;
    }
  }

  /** Answers one line; a promise where a module has to be fetched first. */
  take(line: string): Promise<void> | undefined {
    if (line === '') {
      // Asked to see whether we are alive.
      this.put(this.printer.location({ module: '' }, NOWHERE));
      return undefined;
    }
    const query = this.#parse(line);
    if (query === undefined) return undefined;
    const module = query.buildId === undefined ? query.module : query.buildId.toUpperCase();
    const request = {
      module,
      address: query.symbol === undefined ? query.offset : undefined,
      symbol: query.symbol,
    };
    try {
      const opened =
        query.buildId === undefined ? this.#modules.open(module) : this.#modules.openBuildId(query.buildId);
      if (opened instanceof Promise) {
        return opened.then(
          (queried) => this.#answer(query, request, queried),
          (error: unknown) => this.#fail(query, request, error),
        );
      }
      this.#answer(query, request, opened);
    } catch (error) {
      this.#fail(query, request, error);
    }
    return undefined;
  }

  put(text: string): void {
    this.#output += text;
    if (this.#output.length >= OUTPUT_SIZE) this.flush();
  }

  flush(): void {
    if (this.#output === '') return;
    const output = this.#output;
    this.#output = '';
    this.#io.stdout(output);
  }

  #parse(line: string): Query | undefined {
    const { addr2line, object } = this.#settings;
    const context = {
      addr2line,
      object: object ?? '',
      buildId: this.#buildId,
      plusAddresses: this.#version !== 19,
    };
    try {
      return parseQuery(line, context);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.#complain(line, error.message);
      this.put(this.printer.location({ module: error.module }, NOWHERE));
      return undefined;
    }
  }

  /** `module` is `undefined` where it could not be opened before. */
  #answer(query: Query, request: Request, module: QueriedModule | undefined): void {
    const { printer } = this;
    const address = this.#adjusted(query.offset);
    if (query.kind === 'data') {
      // A symbol has no address here: LLVM looks up 0, or what is added to the symbol.
      this.put(printer.data(request, module?.data(address) ?? {}));
    } else if (query.kind === 'frame') {
      this.put(printer.locals(request, module?.locals(address) ?? []));
    } else if (query.symbol !== undefined) {
      this.put(printer.symbols(request, module?.symbol(query.symbol, Number(query.offset)) ?? []));
    } else if (this.#settings.inlines) {
      this.put(printer.frames(request, module?.frames(address) ?? []));
    } else if (this.#settings.style === 'GNU') {
      this.put(printer.location(request, module?.frames(address)[0] ?? NOWHERE));
    } else {
      this.put(printer.location(request, module?.location(address) ?? NOWHERE));
    }
  }

  #fail(query: Query, request: Request, error: unknown): void {
    if (!(error instanceof ModuleError)) throw error;
    const text = this.printer.failure(request, error.message);
    if (text !== undefined) {
      this.put(text);
      return;
    }
    this.#complain(request.module, error.message);
    this.#answer(query, request, undefined);
  }

  /** The address with `--adjust-vma` subtracted, modulo 2^64; beyond 2^53 there is no code, and it is not exact. */
  #adjusted(offset: number | bigint): number {
    const { adjustVma } = this.#settings;
    if (adjustVma === 0n) return Number(offset);
    return Number(BigInt.asUintN(64, BigInt(offset) - adjustVma));
  }

  #complain(subject: string, message: string): void {
    // What was answered before stands in front of the complaint, where both go to one place.
    this.flush();
    this.#io.stderr(`${this.#io.argv0}: error: ${subject === '' ? '' : `'${subject}': `}${message}\n`);
  }
}

function printerFor(settings: LlvmSettings, version: LlvmVersion, modules: Modules, io: Io): Printer {
  const sources = new Map<string, string | undefined>();
  const options = {
    addresses: settings.addresses,
    functions: settings.functions !== 'none',
    pretty: settings.pretty,
    verbose: settings.verbose,
    sourceLines: settings.sourceLines,
    narrowNumbers: version === 19,
    source: (path: string): string | undefined => {
      if (!sources.has(path)) sources.set(path, readSource(substitutePath(path, modules.paths), io));
      return sources.get(path);
    },
  };
  switch (settings.style) {
    case 'GNU':
      return new GnuPrinter(options);
    case 'JSON':
      return new JsonPrinter(options, { locations: version === 'ours' });
    case 'LLVM':
      return new LlvmPrinter(options);
  }
}

function readSource(path: string, io: Io): string | undefined {
  try {
    return decodeUtf8(io.readFile(path));
  } catch {
    return undefined;
  }
}
