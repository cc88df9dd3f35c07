import type { CodeLocation } from '../answers.ts';
import { PlainPrinter } from './plain.ts';

/** The style of GNU addr2line: discriminators instead of columns, and nothing between answers. */
export class GnuPrinter extends PlainPrinter {
  protected readonly footer = '';

  protected place({ line, discriminator, approximate }: CodeLocation): string {
    let text = `${line ?? 0}`;
    if (approximate) text += ' (approximate)';
    if (discriminator) text += ` (discriminator ${discriminator})`;
    return text;
  }

  protected startAddress(): string {
    return '';
  }
}
