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

/** What llvm-dwarfdump says of the variables whose single location is one operation, in our words. */
function dumped(name: string): Map<string, Set<string>> {
  const { folder, main } = fixture(name);
  const { stdout } = spawnSync('llvm-dwarfdump-19', ['--debug-info', `${folder}/${main}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const found = new Map<string, Set<string>>();
  for (const entry of stdout.split(/^0x\w+: /m)) {
    const own = /DW_AT_name\t\("([^"]*)"\)|DW_AT_abstract_origin\t\(0x\w+ "([^"]*)"\)/.exec(entry);
    if (!/^ *DW_TAG_(?:variable|formal_parameter)/.test(entry) || own === null) continue;
    const variable = own[1] ?? own[2]!;
    const places = found.get(variable) ?? new Set();
    found.set(variable, places);
    for (const [, kind, index] of entry.matchAll(/DW_OP_WASM_location (0x\w+) (0x\w+)/g)) {
      places.add(`${['local', 'global', 'stack', 'global'][Number(kind)]} ${Number(index)}`);
    }
    for (const [, sign, offset] of entry.matchAll(/DW_OP_fbreg ([+-])(\d+)/g)) places.add(`frame${sign}${offset}`);
    for (const [, address] of entry.matchAll(/DW_OP_addr (0x\w+)/g)) places.add(`address ${address}`);
    // An index: the address stands elsewhere.
    if (entry.includes('DW_OP_addrx')) places.add('address');
  }
  return found;
}

describe.skipIf(!installed).each(['inline', 'inline-v4', 'game', 'game-v4', 'words-o2', 'inline-o1', 'calculator-o3'])(
  'where variables are: %s',
  (name) => {
    test('in words, as llvm-dwarfdump lists it', async () => {
      const known = dumped(name);
      let told = 0;
      for (const { address } of fixture(name).expected().addresses) {
        for (const { Name, Location, FrameOffset } of await locals(name, address)) {
          if (Location === undefined) continue;
          told++;
          expect(FrameOffset).toBeUndefined();
          const places = [...(known.get(Name) ?? [])];
          const expected = places.includes('address') ? Location.replace(/^address .*/, 'address') : Location;
          expect([Name, places]).toEqual([Name, expect.arrayContaining([expected])]);
        }
      }
      expect(told).toBeGreaterThan(10);
    });
  },
);

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
