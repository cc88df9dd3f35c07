import type { ByteSource } from '../bytes/byte-source.ts';

/** Why a file could not be opened, in the words the operating system has for it. */
export type FileErrorCode = 'not-found' | 'directory' | 'denied' | 'other';

/** A file that cannot be opened. The message is the operating system's: `No such file or directory`. */
export class FileError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  static {
    FileError.prototype.name = 'FileError';
  }
}

/** What an HTTP request answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * Everything a command does to the world outside: files, streams, environment, network.
 *
 * Commands are `run(args, io)`, so that tests run them in process and nothing else prints.
 */
export interface Io {
  /** The name the program was called by, as the shell gave it. */
  readonly argv0: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The directory that relative paths count from. */
  readonly cwd: string;
  /** Standard input, a chunk as it arrives; nothing is read before the first chunk is asked for. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Writes to standard output before it returns. */
  stdout(text: string | Uint8Array): void;
  /** Writes to standard error before it returns. */
  stderr(text: string): void;
  /** Whether standard output is a terminal that understands colours. */
  readonly colours: boolean;
  /** A file's bytes, read where they are touched; `-` is all of standard input. @throws FileError */
  openFile(path: string): ByteSource;
  /** A whole file. @throws FileError */
  readFile(path: string): Uint8Array;
  /** Writes a whole file, the directories above it included, in one step. @throws FileError */
  writeFile(path: string, bytes: Uint8Array): void;
  exists(path: string): boolean;
  /** The names in a directory, those of directories with a slash at the end; none where it cannot be read. */
  list(path: string): readonly string[];
  /** `GET`, given up after `timeout` milliseconds. Rejects where no answer comes. */
  fetch(url: string, options: { timeout: number; headers?: Readonly<Record<string, string>> }): Promise<HttpAnswer>;
  /** Told what kind of work comes, where compiling for it as usual costs more than it saves. */
  expectWork?(work: Work): void;
}

/** Kinds of work: a few answers or traces, or much data that is gone through once. */
export type Work = 'few answers' | 'few traces' | 'one pass';

/** What a command is: its arguments without the program's name, the world, and the exit status. */
export type Command = (args: readonly string[], io: Io) => Promise<number>;
