// docs/rules.md says what each rule means: made of the registry, which has every rule that is used, each of which a test fires.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULE_GROUPS, RULES } from '../../src/verify/rules/index.ts';
import { LLVM_CATEGORIES } from './llvm-categories.ts';

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`);
}

function namesIn(paths: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const path of paths) {
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/'([a-z]+(?:-[a-z]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*)'/g)) {
      names.add(name!);
    }
  }
  return names;
}

const checks = sourcesIn('src/verify').filter((path) => !path.includes('/rules/') && !path.includes('/reports/'));

/** Readers of the container that verifying does not ask, and the file that has them. */
const NOT_ASKED = [
  'data',
  'dylink',
  'exports',
  'target-features',
  'linking',
  'memories',
  'producers',
  'relocations',
  'links',
];
const readers = [
  ...sourcesIn('src/wasm').filter((path) => !NOT_ASKED.some((name) => path.endsWith(`/${name}.ts`))),
  ...sourcesIn('src/dwarf/read'),
  ...sourcesIn('src/debug-module'),
];

test('every rule that is used has an entry', () => {
  const used = [...namesIn(checks), ...namesIn(readers)];
  expect(used.filter((name) => !(name in RULES))).toEqual([]);
});

test('every entry is of a rule that is used', () => {
  const used = new Set([...namesIn(checks), ...namesIn(readers), ...namesIn(['src/wasm/links.ts'])]);
  expect(Object.keys(RULES).filter((name) => !used.has(name))).toEqual([]);
});

test('every rule of verify itself is fired by a test', () => {
  const tested = namesIn(readdirSync('test/verify').map((name) => `test/verify/${name}`));
  const texts = readdirSync('test/verify')
    .map((name) => readFileSync(`test/verify/${name}`, 'utf8'))
    .join('\n');
  const isTested = (name: string): boolean =>
    tested.has(name) ||
    texts.includes(`${name} at `) ||
    (name.startsWith('name-index/') && texts.includes(`'${name.split('/')[1]}'`)) ||
    texts.includes(`${name.replace('/', '\\/')} at`);
  expect([...namesIn(checks)].filter((name) => !isTested(name))).toEqual([]);
});

/** What LLVM alone counts, and is none of the damage that it says it is. */
const FALSE_ALARMS = ['Section contribution contains invalid string offset'];

test('every category of llvm-dwarfdump --verify is held by a rule', () => {
  const held = new Set(Object.values(RULES).flatMap(({ llvm = [] }) => llvm));
  const missing = Object.values(LLVM_CATEGORIES)
    .flat()
    .filter((category) => !held.has(category) && !FALSE_ALARMS.includes(category));
  expect(missing).toEqual([]);
});

test('docs/rules.md is as the registry has it (vitest -u writes it)', async () => {
  await expect(document()).toMatchFileSnapshot('../../docs/rules.md');
});

function document(): string {
  const lines = [
    '# Rules of `wasm-frames verify`',
    '',
    'What each finding means, who writes such a thing, and what a symbolizer answers wrongly because of it. Errors make',
    'answers wrong, warnings may, notes explain. `--only lines/*` shows a group, `--only -lines/copies` leaves a rule out.',
    '',
    'This file is made of the registry (`src/verify/rules/`) by `npx vitest run test/verify/registry.test.ts -u`.',
    '',
    '## What `llvm-dwarfdump --verify` says, and we do not',
    '',
    'Each of its categories is held by the rules that name it below ("LLVM"), but for these, which are no damage:',
    '',
    '- "Section contribution contains invalid string offset": an offset into the middle of a string. wasm-ld keeps one copy',
    '  of strings of which one is the end of the other, so every DWARF 5 module that it links has them.',
    '- "Invalid DWARF expressions" for operations that LLVM does not know: `DW_OP_implicit_pointer`, and those of GNU.',
    '- `DW_AT_decl_file` 0 before DWARF 5, which says that there is no file.',
    '- "NameIndex references nonexistent DIE" for names of split units, whose entries are in another file.',
    '- "Skeleton CU has children": clang writes them with `-fsplit-dwarf-inlining`; a note here.',
    '- "Simplified template DW_AT_name could not be reconstituted" for types that LLVM 19 cannot write: pointers to members',
    '  that are arrays, `__restrict`, constant arrays of pointers to functions, wide characters as arguments.',
    '',
    'Call sites below a lexical block, which GCC writes, are checked; LLVM 19 does not come to an end there.',
  ];
  for (const [title, rules] of Object.entries(RULE_GROUPS)) {
    lines.push('', `## ${title}`);
    for (const [name, { severity, what, from, cost, llvm }] of Object.entries(rules)) {
      lines.push('', `### ${name}`, '', `*${severity}.* ${what}`, '', `From: ${from}`, '', `Costs: ${cost}`);
      if (llvm !== undefined) lines.push('', `LLVM: ${[...new Set(llvm)].map((each) => `"${each}"`).join(', ')}`);
    }
  }
  lines.push('', '## Categories of `llvm-dwarfdump --verify` (19), and the rules that hold them');
  for (const [about, categories] of Object.entries(LLVM_CATEGORIES)) {
    lines.push('', `### ${about}`, '', '| category | rules |', '|---|---|');
    for (const category of categories) {
      const rules = Object.keys(RULES).filter((name) => RULES[name]!.llvm?.includes(category));
      const held = rules.map((name) => `\`${name}\``).join(', ') || 'none: a false alarm';
      lines.push(`| ${category.replaceAll('|', '\\|')} | ${held} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
