/**
 * C programs for stack comparisons: functions in layers that only call downwards (but for one that calls itself), with
 * loops, early returns, nested and indirect calls and traps. Each statement stands on its own line; many report to the
 * host.
 */
export function layeredProgram(seed: number, options: { layers?: number; width?: number } = {}): string {
  const { layers = 6, width = 5 } = options;
  const next = randomNumbers(seed);
  const pick = (count: number): number => next() % count;
  const lines = [
    '__attribute__((import_module("env"), import_name("report"))) void report(int);',
    'static int depth;',
    'static int data[64];',
    'typedef int (*function)(int, int);',
  ];
  const names: string[][] = [];
  for (let layer = 0; layer < layers; layer++) {
    names.push([]);
    for (let n = 0; n < width; n++) {
      const name = `f${layer}_${n}`;
      const callees = [...names.slice(Math.max(0, layer - 2), layer)].flat();
      const inlining = ['__attribute__((noinline)) ', '', '', '__attribute__((always_inline)) inline '][pick(4)];
      lines.push(`static ${inlining}int ${name}(int a, int b)`, '{', '  int x = a ^ b;');
      const call = (): string =>
        callees.length === 0 ? 'x' : `${callees[pick(callees.length)]}(x + ${pick(9)}, b ^ ${pick(9)})`;
      for (let statement = 0; statement < 2 + pick(5); statement++) {
        switch (pick(9)) {
          case 0:
            lines.push(`  report(x & ${pick(255)});`);
            break;
          case 1:
            lines.push(`  x += ${call()};`);
            break;
          case 2:
            lines.push(`  if ((x & ${1 + pick(15)}) == ${pick(3)})`, `    return x - ${call()};`);
            break;
          case 3:
            lines.push(`  for (int i = 0; i < (b & 3); i++)`, '  {', `    x ^= ${call()};`, '    report(i);', '  }');
            break;
          case 4:
            lines.push(`  data[x & 63] += x;`);
            break;
          case 5:
            lines.push(`  x = ${call()} * 3;`, `  x -= ${call()};`);
            break;
          case 6:
            lines.push(`  x = x / ((b & 31) - ${pick(32)});`);
            break;
          case 7:
            lines.push(`  if ((a & 127) == ${pick(128)})`, '    __builtin_trap();');
            break;
          default:
            lines.push(`  x += data[(x + ${pick(64)}) & 63];`);
        }
      }
      lines.push('  report(x);', '  return x;', '}');
      names[layer]!.push(name);
    }
  }
  const top = names.at(-1)!;
  lines.push(
    `static const function table[] = {${top.join(', ')}};`,
    '__attribute__((noinline)) static int again(int a, int n)',
    '{',
    `  if (n == 0 || depth > 40)`,
    '    return a;',
    '  depth++;',
    `  int x = table[(unsigned)a % ${top.length}u](a, n);`,
    '  x += again(x, n - 1);',
    '  depth--;',
    '  return x;',
    '}',
    '__attribute__((export_name("run"))) int run(int a, int b)',
    '{',
    `  int x = ${top[0]}(a, b);`,
    '  x += again(a, b & 3);',
    '  return x;',
    '}',
  );
  return `${lines.join('\n')}\n`;
}

function randomNumbers(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
