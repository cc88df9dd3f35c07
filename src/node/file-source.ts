import { fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { ByteSource } from '../bytes/byte-source.ts';

/**
 * A file read where it is touched. What is not a regular file (a pipe, a device) has no size and is read whole.
 *
 * The descriptor stays open as long as the process lives.
 */
export function openFileSource(path: string): ByteSource {
  const descriptor = openSync(path, 'r');
  const status = fstatSync(descriptor);
  if (status.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  if (!status.isFile()) return memorySource(readFileSync(descriptor));
  return {
    size: status.size,
    read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, status.size - offset)));
      this.readInto!(offset, bytes);
      return bytes;
    },
    readInto(offset, into) {
      let count = 0;
      while (count < into.length) {
        const read = readSync(descriptor, into, count, into.length - count, offset + count);
        // The file became shorter; what is missing reads as zero.
        if (read === 0) break;
        count += read;
      }
    },
  };
}

/** Bytes in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
