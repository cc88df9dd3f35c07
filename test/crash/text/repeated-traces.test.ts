/** A trace that is repeated is not read again, and nothing shows it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceScanner } from '../../../src/crash/text/trace-scanner.ts';

/** Lines whose reading depends on the lines before them, and lines where it does not. */
const LINES = [
  '    at f (a.wasm:wasm-function[1]:0x3)',
  '    at g (b.wasm:wasm-function[2]:0x4)',
  '    at h (c.js:1:2)',
  'f@a.wasm:wasm-function[1]:0x3',
  '    0: 0x12a - a.wasm!outer',
  '           - inner',
  '                  at /src/a.c:1:2',
  'wasm stack trace:',
  'wasm error: unreachable',
  '\ta.f(i32) i32',
  '\t\t0x75: /src/a.c:1:2 (inlined)',
  'Trap: unreachable',
  '    0: f',
  '    #0 0x745 in f(int)+0x745 (a.out.wasm+0x745)',
  '#00: 0x021e - f',
  'calling stack:module[0]:12, module[0]:9',
  '2026-11-22 In instruction: unreachable (0x00) , Bytecode offset: 0x0000a64d',
  'http://h/a.wasm:1:288',
];

/** What a scanner makes of texts, one after the other, as one text. */
function scanned(texts: readonly string[]): string {
  const out: string[] = [];
  const scanner = new TraceScanner({
    text: (bytes) => out.push(Buffer.from(bytes).toString()),
    trace: (bytes, frames) => {
      out.push(`${Buffer.from(bytes).toString()}${JSON.stringify(frames)}\n`);
    },
  });
  for (const text of texts) scanner.push(Buffer.from(text));
  scanner.flush();
  return out.join('');
}

test('traces that repeat, go on differently, or stand behind others are what each is by itself', () => {
  // Traces of which one is how another begins: what follows is read as if the beginning had been.
  const pool = fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 5 }).map((lines) =>
    lines.map((_, index) => {
      const trace = lines.slice(0, index + 1).join('\n');
      return `${trace}\n\nnothing of the kind\n\n`;
    }),
  );
  fc.assert(
    fc.property(pool, fc.array(fc.nat(), { maxLength: 9 }), (traces, picks) => {
      const texts = picks.map((pick) => traces[pick % traces.length]!);
      expect(scanned([texts.join('')])).toBe(texts.map((each) => scanned([each])).join(''));
    }),
    { numRuns: 5000 },
  );
});

test('a trace that goes on further than it did before', () => {
  const [f, g] = LINES as [string, string];
  const texts = [`${f}\nend\n`, `${f}\n${g}\nend\n`, `${f}\nend\n`, `${f}\n${g}\nend\n`];
  const frames = [...scanned([texts.join('')]).matchAll(/"functionName":"(\w)"/g)].map(([, name]) => name);
  expect(frames.join('')).toBe('ffgffg');
});
