import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments/options.ts';
import { helpText } from '../../src/cli/llvm-help.ts';
import { spellingsOf } from '../../src/cli/llvm-options.ts';

const parse = (...args: string[]) => parseArguments(args, spellingsOf(19));
const given = (...args: string[]) =>
  parse(...args).options.map(({ option, value }) => (value === '' ? option : `${option}=${value}`));

describe('spellings', () => {
  test.each([
    [['-e', 'a.wasm'], ['obj=a.wasm']],
    [['-ea.wasm'], ['obj=a.wasm']],
    [['-e=a.wasm'], ['obj=a.wasm']],
    [['--obj=a.wasm'], ['obj=a.wasm']],
    [['--exe', 'a.wasm'], ['obj=a.wasm']],
    [['-fisCpa'], ['functions', 'inlines', 'basenames', 'demangle', 'pretty-print', 'addresses']],
    [
      ['-afie', 'a.wasm'],
      ['addresses', 'functions', 'inlines', 'obj=a.wasm'],
    ],
    [['-f=short'], ['functions==short']],
    [['--functions=none'], ['functions==none']],
    [['-demangle=false'], ['no-demangle']],
    [
      ['--inlining=true', '--inlining=false', '--inlining'],
      ['inlines', 'no-inlines', 'inlines'],
    ],
  ])('%j', (args, expected) => {
    expect(given(...args)).toEqual(expected);
    expect(parse(...args).errors).toEqual([]);
  });

  test('a flag takes no argument: what follows is an address', () => {
    expect(parse('-f', '0x10', '--functions', 'short').inputs).toEqual(['0x10', 'short']);
  });

  test('an empty argument is dropped, a single dash is an input', () => {
    expect(parse('', '-', 'x')).toMatchObject({ inputs: ['-', 'x'], errors: [] });
  });
});

describe('messages', () => {
  test.each([
    [['--nope'], ["unknown argument '--nope'"]],
    [['--inline'], ["unknown argument '--inline', did you mean '--inlines'?"]],
    [['--demangle=true'], ["unknown argument '--demangle=true', did you mean '-demangle=true'?"]],
    [
      ['-inlining'],
      [
        "unknown argument '-n'",
        "unknown argument '-l'",
        "unknown argument '-n'",
        "unknown argument '-n'",
        "unknown argument '-g'",
      ],
    ],
    [['--obj'], ['--obj: missing argument']],
    [['-e'], ['-e: missing argument']],
    [['-5'], ["unknown argument '-5'"]],
    [['--'], ["unknown argument '--'"]],
  ])('%j', (args, errors) => expect(parse(...args).errors).toEqual(errors));
});

test('later options are not in earlier versions', () => {
  expect(parse('--skip-line-zero').errors).toEqual(["unknown argument '--skip-line-zero'"]);
  expect(parseArguments(['--skip-line-zero'], spellingsOf(23)).errors).toEqual([]);
  expect(parseArguments(['--address-space=file'], spellingsOf(23)).errors).toEqual([
    "unknown argument '--address-space=file'",
  ]);
  expect(parseArguments(['--address-space=file'], spellingsOf('ours')).errors).toEqual([]);
});

const tool = spawnSync('llvm-addr2line-19', ['--help'], { encoding: 'utf8' });

test.skipIf(tool.status !== 0)("the help of llvm-addr2line 19 is the installed tool's", () => {
  expect(helpText(19, 'llvm-addr2line')).toBe(tool.stdout);
});

/** Command lines put together from every spelling, and from fragments that are none. */
function* commandLines(): Generator<string[]> {
  const words = [
    '-e',
    '-eo2',
    '-fi',
    '-if',
    '-pz',
    '--basename',
    '--output-styl=GNU',
    '--obj=',
    '--dwp',
    '-C=1',
    '-f=',
    '-a=x',
  ];
  words.push(
    '--print-source-context-line',
    '--color=maybe',
    '-demangle=maybe',
    '--no-debuginfo',
    '-h1',
    '--adjust-vma',
  );
  for (const first of words) {
    yield [first];
    for (const second of words) yield [first, second];
  }
}

const symbolizer = spawnSync('llvm-symbolizer-19', ['--version'], { encoding: 'utf8' });

test.skipIf(symbolizer.status !== 0)('errors are those of the installed llvm-symbolizer 19', () => {
  for (const args of commandLines()) {
    const { errors } = parse(...args);
    if (errors.length === 0) continue;
    const { stderr, status } = spawnSync('llvm-symbolizer-19', args, { encoding: 'utf8', input: '' });
    expect([args, stderr]).toEqual([args, errors.map((error) => `error: ${error}\n`).join('')]);
    expect(status).toBe(1);
  }
});
