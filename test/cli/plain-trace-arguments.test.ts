/** The plainest spellings of `wasm-frames trace` mean what commander says they do. */
import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TraceOptions } from '../../src/cli/commands/trace.ts';
import { plainTraceArguments } from '../../src/cli/plain-trace-arguments.ts';

const collect = (value: string, given: readonly string[]): string[] => [...given, value];

/** Commander's reading; `undefined` where it refuses. */
function byCommander(args: readonly string[]): { file: string | undefined; options: TraceOptions } | undefined {
  const command = new Command()
    .argument('[file]')
    .option('-e, --module <module>', '', collect, [])
    .option('--symbols <dir>', '', collect, [])
    .option('--json')
    .option('--sentry')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  try {
    command.parse([...args], { from: 'user' });
  } catch {
    return undefined;
  }
  const { module, symbols, json = false, sentry = false } = command.opts();
  return { file: command.args[0], options: { modules: module, symbols, json, sentry } };
}

test('whatever is taken for plain', () => {
  const word = fc.constantFrom(
    '-e',
    '--module',
    '--symbols',
    '--json',
    '--sentry',
    '-',
    'a',
    'b.wasm=c',
    '--',
    '-ea',
    '--e',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (args) => {
      const plain = plainTraceArguments(args);
      if (plain !== undefined) expect(plain).toEqual(byCommander(args));
    }),
    { numRuns: 5000 },
  );
});

test('what is written in examples is', () => {
  expect(plainTraceArguments(['-e', 'app.wasm=app.debug.wasm', '-e', 'b.wasm', 'crash.log'])).toEqual({
    file: 'crash.log',
    options: { modules: ['app.wasm=app.debug.wasm', 'b.wasm'], symbols: [], json: false, sentry: false },
  });
  expect(plainTraceArguments(['--symbols', 'archive/', '--json'])).toEqual({
    file: undefined,
    options: { modules: [], symbols: ['archive/'], json: true, sentry: false },
  });
  for (const args of [['--help'], ['-e'], ['-e', '--json'], ['-ea.wasm'], ['a', 'b'], ['--nope']])
    expect(plainTraceArguments(args)).toBeUndefined();
});
