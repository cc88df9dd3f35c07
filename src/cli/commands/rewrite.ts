import { isFormatError } from '../../errors.ts';
import { frameTable } from '../../frames/dwarf-frame-table.ts';
import { QUALITY } from '../../frames/quality.ts';
import { chainProvenances } from '../../rewrite/chain-provenances.ts';
import { listCode } from '../../rewrite/code-listing.ts';
import { walkCode } from '../../rewrite/drivers/code-walk.ts';
import { countSpans, type Provenance } from '../../rewrite/provenance.ts';
import { type ProvenanceSubject, readAnyProvenance } from '../../rewrite/read-provenance.ts';
import { type KeptEntries, rewrittenSections, withDwarf } from '../../rewrite/rewrite-debug-info.ts';
import type { Io } from '../io.ts';
import { openWithDebugInfo } from '../optimize/open-with-debug-info.ts';
import { printLosses } from '../optimize/print-losses.ts';

/** Options of `wasm-frames rewrite`. */
export interface RewriteCommandOptions {
  /** Files that say where code comes from, in the order of the tools that made them. */
  readonly provenance: readonly string[];
  readonly output: string;
  readonly keep: KeptEntries;
}

/** Writes a module with the debug information of another, of which it was made: 0, or 2 where that is not possible. */
export async function rewrite(before: string, after: string, options: RewriteCommandOptions, io: Io): Promise<number> {
  try {
    const module = await openWithDebugInfo(io.readFile(before), before, printLosses('wasm-frames rewrite', io), io);
    const code = { before: listCode(module.module.window), after: listCode(io.readFile(after)) };
    const provenance = readChain(options.provenance, { ...code, frames: () => frameTable(module) }, io);
    const inferred = countSpans(provenance, QUALITY.inferred);
    if (inferred > 0) {
      const what = `${inferred} of ${provenance.starts.length} pieces of code`;
      io.stderr(`wasm-frames rewrite: ${what} have inferred frames, which may be wrong\n`);
    }
    const sections = rewrittenSections(module, { ...code, provenance }, options);
    io.writeFile(options.output, withDwarf(code.after.module, sections));
    return 0;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    io.stderr(`wasm-frames rewrite: ${error.message}\n`);
    return 2;
  }
}

function readChain(files: readonly string[], code: ProvenanceSubject, io: Io): Provenance {
  const [first, ...more] = files;
  if (first === undefined) {
    const { provenance, counts } = walkCode(code.before, code.after);
    if (counts.unmatched > 0) {
      const what = `${counts.unmatched} of ${counts.matched + counts.unmatched} functions`;
      io.stderr(`wasm-frames rewrite: ${what} are not found in the code before; they are left without frames\n`);
    }
    return provenance;
  }
  let provenance = readAnyProvenance(io.readFile(first), code);
  for (const file of more) provenance = chainProvenances(provenance, readAnyProvenance(io.readFile(file), code));
  return provenance;
}
