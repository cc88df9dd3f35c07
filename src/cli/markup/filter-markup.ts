import { decodeUtf8 } from '../../bytes/text.ts';
import { demangle } from '../../symbolize/demangle.ts';
import type { Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { ModuleError } from '../module-error.ts';
import { Modules, type QueriedModule } from '../modules.ts';
import { MarkupAnswerError, MarkupFilter } from './markup-filter.ts';
import type { MarkedModule } from './memory-map.ts';

/** Copies standard input to standard output with its symbolizer markup made readable. */
export async function filterMarkup(settings: LlvmSettings, version: LlvmVersion, io: Io): Promise<number> {
  const modules = new Modules(settings, version, io);
  let output = '';
  const flush = (): void => {
    if (output !== '') io.stdout(output);
    output = '';
  };
  const filter = new MarkupFilter({
    answers: {
      frames: async (module, address) => (await open(modules, module, version, io))?.frames(address) ?? [{}],
      location: async (module, address) => (await open(modules, module, version, io))?.location(address) ?? {},
      data: async (module, address) => (await open(modules, module, version, io))?.data(address) ?? {},
      demangle,
    },
    colours: settings.colours ?? io.colours,
    wasmModules: version === 'ours',
    write: (text) => {
      output += text;
    },
    complain: (text) => {
      flush();
      io.stderr(text);
    },
  });

  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of io.stdin()) {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    let start = 0;
    for (let newline = bytes.indexOf(0x0a); newline >= 0; newline = bytes.indexOf(0x0a, start)) {
      await filter.line(decodeUtf8(bytes, start, newline + 1));
      start = newline + 1;
    }
    rest = bytes.slice(start);
    flush();
  }
  if (rest.length > 0) await filter.line(`${decodeUtf8(rest)}\n`);
  filter.finish();
  flush();
  return 0;
}

/** By its build id; without LLVM's rules also by its name, which in a browser's or node's trace is a path or URL. */
async function open(
  modules: Modules,
  module: MarkedModule,
  version: LlvmVersion,
  io: Io,
): Promise<QueriedModule | undefined> {
  try {
    return await modules.openBuildId(module.buildId);
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    if (version !== 'ours' || !io.exists(module.name)) throw new MarkupAnswerError(error.message);
  }
  try {
    return await modules.open(module.name);
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    throw new MarkupAnswerError(error.message);
  }
}
