import { accessSync, mkdirSync, read, readdirSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ByteSource } from '../bytes/byte-source.ts';
import { FileError, type FileErrorCode, type HttpAnswer, type Io, type Work } from '../cli/io.ts';
import { memorySource, openFileSource } from './file-source.ts';

/** How much of standard input is asked for at once. */
const CHUNK = 1 << 16;

/**
 * What V8 is told for each kind of work: to wait longer before it optimizes a function, by itself about 132,000, which
 * takes a third less CPU time for one address of a large module and a tenth less for a log; or to inline less into what
 * it optimizes, by itself 920, a tenth less for a hundred thousand addresses and for verifying a large module.
 */
const V8_FLAGS: Readonly<Record<Work, string>> = {
  'few answers': '--interrupt-budget=1000000',
  'few traces': '--interrupt-budget=250000',
  'one pass': '--max-inlined-bytecode-size-cumulative=100',
};

/** A reader went away; what is left to write has nobody to read it. */
export class ClosedPipe extends Error {}

/** The process's own files, streams and environment. */
export function processIo(argv0: string): Io {
  return {
    argv0,
    env: process.env,
    cwd: process.cwd(),
    // Loading this module, or V8's, loads those of streams and sockets: a tenth of what Node takes to start.
    get colours() {
      return process.env['TERM'] !== 'dumb' && process.getBuiltinModule('node:tty').isatty(1);
    },
    stdin: readStdin,
    stdout: (text) => writeAll(1, typeof text === 'string' ? encoded(text) : text),
    stderr: (text) => writeAll(2, Buffer.from(text)),
    openFile: (path) =>
      attempt((): ByteSource => (path === '-' ? memorySource(readFileSync(0)) : openFileSource(path))),
    readFile: (path) => attempt(() => readFileSync(path)),
    writeFile: (path, bytes) => attempt(() => replaceFile(path, bytes)),
    exists,
    list,
    fetch: fetchBytes,
    expectWork: (work) => process.getBuiltinModule('node:v8').setFlagsFromString(V8_FLAGS[work]),
  };
}

async function* readStdin(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const buffer = Buffer.allocUnsafe(CHUNK);
    const count = await new Promise<number>((resolve, reject) => {
      read(0, buffer, 0, CHUNK, null, (error, bytesRead) => {
        if (error === null) resolve(bytesRead);
        else if (error.code === 'EOF') resolve(0);
        else if (error.code === 'EAGAIN') setTimeout(() => resolve(-1), 5);
        else reject(error);
      });
    });
    if (count === 0) return;
    if (count > 0) yield buffer.subarray(0, count);
  }
}

/** Room for what is written next: answers by the megabyte are encoded into it in a third of the time. */
const ROOM = Buffer.allocUnsafeSlow(1 << 18);

function encoded(text: string): Uint8Array {
  // No character takes more than three bytes.
  if (text.length * 3 > ROOM.length) return Buffer.from(text);
  return ROOM.subarray(0, ROOM.write(text));
}

/** Writes synchronously: an answer is out before the next question is waited for. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') throw new ClosedPipe();
      // Whoever started us made the pipe non-blocking, and it is full.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function replaceFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    );
  } catch {
    return [];
  }
}

async function fetchBytes(
  url: string,
  { timeout, headers }: { timeout: number; headers?: Readonly<Record<string, string>> },
): Promise<HttpAnswer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout), ...(headers && { headers }) });
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
}

/** The operating system's words, which LLVM's tools print. */
const MESSAGES: Readonly<Record<string, readonly [FileErrorCode, string]>> = {
  ENOENT: ['not-found', 'No such file or directory'],
  ENOTDIR: ['not-found', 'Not a directory'],
  EISDIR: ['directory', 'Is a directory'],
  EACCES: ['denied', 'Permission denied'],
  EPERM: ['denied', 'Operation not permitted'],
  ELOOP: ['other', 'Too many levels of symbolic links'],
  EMFILE: ['other', 'Too many open files'],
  ENAMETOOLONG: ['other', 'File name too long'],
};

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const known = MESSAGES[(error as NodeJS.ErrnoException).code ?? ''];
    if (known !== undefined) throw new FileError(...known);
    throw new FileError('other', error instanceof Error ? error.message : String(error));
  }
}
