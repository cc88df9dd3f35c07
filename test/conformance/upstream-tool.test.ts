import { describe, expect, test } from 'vitest';
import { runUpstream, upstreamModules } from '../support/recorded-runs.ts';

const modules = upstreamModules();

describe.skipIf(modules.length === 0).each(['19', '23'] as const)('exact imitation of LLVM %s', (version) => {
  test("LLVM's own modules, byte for byte", async () => {
    let compared = 0;
    const different: string[] = [];
    for (const module of modules) {
      for (const [output, expected] of Object.entries(module[`llvm${version}`])) {
        compared++;
        const found = await runUpstream(module, output, version, [`--llvm=${version}`]);
        if (found !== expected) different.push(`${module.name} ${output}`);
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBe(version === '19' ? 3366 : 918);
  });
});
