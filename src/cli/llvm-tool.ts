import { VERSION } from '../version.ts';
import { type ParsedArguments, parseArguments } from './arguments/options.ts';
import { expandResponseFiles } from './arguments/response-files.ts';
import { tokenize } from './arguments/tokenize.ts';
import type { Io } from './io.ts';
import { helpText, versionText } from './llvm-help.ts';
import { type LlvmVersion, spellingsOf } from './llvm-options.ts';
import { type LlvmSettings, SettingsError, settingsFrom, settingsWarnings } from './llvm-settings.ts';

/**
 * The drop-in for llvm-symbolizer and llvm-addr2line, and emsymbolizer: which of them, the name it was called by decides.
 *
 * Answers the exit status: 1 for a command line that cannot be followed or a module that cannot be opened, else 0.
 */
export async function runLlvmTool(args: readonly string[], io: Io): Promise<number> {
  if (stem(io.argv0).includes('emsymbolizer')) {
    const { emsymbolizer } = await import('./commands/emsymbolizer.ts');
    return emsymbolizer(args, io);
  }
  const addr2line = stem(io.argv0).includes('addr2line');
  const initial = tokenize(io.env[addr2line ? 'LLVM_ADDR2LINE_OPTS' : 'LLVM_SYMBOLIZER_OPTS'] ?? '');
  const words = expandResponseFiles([...initial, ...args], io);
  const version = versionOf(words);
  if (version === undefined) {
    io.stderr('error: --llvm: expected 19 or 23\n');
    return 1;
  }
  const parsed = parseArguments(words, spellingsOf(version));
  if (parsed.errors.length > 0) {
    for (const error of parsed.errors) io.stderr(`error: ${error}\n`);
    return 1;
  }
  const information = informationOf(parsed, version, addr2line);
  if (information !== undefined) {
    io.stdout(information);
    return 0;
  }
  let settings: LlvmSettings;
  try {
    settings = settingsFrom(parsed.options, { addr2line });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    io.stderr(error.message);
    return 1;
  }
  for (const warning of settingsWarnings(parsed.options)) io.stderr(warning);
  if (settings.filterMarkup) {
    const { filterMarkup } = await import('./markup/filter-markup.ts');
    return filterMarkup(settings, version, io);
  }
  if (parsed.inputs.length > 0 && parsed.inputs.length <= FEW) io.expectWork?.('few answers');
  const { answerQueries } = await import('./answer-queries.ts');
  return answerQueries({ settings, version, inputs: parsed.inputs }, io);
}

/** So many queries on the command line are answered before optimized code would pay. */
const FEW = 64;

/** The last `--llvm=19` or `--llvm 19`: it decides which options there are, so it is looked for before they are read. */
function versionOf(words: readonly string[]): LlvmVersion | undefined {
  let version: LlvmVersion | undefined = 'ours';
  words.forEach((word, index) => {
    if (word !== '--llvm' && !word.startsWith('--llvm=')) return;
    const value = word === '--llvm' ? words[index + 1] : word.slice('--llvm='.length);
    version = value === '19' ? 19 : value === '23' ? 23 : undefined;
  });
  return version;
}

function informationOf({ options }: ParsedArguments, version: LlvmVersion, addr2line: boolean): string | undefined {
  const names = version === 'ours' ? ['wasm-symbolizer', 'wasm-addr2line'] : ['llvm-symbolizer', 'llvm-addr2line'];
  const tool = names[addr2line ? 1 : 0]!;
  if (options.some(({ option }) => option === 'help')) return helpText(version, tool);
  if (options.some(({ option }) => option === 'version')) return versionText(version, tool, VERSION);
  return undefined;
}

/** A file's name without directories and its last extension. */
function stem(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}
