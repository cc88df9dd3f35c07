import { ByteReader } from '../../bytes/byte-reader.ts';
import { QUALITY } from '../../frames/quality.ts';
import { type CodeListing, entryAt } from '../code-listing.ts';
import type { Provenance } from '../provenance.ts';

const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;

/**
 * The new index of each global that code uses: an access is from an access to the same one. Those of which accesses say
 * different things are left out.
 */
export function newGlobalIndexes(before: CodeListing, after: CodeListing, provenance: Provenance): Map<number, number> {
  const { chains, origins, qualities, starts } = provenance;
  const indexes = new Map<number, number>();
  const contradicted = new Set<number>();
  let span = -1;
  for (let entry = 0; entry < after.offsets.length; entry++) {
    while (span + 1 < starts.length && starts[span + 1]! <= after.offsets[entry]!) span++;
    const opcode = after.opcodes[entry]!;
    if ((opcode !== GLOBAL_GET && opcode !== GLOBAL_SET) || span < 0) continue;
    if (chains[span]! < 0 || qualities[span] !== QUALITY.exact) continue;
    const origin = entryAt(before, origins[chains[span]!]!);
    if (origin < 0 || before.opcodes[origin] !== opcode) continue;
    const then = indexAt(before, origin);
    const now = indexAt(after, entry);
    if (indexes.has(then) && indexes.get(then) !== now) contradicted.add(then);
    indexes.set(then, now);
  }
  for (const index of contradicted) indexes.delete(index);
  return indexes;
}

function indexAt({ module, offsets }: CodeListing, entry: number): number {
  const code = module.code!;
  return new ByteReader(code.part(offsets[entry]! + 1, code.end)).uleb();
}
