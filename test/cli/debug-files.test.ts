import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';
import { bytes, custom, name, section, uleb } from '../support/wasm-builder.ts';

// The frames that llvm-symbolizer 19 gave for module.debug.wasm of this fixture are its expectation (see fixtures/).
const external = fixture('external');
const whole = external.file('module.debug.wasm');
const stripped = sections(whole).filter(({ name: own }) => !own.startsWith('.debug_') && own !== 'build_id');
const CODE = stripped.find(({ id }) => id === 10)!.payload;

/** An instruction with inlined frames, and the answer for it. */
const { address, frames } = external.expected().addresses.find((each) => each.frames.length > 1)!;
const QUERY = `0x${(CODE + address).toString(16)}`;
const ANSWER = `${frames.map(({ file, line, column }) => `${file}:${line}:${column}`).join('\n')}\n\n`;

/** A stripped module with more custom sections. */
function module(...customs: Uint8Array[]): Uint8Array {
  return bytes(whole.subarray(0, 8), ...stripped.map(({ all }) => all), ...customs);
}

async function ask(files: Record<string, Uint8Array>, args: string[] = [], env: Record<string, string> = {}) {
  const replaced = Object.fromEntries(Object.entries(files).map(([path, contents]) => [`/w/${path}`, contents]));
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: '/w', replaced, env });
  const status = await runLlvmTool(['-e', 'm.wasm', '--functions=none', ...args, QUERY], io);
  return { status, output: io.output, errors: io.errors, written: io.written };
}

const FOUND = { status: 0, output: ANSWER, errors: '' };

describe('a debug file is found', () => {
  test('without one there are only symbols', async () => {
    expect(await ask({ 'm.wasm': module() })).toMatchObject({ output: '??:0:0\n\n', errors: '' });
  });

  test.each(['sub/d.wasm', './sub/d.wasm', 'file:///w/sub/d.wasm', 'sub%2Fd.wasm', '/w/sub/d.wasm'])(
    'by external_debug_info: %s',
    async (url) => {
      const files = { 'm.wasm': module(custom('external_debug_info', name(url))), 'sub/d.wasm': whole };
      expect(await ask(files)).toMatchObject(FOUND);
    },
  );

  test('external_debug_info of another machine, by a substituted path', async () => {
    const files = { 'm.wasm': module(custom('external_debug_info', name('/ci/out/d.wasm'))), 'here/d.wasm': whole };
    expect(await ask(files, ['--source-map-path', '/ci/out=/w/here'])).toMatchObject(FOUND);
    const config = Buffer.from('{ "sourceMapPath": { "/ci/out": "here" } }');
    expect(await ask({ ...files, 'wasm-symbolizer.json': config })).toMatchObject(FOUND);
  });

  test('external_debug_info on a server is not fetched, and told of', async () => {
    const url = 'https://example.org/d.wasm';
    const { output, errors } = await ask({ 'm.wasm': module(custom('external_debug_info', name(url))) });
    expect(output).toBe('??:0:0\n\n');
    expect(errors).toBe(
      "wasm-symbolizer: warning: 'm.wasm': debug information is at https://example.org/d.wasm; name a local copy with --debug-file\n",
    );
  });

  test.each(['m.debug.wasm', 'm.wasm.debug.wasm'])('beside the module: %s', async (sibling) => {
    expect(await ask({ 'm.wasm': module(), [sibling]: whole })).toMatchObject(FOUND);
  });

  test.each(['d.wasm', '.debug/d.wasm', 'fallback/w/d.wasm'])('by .gnu_debuglink: %s', async (path) => {
    const crc = crc32(whole);
    const checksum = [0, 8, 16, 24].map((shift) => (crc >>> shift) & 255);
    const files = { 'm.wasm': module(custom('.gnu_debuglink', 'd.wasm', 0, 0, checksum)), [path]: whole };
    expect(await ask(files, ['--fallback-debug-path=/w/fallback'])).toMatchObject(FOUND);
  });

  test('.gnu_debuglink with another checksum does not count', async () => {
    const files = { 'm.wasm': module(custom('.gnu_debuglink', 'd.wasm', 0, 0, 1, 2, 3, 4)), 'd.wasm': whole };
    expect((await ask(files)).output).toBe('??:0:0\n\n');
  });

  test('by its build id below a debug directory', async () => {
    const files = {
      'm.wasm': module(custom('build_id', uleb(4), 0xab, 0xcd, 0xef, 0x01)),
      'dirs/.build-id/ab/cdef01.debug': whole,
    };
    expect(await ask(files, ['--debug-file-directory=/w/dirs'])).toMatchObject(FOUND);
  });

  test('by --debug-file', async () => {
    expect(await ask({ 'm.wasm': module(), 'd.wasm': whole }, ['--debug-file=d.wasm'])).toMatchObject(FOUND);
    expect(await ask({ 'm.wasm': module() }, ['--debug-file', 'd.wasm'])).toMatchObject({
      status: 1,
      errors: "wasm-symbolizer: error: 'm.wasm': 'd.wasm': No such file or directory\n",
    });
  });

  test('whose code section begins elsewhere: only its contents count', async () => {
    const padded = bytes(whole.subarray(0, 8), ...sections(whole).map((each) => repeat(each, 5)));
    expect(await ask({ 'm.wasm': module(), 'd.wasm': padded }, ['--debug-file=d.wasm'])).toMatchObject(FOUND);
  });

  test('without code, as objcopy --only-keep-debug leaves it', async () => {
    const only = bytes(
      whole.subarray(0, 8),
      ...sections(whole)
        .filter(({ id }) => id === 0)
        .map(({ all }) => all),
    );
    expect(await ask({ 'm.wasm': module(), 'd.wasm': only }, ['--debug-file=d.wasm'])).toMatchObject(FOUND);
  });
});

