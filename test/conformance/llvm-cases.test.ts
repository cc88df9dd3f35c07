import { describe, expect, test } from 'vitest';
import { recordedAnswers, recordedRuns, run } from '../support/recorded-runs.ts';

const cases = recordedRuns();

describe.skipIf(cases.length === 0).each(['19', '23'] as const)('exact imitation of LLVM %s', (version) => {
  const answers = recordedAnswers(version);
  const died = cases.filter(({ id }) => answers[id]!.rc < 0);

  test('the cases are those we know', () => {
    expect(cases.length).toBe(1896);
    expect(died.length).toBe(11);
  });

  test('every case, byte for byte, with exit status and standard error', async () => {
    const different: string[] = [];
    for (const each of cases) {
      if (died.includes(each)) continue;
      const { rc, stdout, stderr } = answers[each.id]!;
      const found = await run(each, [`--llvm=${version}`]);
      if (found.rc !== rc || found.stdout !== stdout) different.push(each.id);
      else if (found.stderr !== stderr) different.push(`${each.id} (stderr)`);
    }
    expect(different).toEqual([]);
  });

  test.each(died)('$id: a clear error where LLVM dies', async (each) => {
    const { rc, stderr } = await run(each, [`--llvm=${version}`]);
    expect(rc).toBe(1);
    expect(stderr).toMatch(new RegExp(`^llvm-symbolizer: error: LLVM ${version} dies here: .+$`, 'm'));
  });
});
