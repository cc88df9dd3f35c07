import { editDistance } from './edit-distance.ts';

/**
 * How an option takes its value: not at all, in the same argument right after the spelling, in the next argument, or
 * either of the two.
 */
export type OptionKind = 'flag' | 'joined' | 'separate' | 'joined-or-separate';

/** One spelling of an option. */
export interface Spelling {
  /** Dashes included: `--obj=`, `-e`. */
  readonly text: string;
  readonly kind: OptionKind;
  /** The option it stands for: `obj`. */
  readonly option: string;
  /** Whether it is understood, but not offered where a word is not. */
  readonly isSecret?: boolean;
}

/** One option as it was given. */
export interface GivenOption {
  readonly option: string;
  readonly spelling: string;
  /** `''` for a flag. */
  readonly value: string;
}

/** A command line taken apart. */
export interface ParsedArguments {
  /** In the order they were given: the last one counts. */
  readonly options: readonly GivenOption[];
  /** What is not an option. */
  readonly inputs: readonly string[];
  /** `unknown argument '--nope'`, `--obj: missing argument`. */
  readonly errors: readonly string[];
}

/**
 * Takes arguments apart as LLVM's option library does with grouped short options on: spellings are matched longest
 * first, `-abc` is `-a -b -c` where no longer spelling fits, an empty argument is dropped, and `-` is an input.
 *
 * `spellings` have to be in the order of {@link inMatchingOrder}.
 */
export function parseArguments(args: readonly string[], spellings: readonly Spelling[]): ParsedArguments {
  const words = args.slice();
  const options: GivenOption[] = [];
  const inputs: string[] = [];
  const unknown: string[] = [];
  const missing: string[] = [];

  let index = 0;
  while (index < words.length) {
    const word = words[index]!;
    if (word === '' || word === '-' || !word.startsWith('-')) {
      if (word !== '') inputs.push(word);
      index++;
      continue;
    }
    let taken = 0;
    let fallback: Spelling | undefined;
    for (const spelling of spellings) {
      if (!word.startsWith(spelling.text)) continue;
      const rest = word.slice(spelling.text.length);
      const { kind, option } = spelling;
      if (rest === '' && (kind === 'separate' || kind === 'joined-or-separate')) {
        const value = words[index + 1];
        if (value === undefined) missing.push(`${word}: missing argument`);
        else options.push({ option, spelling: spelling.text, value });
        taken = 2;
      } else if (kind === 'flag' ? rest === '' : kind !== 'separate') {
        options.push({ option, spelling: spelling.text, value: rest });
        taken = 1;
      } else if (kind === 'flag' && spelling.text.length === 2) {
        fallback = spelling;
      }
      if (taken > 0) break;
    }
    if (taken > 0) {
      index += taken;
    } else if (fallback !== undefined && word[2] !== '=') {
      options.push({ option: fallback.option, spelling: fallback.text, value: '' });
      words[index] = `-${word.slice(2)}`;
    } else if (fallback === undefined && word[1] !== '-') {
      // A wrong character in a group is reported, and the rest of the group is read on.
      unknown.push(word.slice(0, 2));
      words[index] = `-${word.slice(2)}`;
    } else {
      unknown.push(word);
      index++;
    }
  }
  return { options, inputs, errors: [...missing, ...unknown.map((word) => unknownArgument(word, spellings))] };
}

/** Spellings so that a longer one stands before its own beginnings, as LLVM sorts them. */
export function inMatchingOrder(spellings: readonly Spelling[]): Spelling[] {
  return spellings.slice().sort((a, b) => compareSpellings(nameOf(a), nameOf(b)));
}

function unknownArgument(word: string, spellings: readonly Spelling[]): string {
  let best = 2;
  let nearest = '';
  for (const { text, isSecret } of spellings) {
    if (isSecret || nameOf({ text }).length < 4) continue;
    const delimited = text.endsWith('=');
    const equals = word.indexOf('=');
    const left = delimited && equals >= 0 ? word.slice(0, equals + 1) : word;
    const right = delimited && equals >= 0 ? word.slice(equals + 1) : '';
    // Who left out the value meant more likely a flag.
    const distance = editDistance(text, left) + (delimited && right === '' ? 1 : 0);
    if (distance < best) {
      best = distance;
      nearest = text + right;
    }
  }
  return nearest === '' ? `unknown argument '${word}'` : `unknown argument '${word}', did you mean '${nearest}'?`;
}

function nameOf({ text }: { readonly text: string }): string {
  return text.startsWith('--') ? text.slice(2) : text.slice(1);
}

function compareSpellings(a: string, b: string): number {
  const lowerA = a.toLowerCase();
  const lowerB = b.toLowerCase();
  if (lowerA !== lowerB) {
    if (lowerA.startsWith(lowerB)) return -1;
    if (lowerB.startsWith(lowerA)) return 1;
    return lowerA < lowerB ? -1 : 1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
