// By default answers are those of LLVM 23, except where docs/llvm-differences.md says otherwise.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type Answer,
  type Case,
  recordedAnswers,
  recordedRuns,
  run,
  runUpstream,
  upstreamModules,
} from '../support/recorded-runs.ts';

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

const RANGES = 'Units without ranges, and dead functions';
const DATA = 'Data symbols in code';

/** LLVM's own modules that are answered in another way. */
const UPSTREAM: Readonly<Record<string, string>> = {
  'b.DebugInfo_Inputs_arm-relocs.elf-arm': RANGES,
  'b.DebugInfo_Inputs_split-dwarf-no-skel-address.o': RANGES,
  'll.DebugInfo_Generic_incorrect-variable-debugloc.ll': DATA,
  'll.DebugInfo_Generic_inlined-static-var.ll': DATA,
  'll.DebugInfo_Generic_mem2reg-promote-alloca-2.ll': DATA,
  'll.DebugInfo_Generic_recursive_inlining.ll': DATA,
  'll.DebugInfo_Generic_split-dwarf-local-import2.ll': 'Lines that LLVM dies of',
  'll.DebugInfo_X86_debug-ranges-offset.ll': DATA,
  'll.DebugInfo_X86_disubprogram-trampoline.ll': 'Lines that LLVM dies of',
  'll.DebugInfo_X86_dwarf-aranges-g1.ll': DATA,
  'll.DebugInfo_X86_isel-cse-line.ll': DATA,
  's.lld.debuginfo-undefined-global.s': 'Damaged debug information',
  'w.MC_WebAssembly_debug-info.ll': DATA,
  'w.MC_WebAssembly_dwarfdump.ll': DATA,
  'x.DebugInfo_X86_dwarfdump-line-mismatch.s': RANGES,
  'x.DebugInfo_symbolize-directory.s': RANGES,
  'x.tools_llvm-dwarfdump_X86_exprloc.s': RANGES,
  'x.tools_llvm-symbolizer_relativenames.s': RANGES,
  'y.tools_llvm-dwarfdump_X86_locstats-bytes-overflow.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_locstats-for-absctract-origin-vars.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_source-coordinates.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_stats-scope-bytes-covered.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_verify_attr_file_indexes_no_files.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_verify_cu_dont_share_line_table.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_verify_duplicate_file_warning.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_verify_file_encoding.yaml': RANGES,
  'y.tools_llvm-dwarfdump_X86_verify_overlapping_function_ranges.yaml': RANGES,
};

const modules = upstreamModules();

test.skipIf(modules.length === 0)("by default, LLVM's own modules as LLVM 23 but for those", async () => {
  const different = new Set<string>();
  for (const module of modules) {
    for (const [output, expected] of Object.entries(module.llvm23)) {
      if ((await runUpstream(module, output, '23', [])) !== expected) different.add(module.name);
    }
  }
  expect([...different].sort()).toEqual(Object.keys(UPSTREAM).sort());
});

test('each is documented', () => {
  const text = readFileSync(new URL('../../docs/llvm-differences.md', import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  const used = [...DIFFERENCES.map(({ heading }) => heading), ...Object.values(UPSTREAM)];
  expect(used.filter((heading) => !headings.includes(heading))).toEqual([]);
});
