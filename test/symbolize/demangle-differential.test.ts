/** Damaged names, read by llvm-cxxfilt-19 and by us: both must make the same of them, which is mostly nothing. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { demangle } from '../../src/symbolize/demangle.ts';
import { recordedCases } from '../support/cases.ts';
import { hasTool } from '../support/tools.ts';

const ORACLE = 'llvm-cxxfilt-19';
const NAMES = 30_000;

const folder = recordedCases('demangle');
const available = hasTool(ORACLE) && folder !== undefined;

/** Pieces of the grammar, put in at random places. */
const FRAGMENTS =
  'T_ T0_ S_ S0_ S1_ Dp I E J X N cv Lb1E Li3E K R O P DpT_ FvvE A3_ M gt pl rs cm Dt St Ss Sa C1 D0 B1a L_Z Z il tl ' +
  'sZ fp_ UlvE_ Ut_ nw dl qu ix dt pt sr srN gs on dn 1a 2aa li DC U u3foo Ts Ty Tn Tk Tt Tp Q Te W1m F H W fl fr fLpl ' +
  'Dv4_ Dv_ C G DO Do Dw DB8_ Dk tw rq so mc sP Lf3f800000E Ld4000000000000000E Le4000c000000000000000E LA5_KcE LDnE ' +
  'LUlvE_E _ ti te st sz nx sp';
const fragments = FRAGMENTS.split(' ');
const LETTERS = '_ZNSTIEKPROFCDJXLQ0123456789abcdefghijklmnopqrstuvwxyzABGHMUVWYh.$';

/** A linear congruential generator (Numerical Recipes): the same names in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function damagedNames(random: (below: number) => number): string[] {
  const read = (file: string): string[] =>
    readFileSync(folder + file, 'utf8')
      .split('\n')
      .map((line) => line.split('\t')[0]!)
      // What llvm-cxxfilt takes for a name when it reads a stream.
      .filter((name) => /^[\w.$]+$/.test(name) && name.length < 400);
  const suite = read('suite.tsv');
  const expressions = suite.filter((name) => /X|Dp|J|Dv|cv|Ul|DT|Q|T._/.test(name));
  const others = suite.filter((name) => /^_[RD]/.test(name));
  const pools = [suite, read('real.tsv'), expressions, expressions, others];
  const names = new Set<string>();
  while (names.size < NAMES) {
    const pool = pools[random(pools.length)]!;
    let name = pool[random(pool.length)]!;
    for (let times = 1 + random(3); times > 0; times--) name = damaged(name, random);
    if (name.length > 3) names.add(name);
  }
  return [...names];
}

function damaged(name: string, random: (below: number) => number): string {
  const at = 2 + random(Math.max(1, name.length - 2));
  const letter = LETTERS.charAt(random(LETTERS.length));
  const fragment = fragments[random(fragments.length)]!;
  switch (random(6)) {
    case 0:
      return name.slice(0, at) + name.slice(at + 1);
    case 1:
      return name.slice(0, at) + letter + name.slice(at + 1);
    case 2:
      return name.slice(0, at) + letter + name.slice(at);
    case 3:
      return random(4) === 0 ? name.slice(0, at) : name;
    case 4:
      return name.slice(0, at) + fragment + name.slice(at);
    default:
      return name.slice(0, at) + fragment + name.slice(at + 1 + random(3));
  }
}

/** The oracle's answers; `undefined` for a name it crashes on. */
function ask(names: readonly string[]): (string | undefined)[] {
  const run = spawnSync(ORACLE, [], { input: names.join('\n') + '\n', encoding: 'utf8', maxBuffer: 2 ** 30 });
  const answers = run.stdout.split('\n').slice(0, -1);
  if (run.status === 0 && answers.length === names.length) return answers;
  if (names.length === 1) return [undefined];
  const half = names.length >> 1;
  return [...ask(names.slice(0, half)), ...ask(names.slice(half))];
}

test.skipIf(!available).each([1, 2])('names damaged at random, seed %i', (seed) => {
  const names = damagedNames(randomNumbers(seed));
  const differences: { mangled: string; ours: string; expected: string }[] = [];
  let demangled = 0;
  for (let start = 0; start < names.length; start += 1000) {
    const chunk = names.slice(start, start + 1000);
    ask(chunk).forEach((expected, index) => {
      const mangled = chunk[index]!;
      const ours = demangle(mangled);
      if (ours !== mangled) demangled++;
      if (expected === undefined) return;
      if (ours !== expected) differences.push({ mangled, ours, expected });
      // With a dot in front, which stays, names are read by the whole grammar, the common ones too.
      const whole = demangle('.' + mangled);
      if (whole !== '.' + expected) differences.push({ mangled: '.' + mangled, ours: whole, expected: '.' + expected });
    });
  }
  // Enough of them are still names.
  expect(demangled).toBeGreaterThan(NAMES / 10);
  expect(differences.slice(0, 20)).toEqual([]);
});
