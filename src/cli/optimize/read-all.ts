import type { Io } from '../io.ts';

/** All of standard input. */
export async function readAll(io: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}