describe('a debug file of other code is refused', () => {
  const other = Uint8Array.from(whole);
  other[CODE + address]! ^= 1;
  const game = fixture('game').module;

  test('with the first body that differs', async () => {
    const { status, errors, output } = await ask({ 'm.wasm': module(), 'd.wasm': other }, ['--debug-file=d.wasm']);
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(errors).toMatch(
      /^wasm-symbolizer: error: 'm.wasm': 'd.wasm' has not the debug information of 'm.wasm': the body of function \d+ is another one, the same \d+ bytes long \(--force uses it all the same\)\n$/,
    );
  });

  test('with the number of functions', async () => {
    const { errors } = await ask({ 'm.wasm': module(), 'd.wasm': game }, ['--debug-file=d.wasm']);
    expect(errors).toMatch(/: \d+ functions in the module, \d+ in the debug file \(/);
  });

  test('one that was not named is warned of and left out', async () => {
    const { status, errors, output } = await ask({ 'm.wasm': module(), 'm.debug.wasm': other });
    expect({ status, output }).toEqual({ status: 0, output: '??:0:0\n\n' });
    expect(errors).toMatch(
      /^wasm-symbolizer: warning: 'm.debug.wasm': not the debug information of 'm.wasm': the body/,
    );
  });

  test('unless forced', async () => {
    expect(await ask({ 'm.wasm': module(), 'd.wasm': other }, ['--debug-file=d.wasm', '--force'])).toMatchObject(FOUND);
  });
});

describe('debuginfod', () => {
  const id = createHash('sha1').update('m').digest();
  const files = { 'm.wasm': module(custom('build_id', uleb(20), id)) };

  async function withServer<T>(use: (url: string, requests: string[]) => Promise<T>): Promise<T> {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(`${request.url} ${request.headers['x-key'] ?? ''}`);
      if (request.url === '/slow/buildid/00/debuginfo') return;
      const known = request.url === `/buildid/${id.toString('hex')}/debuginfo`;
      response.writeHead(known ? 200 : 404);
      response.end(known ? whole : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('is asked by the build id, once, and remembered in its cache directory', async () => {
    await withServer(async (url, requests) => {
      const env = { DEBUGINFOD_URLS: `${url}/none ${url}`, DEBUGINFOD_CACHE_PATH: '/w/cache' };
      const first = await ask(files, [], env);
      expect(first).toMatchObject(FOUND);
      const path = `/buildid/${id.toString('hex')}/debuginfo`;
      expect(requests).toEqual([`/none${path} `, `${path} `]);
      const cached = `cache/${id.toString('hex')}/debuginfo`;
      expect([...first.written.keys()]).toEqual([`/w/${cached}`]);
      expect(await ask({ ...files, [cached]: whole }, [], env)).toMatchObject(FOUND);
      expect(requests.length).toBe(2);
    });
  });

  test('is asked for BUILDID: queries, with the headers of a file', async () => {
    await withServer(async (url, requests) => {
      const headers = Buffer.from('X-Key: secret\nnonsense\n');
      const io = new MemoryIo({
        argv0: 'wasm-symbolizer',
        directory: '/w',
        env: { DEBUGINFOD_URLS: url, HOME: '/w/home', DEBUGINFOD_HEADERS_FILE: '/w/h' },
        replaced: { '/w/h': headers },
      });
      const hex = id.toString('hex').toUpperCase();
      await runLlvmTool(['--functions=none', `BUILDID:${hex} ${QUERY}`, 'BUILDID:00 1', 'BUILDID:00 2'], io);
      expect(io.output).toBe(`${ANSWER}??:0:0\n\n??:0:0\n\n`);
      expect(io.errors).toBe("wasm-symbolizer: error: '00': could not find build ID\n".repeat(2));
      expect(requests).toEqual([`/buildid/${id.toString('hex')}/debuginfo secret`, '/buildid/00/debuginfo secret']);
      expect([...io.written.keys()]).toEqual([`/w/home/.cache/debuginfod_client/${id.toString('hex')}/debuginfo`]);
    });
  });

  test('is not asked where it is forbidden, and gives up after its timeout', async () => {
    await withServer(async (url, requests) => {
      const env = { DEBUGINFOD_URLS: url, DEBUGINFOD_CACHE_PATH: '/w/cache' };
      expect((await ask(files, ['--no-debuginfod'], env)).output).toBe('??:0:0\n\n');
      expect(requests).toEqual([]);
      const slow = { DEBUGINFOD_URLS: `${url}/slow`, DEBUGINFOD_CACHE_PATH: '/w/cache', DEBUGINFOD_TIMEOUT: '0.2' };
      const io = new MemoryIo({ argv0: 'x', directory: '/w', env: slow });
      await runLlvmTool(['BUILDID:00 1'], io);
      expect(io.errors).toBe("x: error: '00': could not find build ID\n");
    });
  });
});

test('a damaged path configuration is told of', async () => {
  const { errors } = await ask({
    'm.wasm': whole,
    'wasm-symbolizer.json': Buffer.from('{ "sourceMapPath": { "a": 1 } }'),
  });
  expect(errors).toBe(`wasm-symbolizer: warning: 'wasm-symbolizer.json': "sourceMapPath" of "a" is no text\n`);
});

test('sources of another machine are shown', async () => {
  const source = Array.from({ length: 99 }, (_, index) => `line ${index + 1}`).join('\n');
  const file = frames[0]!.file.slice('/src/'.length);
  const args = ['--print-source-context-lines=1', '--no-inlines', '--source-map-path=/src=/w/mine'];
  const { output } = await ask({ 'm.wasm': whole, [`mine/${file}`]: Buffer.from(source) }, args);
  const { line, column } = frames[0]!;
  expect(output).toBe(`/src/${file}:${line}:${column}\n${line} >: line ${line}\n\n`);
});

test.each(['split-dwo', 'split-dwo-v4', 'split-dwp', 'split-dwp-v4'])(
  'split files of another machine: %s',
  async (split) => {
    const { folder, module: main } = fixture(split);
    const expected = fixture(split).expected();
    const { address: at, frames: chain } = expected.addresses.find((each) => each.frames.length > 1)!;
    const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: folder });
    const start = sections(main).find(({ id }) => id === 10)!.payload;
    const query = `0x${(start + at).toString(16)}`;
    await runLlvmTool(['-e', 'module.wasm', '--functions=short', `--source-map-path=/src=${folder}`, query], io);
    const lines = chain.map(({ short, file, line, column }) => `${short}\n${file}:${line}:${column}\n`);
    expect(io.output).toBe(`${lines.join('')}\n`);
    expect(readFileSync(`${folder}/build.json`, 'utf8')).toContain('split');
  },
);

test('a split file that is not there is told of, once', async () => {
  const { folder } = fixture('split-missing');
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: folder });
  await runLlvmTool(['-e', 'module.wasm', '--address-space=code', '0x10', '0x20', '0x30'], io);
  const lines = io.errors.trimEnd().split('\n');
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines[0]).toMatch(/^wasm-symbolizer: warning: 'module.wasm': no split debug information at '.+\.dwo'$/);
});

interface Section {
  readonly id: number;
  readonly name: string;
  /** Where the payload begins. */
  readonly payload: number;
  readonly contents: Uint8Array;
  readonly all: Uint8Array;
}

/** The sections of a module whose custom names are short. */
function sections(wasm: Uint8Array): Section[] {
  const found: Section[] = [];
  for (let at = 8; at < wasm.length; ) {
    const start = at;
    const id = wasm[at++]!;
    let size = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = wasm[at++]!;
      size += (byte & 127) * shift;
      if (byte < 128) break;
    }
    const contents = wasm.subarray(at, at + size);
    const own = id === 0 ? Buffer.from(contents.subarray(1, 1 + contents[0]!)).toString() : '';
    found.push({ id, name: own, payload: at, contents, all: wasm.subarray(start, at + size) });
    at += size;
  }
  return found;
}

/** A section with its size in `length` bytes. */
function repeat({ id, contents }: Section, length: number): Uint8Array {
  const plain = section(id, contents);
  return bytes(plain.subarray(0, 1), uleb(contents.length, length), contents);
}
