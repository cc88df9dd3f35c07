/** The filter over texts: what is no frame stays, byte for byte, however the text arrives. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CrashFrame, LogicalFrame } from '../../src/crash/crash.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { findCandidate } from '../../src/crash/text/candidates.ts';
import { createCandidateFinder } from '../../src/crash/text/fast-candidates.ts';
import { TraceFilter } from '../../src/crash/trace-filter.ts';

/** What every frame is answered with: two logical frames. */
const ANSWER: readonly LogicalFrame[] = [
  { name: 'inner(int)', file: '/src/a.h', line: 3, column: 5, inlined: true },
  { name: 'outer(int)', file: '/src/a.c', line: 8, inlined: false },
];

interface Run {
  readonly chunks?: number;
  readonly frames?: readonly LogicalFrame[] | undefined;
  readonly quality?: 'exact' | 'function' | 'skewed';
}

/** The text that comes out where every frame has the same answer, or none. */
function filtered(input: string | Uint8Array, { chunks, frames = ANSWER, quality = 'exact' }: Run = {}): Uint8Array {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const out: Uint8Array[] = [];
  const filter = new TraceFilter({
    escapeControls: true,
    write: (part) => out.push(Uint8Array.from(part)),
    symbolize: (found) =>
      found.map(
        (frame): CrashFrame => ({
          ...frame,
          ...(frames.length > 0 ? { resolution: { quality, module: 'a.wasm', frames, doubts: [], skew: 38 } } : {}),
        }),
      ),
  });
  const size = chunks ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) filter.push(bytes.subarray(at, at + size));
  filter.flush();
  return Buffer.concat(out);
}

const text = (input: string | Uint8Array, run?: Run): string => Buffer.from(filtered(input, run)).toString();

