// By default answers are those of LLVM 23, except where docs/llvm-differences.md says otherwise.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Answer, type Case, recordedAnswers, recordedRuns, run } from '../support/recorded-runs.ts';

/** A difference that is meant, by the heading that explains it in docs/llvm-differences.md. */
interface Difference {
  readonly heading: string;
  /** Whether a case is of the kind that the difference shows in. */
  readonly applies: (each: Case, llvm: Answer) => boolean;
  /** Whether a line of LLVM's may become a line of ours; without this, the whole answer may be another one. */
  readonly line?: (llvm: string, ours: string) => boolean;
}

const words = (each: Case): string => [...each.argv, each.stdin ?? ''].join('\n');
const DATA_SYMBOLS = ['.rodata', '.data', '.L.str', 's_table', 'g_bss', 'g_counter', 'g_msg'];
const VARIABLES = ['g_counter', 'g_msg', 'g_bss', 'call_count', 'other_global', 's_table', '.rodata', '.data', '??'];

const DIFFERENCES: readonly Difference[] = [
  { heading: 'Help and version', applies: ({ argv }) => /^--?(?:h|help|v|version)$/m.test(argv.join('\n')) },
  {
    heading: 'Options of later versions',
    applies: (each, { stderr }) => words(each).includes('use-symbol-table') && stderr.includes('unknown argument'),
  },
  {
    heading: 'Modules that LLVM refuses',
    applies: (_, { stderr, stdout }) =>
      /(?:error: '[^']*': |"Message":")(?:invalid (?:version number: 65549|function|data segment)|function named|out of order|section too large)/.test(
        stderr + stdout,
      ),
  },
  {
    heading: 'Archives',
    applies: (each) => words(each).includes('lib.a'),
  },
  {
    heading: 'Damaged debug information',
    applies: ({ id }, { stderr }) =>
      id.startsWith('H.') && /^(?:warning|error): (?:DWARF|line table|parsing|decoding|No unit)/m.test(stderr),
  },
  { heading: 'Debug information in other files', applies: (each) => words(each).includes('o2-ext.wasm') },
  {
    heading: 'Symbolizer markup',
    applies: ({ argv }) => argv.includes('--filter-markup'),
  },
  {
    heading: 'Variables of split units',
    applies: (each) => words(each).includes('FRAME') && /split[45]/.test(words(each)),
  },
  {
    heading: 'Where variables are, in JSON',
    applies: (each) => words(each).includes('FRAME') && words(each).includes('JSON'),
    line: (llvm, ours) => llvm === ours.replace(/"Location":"[^"]*",/g, ''),
  },
  {
    heading: 'Names of variables',
    applies: (each) => words(each).includes('DATA'),
    line: (llvm, ours) => {
      if (llvm.startsWith('[') || llvm.startsWith('{')) return withoutData(llvm) === withoutData(ours);
      if (/^(?:0x\w+: )?\S+$/.test(llvm) && VARIABLES.includes(ours.replace(/^0x\w+: /, ''))) return true;
      if (/^\d+ \d+$/.test(llvm) && /^\d+ \d+$/.test(ours)) return true;
      // The one that was removed is not at the address that marks it so; those of split units are found.
      return (llvm === '??:?') !== (ours === '??:?');
    },
  },
  {
    heading: 'Data symbols in code',
    applies: () => true,
    line: (llvm, ours) => {
      if (!llvm.startsWith('[')) return DATA_SYMBOLS.includes(llvm) && !DATA_SYMBOLS.includes(ours);
      return withoutOutermost(llvm) === withoutOutermost(ours);
    },
  },
  {
    heading: 'Functions by their names',
    applies: (each) => /(?:c_func|_ZN3geo5outerEi|geo::outer\(int\))/.test(words(each)),
    line: (llvm, ours) => {
      if (llvm.includes('SymName')) return /"SymName":"(?:c_func|_ZN3geo5outerEi|geo::outer\(int\))/.test(ours);
      return (
        llvm.includes('??') &&
        /^(?:c_func|geo::outer\(int\))?(?: at )?(?:\/home.*\/main\.cpp:(?:9|16)(?::0)?)?$/.test(ours)
      );
    },
  },
  {
    heading: 'Names in shared modules',
    applies: (each) => words(each).includes('shared.so.wasm'),
    line: (llvm, ours) => llvm === '??' && ['nodebug_fn', 'nodebug_helper', '_D3foo3barFiZi'].includes(ours),
  },
];

function withoutData(json: string): string {
  return json
    .replace(/"Data":\{[^}]*\}/g, '"Data":{}')
    .replace(/"Location":"[^"]*",/g, '')
    .replace(/"Symbol":\[.*?\]|"Loc":\[.*?\]/g, '');
}

function withoutOutermost(json: string): string {
  return json
    .replace(/"FunctionName":"[^"]*"(?=[^\]{]*\]\})/g, '')
    .replace(/"StartAddress":"[^"]*"(?=[^\]{]*\]\})/g, '');
}

function explains({ applies, line }: Difference, each: Case, llvm: Answer, ours: Answer): boolean {
  if (!applies(each, llvm)) return false;
  if (line === undefined) return true;
  const before = llvm.stdout.split('\n');
  const after = ours.stdout.split('\n');
  return (
    llvm.rc === ours.rc &&
    before.length === after.length &&
    before.every((text, index) => text === after[index] || line(text, after[index]!))
  );
}

const cases = recordedRuns();

test.skipIf(cases.length === 0)('by default, the documented differences and no other', async () => {
  const answers = recordedAnswers('23');
  const counts = new Map<string, number>();
  const unexplained: string[] = [];
  for (const each of cases) {
    const llvm = answers[each.id]!;
    if (llvm.rc < 0) continue;
    const ours = await run(each, []);
    if (ours.rc === llvm.rc && ours.stdout === llvm.stdout && ours.stderr === llvm.stderr) continue;
    const difference = DIFFERENCES.find((known) => explains(known, each, llvm, ours));
    if (difference === undefined) unexplained.push(each.id);
    else counts.set(difference.heading, (counts.get(difference.heading) ?? 0) + 1);
  }
  expect(unexplained).toEqual([]);
  // A difference that shows nowhere is no longer one.
  expect(DIFFERENCES.map(({ heading }) => heading).filter((heading) => !counts.has(heading))).toEqual([]);
});

test('each is documented', () => {
  const text = readFileSync(new URL('../../docs/llvm-differences.md', import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  expect(DIFFERENCES.map(({ heading }) => heading).filter((heading) => !headings.includes(heading))).toEqual([]);
});
