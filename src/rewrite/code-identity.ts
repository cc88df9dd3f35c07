import { Sha256 } from '../bytes/sha256.ts';

/** Says which code something is about: the code section's payload (from its function count to its end). */
export interface CodeIdentity {
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the payload, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** The identity of a code section's payload. */
export function codeIdentity(payload: Uint8Array): CodeIdentity {
  return { size: payload.length, sha256: new Sha256().update(payload).hex() };
}

export function sameCode(one: CodeIdentity, other: CodeIdentity): boolean {
  return one.size === other.size && one.sha256 === other.sha256;
}
