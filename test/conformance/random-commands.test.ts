// Made-up command lines and queries under --llvm=19 against the installed tools: output, complaints and exit status.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { Random } from '../support/damage.ts';
import { type Fixture, fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

const installed = spawnSync('llvm-symbolizer-19', ['--version']).status === 0;
if (!installed) console.log('skipped: made-up commands against llvm-symbolizer 19, which is not there');

const NAMES = [
  ...['inline', 'inline-v4', 'object', 'game-gc', 'split-dwp', 'memory64', 'names-only', 'shared', 'embed-source'],
  ...['nested-discriminators', 'library', 'mangled'],
];

/** Spellings that are understood, one after a space; values that mean nothing are among them. */
const OPTIONS = [
  ...['-a', '-C', '-f', '-i', '-p', '-s', '-Cfi', '-fpi', '-ais', '-sapC', '-if', '-ps', '-inlines', ''],
  ...['--addresses', '--print-address', '--basenames', '--relativenames', '--demangle', '--no-demangle', '--verbose'],
  ...['-demangle=true', '-demangle=false', '--inlines', '--no-inlines', '--inlining', '--inlining=true'],
  ...['--inlining=false', '--functions', '--functions=none', '--functions=short', '--functions=linkage', '-f=short'],
  ...['--functions=bogus', '--functions=Short', '--functions=', '-f=none', '-f=', '-f=linkage', '--pretty-print'],
  ...['--output-style=LLVM', '--output-style=GNU', '--output-style=JSON', '--output-style=json', '--output-style GNU'],
  ...['--adjust-vma=0x10', '--adjust-vma=16', '--adjust-vma 0x1', '--adjust-vma=0xffffffffffffffff'],
  ...['--print-source-context-lines=3', '--print-source-context-lines=-2', '--print-source-context-lines 2'],
  ...['--relative-address', '--untag-addresses', '--no-untag-addresses', '--dia', '--dsym-hint=foo', '--cache-size 5'],
  ...['--dsym-hint=a.dSYM', '--default-arch=x86_64', '--default-arch wasm32', '--no-debuginfod', '--color'],
  ...['--color=always', '--fallback-debug-path=/x', '--debug-file-directory=/x', '--dwp=none', '@none', '+1'],
];

/** What ends the command, or is refused. */
const REFUSED = [
  ...['--nope', '--inlin', '--verbos', '-z', '-', '--', '-fz', '-e', '--obj', '--version', '-v', '--help', '-h', '-1'],
  ...['--skip-line-zero', '--obj=', '-e=', '--exe=none', '--build-id=ab', '--build-id=xyz', '--adjust-vma=zz'],
  ...['--adjust-vma=', '--adjust-vma=-1', '--adjust-vma=0x10000000000000000', '--print-source-context-lines=x'],
  ...['--cache-size=x', '--llvmx', '-p=', '--pretty-print=1', '-C=1', '-i=false', '--addresses=1'],
];

const ODD_ADDRESSES = [
  ...['', ' ', '0x', '12zz', 'main', 'main+3', '_start+1', '99999999999999999999', '-5', '0x10 0x20', '\t0x20', '+4'],
  ...['0x20\t', 'x y', '"0x20"', '0x20 junk', '0', '+', 'a+', 'DATA', 'FRAME ', 'CODE  0x20', 'data 0x20', 'FILE:'],
  ...['BUILDID:', 'BUILDID:zz 1', 'BUILDID:ab 1', 'FILE:FILE:x 1', '0x20\r', 'é'],
];

interface Command {
  readonly tool: 'symbolizer' | 'addr2line';
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
}

function makeUp({ main, expected }: Fixture, random: Random): Command {
  const args: string[] = [];
  for (let count = random.below(6); count > 0; count--) {
    args.push(...(random.below(20) === 0 ? random.one(REFUSED) : random.one(OPTIONS)).split(' '));
  }
  const isNamed = random.below(4) !== 0;
  if (isNamed) {
    const spellings = [['-e', main], [`--obj=${main}`], [`-e${main}`], [`-e=${main}`], ['--exe', main]];
    args.splice(random.below(args.length + 1), 0, ...random.one(spellings));
  }
  const addresses = expected().addresses.map(({ address }) => address);
  const queries = Array.from({ length: 1 + random.below(5) }, () =>
    query(main, isNamed, random.one(addresses), random),
  );
  const tool = random.below(3) === 0 ? 'addr2line' : 'symbolizer';
  const variable = tool === 'addr2line' ? 'LLVM_ADDR2LINE_OPTS' : 'LLVM_SYMBOLIZER_OPTS';
  const texts = ['-p', '--output-style=JSON -a', "'--functions=none' -i", '-s "-C"', '\\-a', '--no-inlines   -f'];
  const env = random.below(8) === 0 ? { [variable]: random.one(texts) } : {};
  if (random.below(2) === 0) return { tool, args: [...args, ...queries], stdin: '', env };
  return { tool, args, stdin: queries.join(random.one(['\n', '\n', '\r\n'])) + random.one(['\n', '']), env };
}

function query(main: string, isNamed: boolean, address: number, random: Random): string {
  const hex = address.toString(16);
  const numbers = [`0x${hex}`, `0X${hex.toUpperCase()}`, `${address}`, `0${address.toString(8)}`, hex, `+0x${hex}`];
  const bases = [`0o${address.toString(8)}`, `0b${address.toString(2)}`];
  const place = random.below(14) === 0 ? random.one(ODD_ADDRESSES) : random.one([...numbers, ...bases]);
  const modules = [
    ...[`${main} `, `"${main}" `, `'${main}' `, `FILE:${main} `, `FILE:"${main}" `, `${main}:wasm32 `, `./${main} `],
    ...[`${main}:x86_64 `, 'none.wasm ', `"${main} `, ` ${main}  `, `FILE: ${main} `],
  ];
  const module = isNamed ? (random.below(30) === 0 ? `${main} ` : '') : random.one(modules);
  return random.one(['', '', '', '', 'CODE ', 'DATA ', 'FRAME ']) + module + place;
}

/** LLVM's answer about data or frames of a symbol depends on what stands on its stack: mostly the number before. */
function isUndefined({ args, stdin }: Command): boolean {
  const text = [...args, stdin].join('\n');
  const isSymbol = /[ \n:"'](\+|-5|x y|main|a\+|_start|é|"0x20")|(DATA|FRAME) \S+\.\w+ /.test(text);
  return isSymbol && /(DATA|FRAME) [^\n]*\S/.test(text);
}

const COUNT = Number(process.env['RANDOM_COMMANDS'] ?? 300);
const FIRST = Number(process.env['RANDOM_FROM'] ?? 1);

test.skipIf(!installed)('made-up commands', async () => {
  const different: string[] = [];
  let undefinedOnes = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const random = new Random(seed);
    const asked = fixture(random.one(NAMES));
    const command = makeUp(asked, random);
    const { tool, args, stdin, env } = command;
    const options = { encoding: 'utf8', cwd: asked.folder, input: stdin, env: { ...process.env, ...env } } as const;
    const theirs = spawnSync(`llvm-${tool}-19`, args, options);
    const io = new MemoryIo({ argv0: `llvm-${tool}-19`, directory: asked.folder, stdin, env });
    const status = await runLlvmTool(['--llvm=19', ...args], io);
    if (io.output === theirs.stdout && io.errors === theirs.stderr && status === theirs.status) continue;
    if (isUndefined(command)) undefinedOnes++;
    else different.push(`${seed} ${asked.name} ${tool} ${JSON.stringify(command)}`);
  }
  expect(different).toEqual([]);
  expect(undefinedOnes).toBeLessThan(COUNT / 20);
});