describe('every style', () => {
  test.each([
    [
      'V8',
      '    at mod.f(int) (http://h/a (1).wasm?v=1:wasm-function[1]:0x11f)\n',
      '    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    [
      'V8, no name',
      '    at wasm://wasm/0001413e:wasm-function[11]:0x3a7\n',
      '    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    [
      'V8 until 7',
      '\tat wasm-function[79]:46\r\n',
      '\tat inner(int) (/src/a.h:3:5)\r\n\tat outer(int) (/src/a.c:8)\r\n',
    ],
    [
      'V8, behind a log prefix',
      '12:00:01 [worker]     at f (wasm://wasm/0001413e:wasm-function[1]:0x3a7)\n',
      '12:00:01 [worker]     at inner(int) (/src/a.h:3:5)\n12:00:01 [worker]     at outer(int) (/src/a.c:8)\n',
    ],
    [
      'V8, on one line',
      'Error: x at f (a.wasm:wasm-function[1]:0x3) at g (b.js:1:2)\n',
      'Error: x at inner(int) (/src/a.h:3:5) at outer(int) (/src/a.c:8) at g (b.js:1:2)\n',
    ],
    [
      'V8 in JSON',
      '{"stack":"Error: \\"x\\"\\n    at f (a.wasm:wasm-function[1]:0x3)\\n    at g (b.js:1:2)","n":1}\n',
      '{"stack":"Error: \\"x\\"\\n    at inner(int) (/src/a.h:3:5)\\n    at outer(int) (/src/a.c:8)\\n    at g (b.js:1:2)","n":1}\n',
    ],
    [
      'V8 in JSON in JSON',
      '{"m":"{\\"stack\\":\\"Error\\\\n    at a\\\\u003cb\\\\u003e (a.wasm:wasm-function[1]:0x3)\\"}"}\n',
      '{"m":"{\\"stack\\":\\"Error\\\\n    at inner(int) (/src/a.h:3:5)\\\\n    at outer(int) (/src/a.c:8)\\"}"}\n',
    ],
    [
      'V8 in JSON, three times over',
      JSON.stringify({
        a: JSON.stringify({ b: JSON.stringify({ c: 'Error: "x"\n    at f (a.wasm:wasm-function[1]:0x3)' }) }),
      }) + '\n',
      JSON.stringify({
        a: JSON.stringify({
          b: JSON.stringify({ c: 'Error: "x"\n    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)' }),
        }),
      }) + '\n',
    ],
    [
      'async',
      '    at async f (a.wasm:wasm-function[1]:0x3)\n',
      '    at async inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    [
      'SpiderMonkey',
      'f(int)@http://h/ line 3 > WebAssembly.Module:wasm-function[1]:0x3\n',
      'inner(int)@/src/a.h:3:5\nouter(int)@/src/a.c:8\n',
    ],
    [
      'SpiderMonkey in JSON',
      '"f@http://u@h/a.wasm:wasm-function[1]:0x3\\n@b.js:1:2"\n',
      '"inner(int)@/src/a.h:3:5\\nouter(int)@/src/a.c:8\\n@b.js:1:2"\n',
    ],
    ['JavaScriptCore', '1@<?>:wasm-function[1]\n', 'inner(int)@/src/a.h:3:5\nouter(int)@/src/a.c:8\n'],
    [
      'JavaScriptCore until 2025',
      '<?>.wasm-function[operator[](int)]@[wasm code]\n',
      'inner(int)@/src/a.h:3:5\nouter(int)@/src/a.c:8\n',
    ],
    [
      'Bun',
      '    at kit.wasm-function[trapper] (native)\n',
      '    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    [
      'Wasmtime',
      '    0:   0x1f - a!f(int)\n',
      '    0:   0x1f - inner(int)\n                  at /src/a.h:3:5\n              - outer(int)\n                  at /src/a.c:8\n',
    ],
    [
      'Wasmtime with details',
      '    0:   0x1f - h\n                    at b.c:1:1\n              - f(int)\n                    at b.c:9:9\nnote\n',
      '    0:   0x1f - inner(int)\n                  at /src/a.h:3:5\n              - outer(int)\n                  at /src/a.c:8\nnote\n',
    ],
    [
      'wasm3',
      '  0: 0x00021d - a!<unnamed>\n',
      '  0: 0x00021d - inner(int) (/src/a.h:3:5)\n  0: 0x00021d - outer(int) (/src/a.c:8)\n',
    ],
    [
      'Wasmer',
      '    at <unnamed> (test[0]:0x1a)\n',
      '    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    ['WAMR', '#00: 0x021e - $f8\n', '#00: 0x021e - inner(int) (/src/a.h:3:5)\n#00: 0x021e - outer(int) (/src/a.c:8)\n'],
    ['WAMR until 1.3.2', '#00 $f18\n', '#00 inner(int) (/src/a.h:3:5)\n#00 outer(int) (/src/a.c:8)\n'],
    [
      'WasmEdge',
      '[12:00] [error]     In instruction: unreachable (0x00) , Bytecode offset: 0x0000a64d\n',
      '[12:00] [error]     In instruction: unreachable (0x00) , Bytecode offset: 0x0000a64d\n[12:00] [error]     At: inner(int) (/src/a.h:3:5)\n[12:00] [error]     At: outer(int) (/src/a.c:8)\n',
    ],
    [
      'WasmEdge, indices',
      '[error] calling stack:a[0]:12, a[0]:7\n',
      '[error] calling stack:a[0]:12 inner(int) (/src/a.h:3:5) < outer(int) (/src/a.c:8), a[0]:7 inner(int) (/src/a.h:3:5) < outer(int) (/src/a.c:8)\n',
    ],
    [
      'wazero',
      'wasm stack trace:\n\ta.f(i32,i32) i32\n\t\t0x75: b.c:1:1 (inlined)\n\t\t      b.c:2:2\n\t.$9()\n',
      'wasm stack trace:\n\touter(int)(i32,i32) i32\n\t\t/src/a.h:3:5 (inlined inner(int))\n\t\t/src/a.c:8\n\touter(int)()\n\t\t/src/a.h:3:5 (inlined inner(int))\n\t\t/src/a.c:8\n',
    ],
    [
      'WasmKit',
      'Error: Trap: unreachable\n    0: foo\n',
      'Error: Trap: unreachable\n    0: inner(int) (/src/a.h:3:5)\n    0: outer(int) (/src/a.c:8)\n',
    ],
    [
      'WAVM',
      '  wasm!/p:1!<function #1>+11\n',
      '  wasm!/p:1!inner(int) (/src/a.h:3:5)\n  wasm!/p:1!outer(int) (/src/a.c:8)\n',
    ],
    [
      'sanitizers',
      '    #0 0x745 in app::bad(int)+0x745 (a.out.wasm+0x745)\n    #1 0x80001163 in Module._main a.js:4451:60\n',
      '    #0 0x745 in inner(int) /src/a.h:3:5\n    #0 0x745 in outer(int) /src/a.c:8\n    #1 0x80001163 in Module._main a.js:4451:60\n',
    ],
    [
      'the summary of a sanitizer',
      'SUMMARY: AddressSanitizer: leak (a.out.wasm+0x15ef)\n',
      'SUMMARY: AddressSanitizer: leak /src/a.h:3:5 in inner(int)\n',
    ],
    [
      'the head of a sanitizer',
      '==42==ERROR: AddressSanitizer: leak on address 0x02965e5a at pc 0x000015f0 bp 0x02965a30 sp 0x02965a30\n',
      '==42==ERROR: AddressSanitizer: leak on address 0x02965e5a at pc 0x000015f0 in inner(int) /src/a.h:3:5 bp 0x02965a30 sp 0x02965a30\n',
    ],
    [
      "Chrome's console",
      '    at f (a.wasm:0x190c32)\n',
      '    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    ["Chrome's console, expanded", '$f @ a.wasm:0x190c32\n', 'inner(int) @ /src/a.h:3:5\nouter(int) @ /src/a.c:8\n'],
    ["Chrome's console, the place of an error", '185b031e:0x2904 Uncaught Error\n', '/src/a.h:3:5 Uncaught Error\n'],
    [
      'a place of V8',
      '    at f (http://h/a.wasm:1:288)\n',
      '    at inner(int) (/src/a.h:3:5)\n    at outer(int) (/src/a.c:8)\n',
    ],
    [
      'a call site',
      '{"fn":"f","file":"wasm://wasm/0001413e","line":1,"col":288}\n',
      '{"fn":"inner(int)","file":"/src/a.h","line":3,"col":5}\n{"fn":"outer(int)","file":"/src/a.c","line":8,"col":null}\n',
    ],
  ])('%s', (_, input, output) => {
    expect(text(input)).toBe(output);
    // Byte by byte it is the same, and so it is without a newline at the end.
    expect(text(input, { chunks: 1 })).toBe(output);
    if (!input.endsWith('\r\n')) expect(text(input.trimEnd())).toBe(output.trimEnd());
    expect(text(input, { frames: [] })).toBe(input);
  });

  test('what is not exact says so', () => {
    const frame = '    at f (a.wasm:wasm-function[1]:0x3)\n';
    expect(text(frame, { quality: 'function', frames: ANSWER.slice(1) })).toBe(
      '    at outer(int) (/src/a.c:8) [function only]\n',
    );
    expect(text(frame, { quality: 'skewed', frames: ANSWER.slice(1) })).toBe(
      '    at outer(int) (/src/a.c:8) [skewed by 38]\n',
    );
  });
});

describe('what is no frame', () => {
  test.each([
    '#0 0x4f3b1c in main (/a.out+0x4f3b1c)\n',
    '   0:     0x55d2c7b03fcc - std::backtrace_rs::backtrace::libunwind::trace::h1\n',
    'wasm-stub@[wasm code]\n',
    '    at unknown\n',
    'compiled wasm-function[3] in 0x20 ms\n',
    'C:\\node\\new "wasm" file at 0x1000\n',
    '    at Module._main (a.js:1:2)\n    at foo (file.wasm.js:3:4)\n',
    'see http://h/a.wasm:8080/x and 0xdeadbeef:0x10\n',
  ])('%j', (line) => {
    // Some of these are only told from frames by a module; unanswered, they stay too.
    expect(text(line, { frames: [] })).toBe(line);
  });

  test.each([
    'wasm-stub@[wasm code]\n',
    '    at unknown\n',
    '#0 0x4f3b1c in main (/a.out+0x4f3b1c)\n',
    '    at Module._main (a.js:1:2)\n',
  ])('not even taken for one: %j', (line) => {
    expect(parseCrash(line).threads).toEqual([]);
    expect(text(line)).toBe(line);
  });

  const words = [
    'wasm',
    '0x',
    'wasm-function[',
    '1]',
    ':0x1f',
    '\n',
    '\r\n',
    '\\n',
    '"',
    "'",
    ' at ',
    '@',
    '(',
    ')',
    '#00: ',
    ' - ',
    '$f1',
    'a.wasm',
    '\t',
    '[wasm code]',
    'wasm stack trace:',
    '{"file":',
    '+',
    '!',
    'Trap: ',
  ];
  const soup = fc
    .array(
      fc.oneof(
        fc.constantFrom(...words).map((word) => Buffer.from(word)),
        fc.uint8Array({ maxLength: 6 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => Buffer.concat(parts));

  test('any bytes come out as they went in where nothing is answered', () => {
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 20 }), (bytes, chunks) => {
        expect(Buffer.from(filtered(bytes, { frames: [], chunks })).equals(bytes)).toBe(true);
      }),
      { numRuns: 700 },
    );
  });

  test('any text without wasm and 0x comes out as it went in', () => {
    const plain = fc.uint8Array({ maxLength: 400 }).filter((bytes) => {
      const line = Buffer.from(bytes).toString('latin1');
      return !/wasm|0x|\$f\d|Trap:|calling stack:/.test(line);
    });
    fc.assert(
      fc.property(plain, (bytes) => {
        expect(Buffer.from(filtered(bytes)).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  test('how a text is cut into chunks makes no difference', () => {
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 20 }), (bytes, chunks) => {
        expect(text(bytes, { chunks })).toBe(text(bytes));
      }),
      { numRuns: 700 },
    );
  });

  test('places of frames are in order and inside of the text', () => {
    fc.assert(
      fc.property(soup, (bytes) => {
        let end = 0;
        for (const { frames } of parseCrash(bytes).threads) {
          for (const frame of frames) {
            expect(frame.text!.start).toBeGreaterThanOrEqual(end);
            expect(frame.text!.end).toBeGreaterThanOrEqual(frame.text!.start);
            end = frame.text!.end;
          }
        }
        expect(end).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 700 },
    );
  });
});

test('the fast search for candidates finds what the plain one finds', () => {
  const { find: fast, room } = createCandidateFinder();
  expect(fast).not.toBe(findCandidate);
  const parts = [
    '0',
    'x',
    'wasm',
    'w',
    'wa',
    'sm',
    '$f1',
    '$f',
    'Trap:',
    'p:',
    'calling stack:',
    'k:',
    '\n',
    'filler and more filler ',
  ];
  const text = fc.array(
    fc.oneof(
      fc.constantFrom(...parts),
      fc.nat(40).map((size) => '.'.repeat(size)),
    ),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(text, fc.nat(50), fc.boolean(), (pieces, cut, large) => {
      const bytes = Buffer.from((large ? '.'.repeat(16370) : '') + pieces.join(''));
      const from = Math.min(cut, bytes.length);
      const plain = findCandidate(bytes, from, bytes.length);
      const quick = fast(bytes, from, bytes.length);
      // One may give the first and the other the second byte of a word.
      expect(quick < 0).toBe(plain < 0);
      expect(Math.abs(quick - plain)).toBeLessThan(2);
      // In place it is the same, whatever stands behind.
      const inPlace = room!.subarray(0, bytes.length);
      inPlace.set(bytes);
      expect(fast(inPlace, from, bytes.length)).toBe(quick);
    }),
    { numRuns: 3000 },
  );
});

describe('a text of any size passes in constant memory', () => {
  /** The most that is in memory beyond the beginning, in megabytes, while a text of many chunks passes. */
  function mostHeld(chunk: (index: number) => Uint8Array, count: number): number {
    let bytes = 0;
    const filter = new TraceFilter({
      symbolize: (found) => found.map((frame) => ({ ...frame })),
      write: (part) => {
        bytes += part.length;
      },
    });
    const inMemory = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const before = inMemory();
    let most = 0;
    let pushed = 0;
    for (let index = 0; index < count; index++) {
      const part = chunk(index);
      pushed += part.length;
      filter.push(part);
      if (index % 8 === 0) most = Math.max(most, inMemory() - before);
    }
    filter.flush();
    expect(bytes).toBe(pushed);
    return most / 2 ** 20;
  }

  const lines = Buffer.alloc(1 << 20, 'a line of a log that goes on for a while 0x1234\n');
  const plain = Buffer.alloc(1 << 20, 'a line of a log that goes on for a while\n');
  const stack = Buffer.alloc(1 << 20, '    at f (a.wasm:wasm-function[1]:0x3)\n');
  const noNewline = Buffer.alloc(1 << 20, 'wasm 0x1 ');
  // Garbage that is not collected yet is counted; of the text there would be as many megabytes as chunks.
  test.each([
    ['lines', () => lines, 60],
    ['one line', () => noNewline, 300],
    ['a trace that does not end, and a log', (index: number) => (index % 10 === 0 ? stack : plain), 200],
  ] as const)('%s', (_, chunk, count) => expect(mostHeld(chunk, count)).toBeLessThan(count / 2));
});

describe('hostile text', () => {
  test.each([
    ['a line of ten megabytes', Buffer.alloc(10 << 20, 'a0x wasm ')],
    ['a megabyte of tags', Buffer.alloc(1 << 20, 'wasm-function[1] ')],
    ['a megabyte of unclosed tags', Buffer.alloc(1 << 20, 'wasm-function[a')],
    [
      'a megabyte of parentheses',
      Buffer.concat([
        Buffer.from('    at '),
        Buffer.alloc(1 << 20, ' ('),
        Buffer.from('(a.wasm:wasm-function[1]:0x3)'),
      ]),
    ],
    ['a megabyte of at', Buffer.concat([Buffer.alloc(1 << 20, 'at '), Buffer.from('x:wasm-function[1]:0x3')])],
    ['a megabyte of escapes', Buffer.alloc(1 << 20, '"\\n wasm-function[1]:0x1')],
    [
      'a megabyte of backslashes',
      Buffer.concat([Buffer.from('wasm "'), Buffer.alloc(1 << 20, '\\'), Buffer.from('n')]),
    ],
    ['a megabyte of escapes without a string', Buffer.alloc(1 << 20, '0x\\n')],
    ['a megabyte of places', Buffer.alloc(1 << 20, ' a.wasm:0x1')],
    ['a megabyte of colons', Buffer.alloc(1 << 20, 'wasm:1:1:1')],
    [
      'a megabyte of blanks',
      Buffer.concat([Buffer.from('0x wasm stack trace:\n\ta('), Buffer.alloc(1 << 20, ' '), Buffer.from('x')]),
    ],
    [
      'a megabyte of types',
      Buffer.concat([Buffer.from('wasm stack trace:\n\ta('), Buffer.alloc(1 << 20, 'i32,(i32,'), Buffer.from(')')]),
    ],
    ['a megabyte of short lines', Buffer.alloc(1 << 20, '0x\n')],
  ])('%s ends, and is passed on', (_, bytes) => {
    expect(Buffer.from(filtered(bytes, { frames: [] })).equals(bytes)).toBe(true);
    filtered(bytes, { chunks: 1 << 16 });
  });

  test('names cannot move the cursor or turn the direction of writing', () => {
    const name = 'f\u001b[2J\r\u202e\u0007\u009b1m';
    const written = text('    at f (a.wasm:wasm-function[1]:0x3)\n', { frames: [{ name, inlined: false }] });
    expect(written).toBe('    at f\\u{1b}[2J\\u{d}\\u{202e}\\u{7}\\u{9b}1m (a.wasm:wasm-function[1]:0x3)\n');
  });
});
