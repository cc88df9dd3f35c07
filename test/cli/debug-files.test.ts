import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  test.each(['m.debug.wasm', 'm.wasm.debug.wasm', 'm.wasm.debug'])('beside the module: %s', async (sibling) => {
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

  // GNU's, Sentry's (whose ids may have their length in front), debuginfod's; and what has the module's name.
  test.each([
    'ab/cdef01.debug',
    'ab/cdef01/debuginfo',
    '04/abcdef01/debuginfo',
    'buildid/abcdef01/debuginfo',
    'm.debug.wasm',
    'm.wasm',
  ])('in an archive: %s', async (path) => {
    const files = { 'm.wasm': module(custom('build_id', uleb(4), 0xab, 0xcd, 0xef, 0x01)), [`dirs/${path}`]: whole };
    expect(await ask(files, ['--debug-file-directory=/w/dirs/'])).toMatchObject(FOUND);
  });

  test('and not another copy without debug information', async () => {
    const files = { 'm.wasm': module(), 'm.debug.wasm': module(), 'm.wasm.debug.wasm': whole };
    expect(await ask(files)).toMatchObject(FOUND);
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

/** A server of files by their paths, and what it was asked. A file that is `undefined` is never answered. */
async function withServer<T>(
  served: Record<string, Uint8Array | undefined>,
  use: (url: string, requests: string[]) => Promise<T>,
): Promise<T> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers['x-key'] ?? ''}`.trim());
    const known = request.url! in served;
    const contents = served[request.url!];
    if (known && contents === undefined) return;
    response.writeHead(known ? 200 : 404);
    response.end(contents ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The files below a directory that were written there. */
const namesBelow = (directory: string, written: ReadonlyMap<string, Uint8Array>): string[] =>
  [...written.keys()]
    .filter((path) => path.startsWith(`${directory}/`))
    .map((path) => path.slice(directory.length + 1));

describe('external_debug_info on a server', () => {
  const files = (url: string) => ({ 'm.wasm': module(custom('external_debug_info', name(url))) });
  const CACHE = { DEBUGINFOD_CACHE_PATH: '/w/cache' };
  const FETCH = ['--fetch-debug-info'];

  test('is not fetched unasked, and told of', async () => {
    await withServer({ '/d.wasm': whole }, async (url, requests) => {
      const { output, errors } = await ask(files(`${url}/d.wasm`), [], CACHE);
      expect(output).toBe('??:0:0\n\n');
      expect(errors).toBe(
        `wasm-symbolizer: warning: 'm.wasm': debug information is at ${url}/d.wasm; fetch it with --fetch-debug-info, or name a local copy with --debug-file\n`,
      );
      expect(requests).toEqual([]);
    });
  });

  test('nor where it is beside the module', async () => {
    await withServer({}, async (url, requests) => {
      expect(await ask({ ...files(`${url}/d.wasm`), 'm.debug.wasm': whole }, FETCH, CACHE)).toMatchObject(FOUND);
      expect(await ask({ ...files(`${url}/d.wasm`), 'm.debug.wasm': whole }, [], CACHE)).toMatchObject(FOUND);
      expect(requests).toEqual([]);
    });
  });

  test('is fetched where the command line or the environment says so, once', async () => {
    await withServer({ '/d.wasm': whole }, async (url, requests) => {
      const first = await ask(files(`${url}/d.wasm`), FETCH, CACHE);
      expect(first).toMatchObject(FOUND);
      const [cached] = namesBelow('/w', first.written);
      expect(cached).toMatch(/^cache\/llvmcache-\d+$/);
      const allowed = { ...CACHE, WASM_FRAMES_FETCH_DEBUG_INFO: '1' };
      expect(await ask({ ...files(`${url}/d.wasm`), [cached!]: whole }, [], allowed)).toMatchObject(FOUND);
      expect(requests).toEqual(['/d.wasm']);
      expect(await ask(files(`${url}/d.wasm`), [], allowed)).toMatchObject(FOUND);
      expect((await ask(files(`${url}/d.wasm`), ['--no-fetch-debug-info'], allowed)).output).toBe('??:0:0\n\n');
      expect(requests.length).toBe(2);
    });
  });

  test('is fetched again where the module was built anew', async () => {
    const older = Uint8Array.from(whole);
    older[CODE + address]! ^= 1;
    await withServer({ '/d.wasm': whole }, async (url, requests) => {
      const [cached] = namesBelow('/w', (await ask(files(`${url}/d.wasm`), FETCH, CACHE)).written);
      expect(await ask({ ...files(`${url}/d.wasm`), [cached!]: older }, FETCH, CACHE)).toMatchObject(FOUND);
      expect(requests).toEqual(['/d.wasm', '/d.wasm']);
    });
  });

  test('of other code is refused', async () => {
    await withServer({ '/d.wasm': fixture('game').module }, async (url) => {
      const { output, errors } = await ask(files(`${url}/d.wasm`), FETCH, CACHE);
      expect(output).toBe('??:0:0\n\n');
      expect(errors).toMatch(/^wasm-symbolizer: warning: 'http:.*d.wasm': not the debug information of 'm.wasm': \d+/);
    });
  });

  test.each([
    { path: '/none.wasm', message: 'the server answered 404' },
    { path: '/slow.wasm', message: 'The operation was aborted due to timeout' },
  ])('is told of where it does not come: $message', async ({ path, message }) => {
    await withServer({ '/slow.wasm': undefined }, async (url) => {
      const env = { ...CACHE, DEBUGINFOD_TIMEOUT: '0.2' };
      const { status, output, errors } = await ask(files(url + path), FETCH, env);
      expect({ status, output }).toEqual({ status: 0, output: '??:0:0\n\n' });
      expect(errors).toBe(`wasm-symbolizer: warning: '${url}${path}': ${message}\n`);
    });
  });

  test('is told of where nothing listens, or the protocol is another', async () => {
    expect((await ask(files('http://127.0.0.1:1/d.wasm'), FETCH, CACHE)).errors).toMatch(/^wasm-symbolizer: warning: /);
    expect((await ask(files('ftp://example.org/d.wasm'), FETCH, CACHE)).errors).toBe(
      "wasm-symbolizer: warning: 'ftp://example.org/d.wasm': not an http or https address\n",
    );
  });
});

describe('debuginfod', () => {
  const id = createHash('sha1').update('m').digest();
  const path = `/buildid/${id.toString('hex')}/debuginfo`;
  const files = { 'm.wasm': module(custom('build_id', uleb(20), id)) };

  test('is asked by the build id, once, and remembered in its cache directory', async () => {
    await withServer({ [path]: whole }, async (url, requests) => {
      const env = { DEBUGINFOD_URLS: `${url}/none ${url}/`, DEBUGINFOD_CACHE_PATH: '/w/cache' };
      const first = await ask(files, [], env);
      expect(first).toMatchObject(FOUND);
      expect(requests).toEqual([`/none${path}`, path]);
      const [cached] = namesBelow('/w', first.written);
      expect(await ask({ ...files, [cached!]: whole }, [], env)).toMatchObject(FOUND);
      // Nor does the cache need a server.
      expect(await ask({ ...files, [cached!]: whole }, [], { DEBUGINFOD_CACHE_PATH: '/w/cache' })).toMatchObject(FOUND);
      expect(requests.length).toBe(2);
      expect((await ask({ ...files, [cached!]: whole }, ['--no-debuginfod'], env)).output).toBe('??:0:0\n\n');
    });
  });

  test('is asked for BUILDID: queries, with the headers of a file', async () => {
    await withServer({ [path]: whole }, async (url, requests) => {
      const headers = Buffer.from('X-Key: secret\n\nnonsense\n');
      const io = new MemoryIo({
        argv0: 'wasm-symbolizer',
        directory: '/w',
        env: { DEBUGINFOD_URLS: url, HOME: '/w/home', DEBUGINFOD_HEADERS_FILE: '/w/h' },
        replaced: { '/w/h': headers },
      });
      const hex = id.toString('hex').toUpperCase();
      await runLlvmTool(['--functions=none', `BUILDID:${hex} ${QUERY}`, 'BUILDID:00 1', 'BUILDID:00 2'], io);
      expect(io.output).toBe(`${ANSWER}??:0:0\n\n??:0:0\n\n`);
      const warning = 'warning: could not parse debuginfod header: /w/h:3\n';
      const missing = "wasm-symbolizer: error: '00': could not find build ID\n";
      expect(io.errors).toBe(warning + warning + missing + missing);
      expect(requests).toEqual([`${path} secret`, '/buildid/00/debuginfo secret']);
      expect(namesBelow('/w/home/.cache/llvm-debuginfod/client', io.written)).toHaveLength(1);
    });
  });

  test('is not asked where it is forbidden, and gives up after its timeout', async () => {
    await withServer({ '/slow/buildid/00/debuginfo': undefined }, async (url, requests) => {
      const env = { DEBUGINFOD_URLS: url, DEBUGINFOD_CACHE_PATH: '/w/cache' };
      expect((await ask(files, ['--no-debuginfod'], env)).output).toBe('??:0:0\n\n');
      expect(requests).toEqual([]);
      const slow = { DEBUGINFOD_URLS: `${url}/slow`, DEBUGINFOD_CACHE_PATH: '/w/cache', DEBUGINFOD_TIMEOUT: '0.2' };
      const io = new MemoryIo({ argv0: 'x', directory: '/w', env: slow });
      await runLlvmTool(['BUILDID:00 1'], io);
      expect(io.errors).toBe("x: error: '00': could not find build ID\n");
    });
  });

  test('a server that is not there does not keep the next one from being asked', async () => {
    await withServer({ [path]: whole }, async (url) => {
      const env = { DEBUGINFOD_URLS: `http://127.0.0.1:1 ${url}`, DEBUGINFOD_CACHE_PATH: '/w/cache' };
      expect(await ask(files, [], env)).toMatchObject(FOUND);
      const query = `BUILDID:${id.toString('hex')} ${QUERY}`;
      const io = new MemoryIo({ argv0: 'x', directory: '/w', env });
      await runLlvmTool(['--llvm=19', query], io);
      expect(io.errors).toBe(`x: error: '${id.toString('hex').toUpperCase()}': could not find build ID\n`);
    });
  });

  test('a server may be a directory', async () => {
    const env = { DEBUGINFOD_URLS: 'file:///w/none file:///w/server', DEBUGINFOD_CACHE_PATH: '/w/cache' };
    expect(await ask({ ...files, [`server${path}`]: whole }, [], env)).toMatchObject(FOUND);
  });
});

