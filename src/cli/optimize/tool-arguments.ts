import type { Io } from '../io.ts';

/** A call of one of Binaryen's tools: a module in, a module out, and everything else. */
export interface ToolCall {
  readonly input: string;
  readonly output: string;
  readonly rest: readonly string[];
  /** Whether the result keeps names. */
  readonly names: boolean;
}

/** With one of these the call is none of ours: a source map of somebody's own, text, several results. */
const FOREIGN = /^(-ism|-osm|-osu|--input-source-map|--output-source-map|-S|--emit-text|-o1|-o2|--version|--help|-h)$/;

/**
 * Reads the command line of a tool whose options are not known one by one: `undefined` where it does not make one
 * binary module of another. The input is the one word that names a module; options whose value is a word of its own are
 * no trouble, because that is none.
 */
export function readToolCall(words: readonly string[], io: Io): ToolCall | undefined {
  const inputs: string[] = [];
  const rest: string[] = [];
  let output: string | undefined;
  let names = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const equals = word.startsWith('-') ? word.indexOf('=') : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    if (FOREIGN.test(name)) return undefined;
    if (name === '-o' || name === '--output') {
      output = equals < 0 ? words[++index] : word.slice(equals + 1);
    } else if (!word.startsWith('-') && isModuleFile(word, io)) {
      inputs.push(word);
    } else {
      rest.push(word);
      names ||= word === '-g' || word === '--debuginfo';
    }
  }
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0 || output === undefined || output === '-') return undefined;
  return { input, output, rest, names };
}

/** Whether a word is the path of a binary module. */
function isModuleFile(path: string, io: Io): boolean {
  if (!io.exists(path)) return false;
  const source = io.openFile(path);
  const head = source.read(0, Math.min(4, source.size));
  return head[0] === 0 && head[1] === 0x61 && head[2] === 0x73 && head[3] === 0x6d;
}
