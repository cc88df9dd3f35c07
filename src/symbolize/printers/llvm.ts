import type { CodeLocation } from '../answers.ts';
import { PlainPrinter } from './plain.ts';
import { hex } from './printer.ts';

/** LLVM's style: columns, and an empty line after each answer. */
export class LlvmPrinter extends PlainPrinter {
  protected readonly footer = '\n';

  protected place({ line, column, approximate }: CodeLocation): string {
    return `${line ?? 0}:${column ?? 0}${approximate ? ' (approximate)' : ''}`;
  }

  protected startAddress({ startAddress }: CodeLocation): string {
    return startAddress === undefined ? '' : `  Function start address: ${hex(startAddress)}\n`;
  }
}
