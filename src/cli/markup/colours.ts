/** Colours of a terminal by number, as escape sequences have them. */
const COLOUR = { green: 2, blue: 4, cyan: 6 } as const;

/** What the text around elements looks like, and how elements stand out from it. */
export class Colours {
  readonly #enabled: boolean;
  #colour: number | undefined;
  #bold = false;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Begins an element. */
  highlight(): string {
    return this.#change(this.#colour === COLOUR.blue ? COLOUR.cyan : COLOUR.blue);
  }

  /** A value inside of an element. */
  value(text: string): string {
    return this.#change(COLOUR.green) + text + this.highlight();
  }

  /** Ends an element. */
  restore(): string {
    if (!this.#enabled) return '';
    if (this.#colour !== undefined) return this.#change(this.#colour);
    return `\u001b[0m${this.#bold ? '\u001b[1m' : ''}`;
  }

  /** Ends what the text asked for. */
  reset(): string {
    if (this.#colour === undefined && !this.#bold) return '';
    this.#colour = undefined;
    this.#bold = false;
    return this.#enabled ? '\u001b[0m' : '';
  }

  /** Follows a rendition of the text; `undefined` for any other text. */
  follow(text: string): string | undefined {
    if (text === '\u001b[0m') return this.reset();
    if (text === '\u001b[1m') {
      this.#bold = true;
      return this.#enabled ? '\u001b[1m' : '';
    }
    if (text.length !== 5 || !text.startsWith('\u001b[3') || !text.endsWith('m')) return undefined;
    this.#colour = Number(text[3]);
    return this.#enabled ? `\u001b[0;3${this.#colour}m` : '';
  }

  #change(colour: number): string {
    return this.#enabled ? `\u001b[0;${this.#bold ? '1;' : ''}3${colour}m` : '';
  }
}
