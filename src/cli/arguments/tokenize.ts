/**
 * The words of a text, as a GNU shell-like command line: white space separates, single and double quotes group, a
 * backslash takes the next character as it is, inside quotes too.
 */
export function tokenize(text: string): string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && at + 1 < text.length) {
      word += text[++at]!;
    } else if (character === '"' || character === "'") {
      for (at++; at < text.length && text[at] !== character; at++) {
        if (text[at] === '\\' && at + 1 < text.length) at++;
        word += text[at]!;
      }
    } else if (isSpace(character)) {
      // An empty word cannot be written: a pair of quotes alone leaves nothing behind.
      if (word !== '') words.push(word);
      word = '';
    } else {
      word += character;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}
