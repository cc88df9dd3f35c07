// How much of optimized code still has a line: of instructions whose origin had one, and of those the optimizer made.
import { expect, test } from 'vitest';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import { findRow } from '../../src/frames/frame-table.ts';
import { loadBinaryen } from '../../src/node/load-binaryen.ts';
import { listCode, OP, PROLOGUE } from '../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../src/rewrite/debug-sections.ts';
import { planOptimization } from '../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { isMark } from '../../src/rewrite/moves.ts';
import { type DriverName, optimize } from '../../src/rewrite/optimize.ts';
import { findSpan } from '../../src/rewrite/provenance.ts';
import { nameOfOpcode } from '../../src/wasm/opcode-names.ts';
import { corpusModule, corpusNames } from '../support/corpus.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

interface Coverage {
  all: number;
  allLost: number;
  /** Calls, loads, stores and divisions: where stacks are taken and traps happen. */
  stops: number;
  stopsLost: number;
  readonly causes: Map<string, number>;
}

async function coverageOf(name: string, driver: DriverName): Promise<Coverage> {
  const before = openModule(corpusModule(`${name}.wasm.gz`));
  const module = withoutDebugInfo(before.module);
  const { listing, provenance } = await optimize(
    { module, listing: listCode(module) },
    planOptimization(['in', '-O3', '-o', 'out']),
    { driver, optimizers: { tool: wasmOpt(), loadBinaryen } },
  );
  const table = frameTable(before);
  const coverage: Coverage = { all: 0, allLost: 0, stops: 0, stopsLost: 0, causes: new Map() };
  for (const [entry, opcode] of listing.opcodes.entries()) {
    if (opcode === PROLOGUE || isMark(opcode)) continue;
    const chain = provenance.chains[findSpan(provenance, listing.offsets[entry]! as never)]!;
    if (chain >= 0) {
      const row = findRow(table, provenance.origins[chain]!);
      if (row < 0 || table.rows.lines[row] === 0) continue;
    }
    coverage.all++;
    if (isStop(opcode)) coverage.stops++;
    if (chain >= 0) continue;
    coverage.allLost++;
    if (isStop(opcode)) coverage.stopsLost++;
    const cause = nameOfOpcode(opcode) ?? `${opcode}`;
    coverage.causes.set(cause, (coverage.causes.get(cause) ?? 0) + 1);
  }
  return coverage;
}

function isStop(opcode: number): boolean {
  if (opcode >= OP.call && opcode <= 0x15) return true;
  if (opcode >= 0x28 && opcode <= 0x3e) return true;
  return (opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82);
}

const hasCorpus = corpusNames().length > 0;
if (!hasCorpus) console.log('skipped: no ../shared/corpus, coverage of real programs is not measured');

test.skipIf(!hasCorpus).each([
  [['zlib-O0-g5', 'zlib-O2-g5', 'lua-O2-g5', 'rust-O3'], 'in-process'],
  [['zlib-O2-g5'], 'staged'],
] as const)('%s, %s', async (names, driver) => {
  let [all, allLost, stops, stopsLost] = [0, 0, 0, 0];
  for (const name of names) {
    const coverage = await coverageOf(name, driver);
    all += coverage.all;
    allLost += coverage.allLost;
    stops += coverage.stops;
    stopsLost += coverage.stopsLost;
    expect(coverage.all, name).toBeGreaterThan(4000);
    expect(1 - coverage.allLost / coverage.all, name).toBeGreaterThan(0.97);
    // Nothing else is lost: what was made is a condition turned round, a value known beforehand, what keeps the stack.
    const most = [...coverage.causes].sort((a, b) => b[1] - a[1]).slice(0, 5);
    console.log(
      `${name} -O3 ${driver}: ${((100 * coverage.allLost) / coverage.all).toFixed(2)} % made: ${most.map(([cause, count]) => `${count} ${cause}`).join(', ')}`,
    );
  }
  expect(stops).toBeGreaterThan(900);
  expect(1 - stopsLost / stops).toBeGreaterThanOrEqual(0.999);
  expect(1 - allLost / all).toBeGreaterThanOrEqual(0.98);
});
