import { parseUnsigned, type Unsigned } from './numbers.ts';

/** What is asked about an address: the code there, the variable there, or the variables of the function there. */
export type QueryKind = 'code' | 'data' | 'frame';

/** One question, as a line of input or an argument states it. */
export interface Query {
  readonly kind: QueryKind;
  /** The module's file; `''` where the command line names one or a build id is asked for. */
  readonly module: string;
  /** Lower-case hexadecimal digits. */
  readonly buildId: string | undefined;
  /** A symbol's name, where no number was given. */
  readonly symbol: string | undefined;
  /** The address, or the distance from the symbol. */
  readonly offset: Unsigned;
}

/** A line that cannot be understood. `module` is as far as it was read. */
export class QueryError extends Error {
  readonly module: string;

  constructor(message: string, module: string) {
    super(message);
    this.module = module;
  }
}

/** What the command line says before any query is read. */
export interface QueryContext {
  readonly addr2line: boolean;
  /** The module given by `--obj`, or `''`. */
  readonly object: string;
  /** The build id given by `--build-id`. */
  readonly buildId: string | undefined;
  /** Whether `+0x92` is an address, as addr2line takes it since LLVM 22. */
  readonly plusAddresses: boolean;
}

/**
 * Reads one query: `[CODE |DATA |FRAME ][FILE:|BUILDID:][MODULE ]ADDRESS`.
 *
 * @throws QueryError where the line is not one.
 */
export function parseQuery(line: string, context: QueryContext): Query {
  if (context.object !== '' && !context.addr2line) {
    // A number alone, as nearly all lines are.
    const offset = parseUnsigned(line, 0);
    if (offset !== undefined) {
      return { kind: 'code', module: context.object, buildId: context.buildId, symbol: undefined, offset };
    }
  }
  let rest = line;
  let kind: QueryKind = 'code';
  if (rest.startsWith('CODE ')) rest = rest.slice(5);
  else if (rest.startsWith('DATA ')) [kind, rest] = ['data', rest.slice(5)];
  else if (rest.startsWith('FRAME ')) [kind, rest] = ['frame', rest.slice(6)];

  let prefix: 'FILE:' | 'BUILDID:' | undefined;
  for (rest = trimStart(rest); rest.startsWith('FILE:') || rest.startsWith('BUILDID:'); rest = trimStart(rest)) {
    if (prefix !== undefined) throw new QueryError('duplicate input file specification prefix', context.object);
    prefix = rest.startsWith('FILE:') ? 'FILE:' : 'BUILDID:';
    rest = rest.slice(prefix.length);
  }

  let module = context.object;
  let buildId = context.buildId;
  if (prefix !== undefined) {
    const what = prefix === 'FILE:' ? 'an input file' : 'a hash';
    if (rest === '') throw new QueryError(`must be followed by ${what}`, module);
    if (module !== '' || buildId !== undefined) throw new QueryError('input file has already been specified', module);
    const word = takeWord(rest);
    if (word === undefined || word.text === '') throw new QueryError('unbalanced quotes in input file name', module);
    rest = word.rest;
    if (prefix === 'FILE:') module = word.text;
    else if ((buildId = parseBuildId(word.text)) === undefined) {
      throw new QueryError('wrong format of build-id', module);
    }
  } else if (module === '' && buildId === undefined) {
    const word = takeWord(rest);
    if (word === undefined || word.text === '') throw new QueryError('no input filename has been specified', '');
    module = word.text;
    rest = word.rest;
  }

  rest = trim(rest);
  if (rest === '') throw new QueryError('no module offset has been specified', module);
  // What follows a space is ignored, as GNU addr2line does.
  const space = rest.search(/[ \n\r]/);
  const word = space < 0 ? rest : rest.slice(0, space);
  const digits = context.addr2line ? withoutPrefix(word, context.plusAddresses) : word;
  const offset = parseUnsigned(digits, context.addr2line ? 16 : 0);
  if (offset !== undefined) return { kind, module, buildId, symbol: undefined, offset };
  if (/^[0-9]/.test(word) || digits === '') throw new QueryError('expected a number as module offset', module);

  const plus = digits.lastIndexOf('+');
  const distance = plus > 0 ? parseUnsigned(digits.slice(plus + 1), 0) : undefined;
  if (distance === undefined) return { kind, module, buildId, symbol: digits, offset: 0 };
  return { kind, module, buildId, symbol: digits.slice(0, plus), offset: distance };
}

/** A build id as lower-case hexadecimal digits of whole bytes; where there is one digit less, the first byte has one. */
export function parseBuildId(text: string): string | undefined {
  if (!/^[0-9a-fA-F]+$/.test(text)) return undefined;
  return (text.length % 2 === 0 ? text : `0${text}`).toLowerCase();
}

/** GNU addr2line allows a redundant `0x`, and since LLVM 22 `+0x`. */
function withoutPrefix(word: string, plus: boolean): string {
  const prefix = (plus ? /^\+?0[xX]/ : /^0[xX]/).exec(word);
  return prefix === null ? word : word.slice(prefix[0].length);
}

/** The first word, which may stand in quotes; `undefined` if they are not closed. */
function takeWord(text: string): { text: string; rest: string } | undefined {
  const start = /^[ \n\r]*/.exec(text)![0].length;
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, start + 1);
    return end < 0 ? undefined : { text: text.slice(start + 1, end), rest: text.slice(end + 1) };
  }
  const length = /^[^ \n\r]*/.exec(text.slice(start))![0].length;
  return { text: text.slice(start, start + length), rest: text.slice(start + length) };
}

function trimStart(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+/, '');
}

function trim(text: string): string {
  return trimStart(text).replace(/[ \t\n\v\f\r]+$/, '');
}