const installed = spawnSync('llvm-symbolizer-19', ['--version']).status === 0;
if (!installed) console.log('skipped: the cache of llvm-symbolizer 19, which is not there');

describe.skipIf(!installed)('the cache of debuginfod is that of llvm-symbolizer', () => {
  /** Build ids of many lengths: the names of cached files are hashes of them, made in four ways. */
  const ids = [1, 8, 20, 32, 55, 56, 64, 111, 112, 127].map((length) =>
    Buffer.from(Uint8Array.from({ length }, (_, at) => at * 37 + length)).toString('hex'),
  );
  const queries = ids.map((id) => `BUILDID:${id} 0x0`);

  test('both give a fetched file the same name', async () => {
    const root = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-'));
    try {
      for (const id of ids) {
        mkdirSync(join(root, 'server/buildid', id), { recursive: true });
        writeFileSync(join(root, 'server/buildid', id, 'debuginfo'), whole);
      }
      const env = { DEBUGINFOD_URLS: `file://${root}/server`, DEBUGINFOD_CACHE_PATH: join(root, 'cache') };
      const oracle = spawnSync('llvm-symbolizer-19', queries, { env: { ...process.env, ...env }, encoding: 'utf8' });
      const io = new MemoryIo({ argv0: 'llvm-symbolizer-19', directory: root, env });
      // Each finds what the other fetched.
      const there = { ...env, DEBUGINFOD_URLS: 'file:///none' };
      const reader = new MemoryIo({ argv0: 'llvm-symbolizer-19', directory: root, env: there });
      for (const each of [io, reader]) {
        await runLlvmTool(['--llvm=19', ...queries], each);
        expect({ output: each.output, errors: each.errors }).toEqual({ output: oracle.stdout, errors: oracle.stderr });
        expect(each.written.size).toBe(0);
      }
      const empty = { ...env, DEBUGINFOD_CACHE_PATH: '/w/cache' };
      const writer = new MemoryIo({ argv0: 'llvm-symbolizer-19', directory: root, env: empty });
      await runLlvmTool(['--llvm=19', ...queries], writer);
      const theirs = readdirSync(join(root, 'cache')).filter((each) => each !== 'llvmcache.timestamp');
      expect(namesBelow('/w/cache', writer.written).sort()).toEqual(theirs.sort());
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('both tell of headers that are none', async () => {
    const root = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-'));
    try {
      const lines = ['X-Key: a', '', ' ', 'none', 'Name : b', ':c', 'd:', 'e:\tf', 'g: h\r', 'i: \x01', 'k:l:m'];
      writeFileSync(join(root, 'headers'), lines.join('\n'));
      const env = {
        DEBUGINFOD_URLS: 'file:///none',
        DEBUGINFOD_CACHE_PATH: join(root, 'cache'),
        DEBUGINFOD_HEADERS_FILE: join(root, 'headers'),
      };
      const oracle = spawnSync('llvm-symbolizer-19', ['BUILDID:00 1'], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      const io = new MemoryIo({ argv0: 'llvm-symbolizer-19', directory: root, env });
      await runLlvmTool(['--llvm=19', 'BUILDID:00 1'], io);
      expect(oracle.stderr).toContain('headers:4');
      expect(io.errors).toBe(oracle.stderr);
    } finally {
      rmSync(root, { recursive: true });
    }
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
