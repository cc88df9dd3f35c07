import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

interface Local {
  readonly Name: string;
  readonly FrameOffset?: number;
  readonly Location?: string;
}

async function locals(name: string, address: number): Promise<Local[]> {
  const { folder, main } = fixture(name);
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: folder });
  const query = `FRAME 0x${address.toString(16)}`;
  await runLlvmTool(['-e', main, '--address-space=code', '--output-style=JSON', query], io);
  return JSON.parse(io.output)[0].Frame;
}

const installed = spawnSync('llvm-dwarfdump-19', ['--version']).status === 0;
if (!installed) console.log('skipped: locations against llvm-dwarfdump 19, which is not there');

/** A place of a variable in our words, and the code in which it holds. */
interface Place {
  readonly place: string;
  readonly start: number;
  readonly end: number;
}

/** What llvm-dwarfdump says of the variables of each name whose location is one operation, or is so for a while. */
function dumped(name: string): Map<string, Place[]> {
  const { folder, main } = fixture(name);
  const { stdout } = spawnSync('llvm-dwarfdump-19', ['--debug-info', `${folder}/${main}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const found = new Map<string, Place[]>();
  for (const entry of stdout.split(/^0x\w+: /m)) {
    const own = /DW_AT_name\t\("([^"]*)"\)|DW_AT_abstract_origin\t\(0x\w+ "([^"]*)"\)/.exec(entry);
    if (!/^ *DW_TAG_(?:variable|formal_parameter)/.test(entry)) continue;
    const variable = own?.[1] ?? own?.[2] ?? '';
    const places = found.get(variable) ?? [];
    found.set(variable, places);
    const [, location] = /DW_AT_location\t\(([\s\S]*?)\)\n(?=\n| +DW_AT_|$)/.exec(`${entry}\n`) ?? [];
    if (location === undefined) continue;
    const ranges = [...location.matchAll(/\[(0x\w+), (0x\w+)\): (.*?)\)?$/gm)];
    for (const [, start, end, expression] of ranges) {
      places.push({ place: inOurWords(expression!), start: Number(start), end: Number(end) });
    }
    if (ranges.length === 0) places.push({ place: inOurWords(location), start: 0, end: Number.POSITIVE_INFINITY });
  }
  return found;
}

function inOurWords(expression: string): string {
  const [, kind, index] = /^DW_OP_WASM_location (0x\w+) (0x\w+)(?:, DW_OP_stack_value)?$/.exec(expression) ?? [];
  if (index !== undefined) return `${['local', 'global', 'stack', 'global'][Number(kind)]} ${Number(index)}`;
  const [, sign, offset] = /^DW_OP_fbreg ([+-])(\d+)$/.exec(expression) ?? [];
  if (offset !== undefined) return `frame${sign}${offset}`;
  // An index: the address stands elsewhere.
  if (/^DW_OP_addrx 0x\w+$/.test(expression)) return 'address';
  return expression.replace(/^DW_OP_addr /, 'address ');
}

describe
  .skipIf(!installed)
  .each([
    ...['inline', 'inline-v4', 'game', 'game-v4', 'words-o2', 'words-o2-v4', 'inline-o1', 'calculator-o3'],
    ...['words-o0', 'words-o0-v4', 'inline-o0', 'exceptions-o0', 'memory64'],
  ])('where variables are: %s', (name) => {
  test('in words, as llvm-dwarfdump lists it, at every address', async () => {
    const known = dumped(name);
    let told = 0;
    for (const { address } of fixture(name).expected().addresses) {
      for (const { Name, Location, FrameOffset } of await locals(name, address)) {
        const place =
          Location ?? (FrameOffset === undefined ? undefined : `frame${FrameOffset < 0 ? '' : '+'}${FrameOffset}`);
        if (place === undefined) continue;
        told++;
        const here = (known.get(Name) ?? []).filter(({ start, end }) => address >= start && address < end);
        const places = here.map((each) => each.place);
        const expected = places.includes('address') ? place.replace(/^address .*/, 'address') : place;
        expect([address, Name, places]).toEqual([address, Name, expect.arrayContaining([expected])]);
      }
    }
    expect(told).toBeGreaterThan(10);
  });
});

test('locals of WebAssembly hold where their list says so', async () => {
  const { addresses } = fixture('inline').expected();
  const byAddress = await Promise.all(addresses.map(({ address }) => locals('inline', address)));
  const locations = byAddress.flat().map(({ Location }) => Location?.split(' ')[0]);
  expect(new Set(locations)).toEqual(new Set([undefined, 'local', ...(locations.includes('stack') ? ['stack'] : [])]));
  // The same variable is not everywhere at the same place.
  const places = new Map<string, Set<string | undefined>>();
  for (const { Name, Location } of byAddress.flat()) places.set(Name, (places.get(Name) ?? new Set()).add(Location));
  expect([...places.values()].some((each) => each.size > 1)).toBe(true);
});
