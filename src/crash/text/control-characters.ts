/** Control characters but for tabs and newlines, and marks that turn the direction of writing or end a line. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text with control characters as `\u{…}`: names come out of modules, and must not move a terminal's cursor, nor show
 * text in another order than it has.
 */
export function escapeControlCharacters(text: string): string {
  return text.replace(CONTROLS, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
