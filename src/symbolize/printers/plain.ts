import type { CodeLocation, DataLocation, LocalVariable } from '../answers.ts';
import { hex, NOWHERE, type Printer, type PrinterOptions, type Request } from './printer.ts';
import { sourceContext } from './source-context.ts';

/** What the two text styles have in common: they differ in the line of a location and in what ends an answer. */
export abstract class PlainPrinter implements Printer {
  protected readonly options: PrinterOptions;

  constructor(options: PrinterOptions) {
    this.options = options;
  }

  /** `:LINE` and what follows it, up to the newline. */
  protected abstract place(location: CodeLocation): string;
  /** The line of the function's first address, in a verbose answer. */
  protected abstract startAddress(location: CodeLocation): string;
  /** What ends an answer. */
  protected abstract readonly footer: string;

  location(request: Request, location: CodeLocation): string {
    return this.#header(request) + this.#location(location, false) + this.footer;
  }

  frames(request: Request, frames: readonly CodeLocation[]): string {
    let text = this.#header(request);
    if (frames.length === 0) text += this.#location(NOWHERE, false);
    for (let index = 0; index < frames.length; index++) {
      text += this.#location(frames[index]!, index > 0);
    }
    return text + this.footer;
  }

  symbols(request: Request, locations: readonly CodeLocation[]): string {
    if (locations.length === 0) return this.location(request, NOWHERE);
    return locations.map((location) => this.#location(location, false)).join('') + this.footer;
  }

  data(request: Request, { name, start, size, file, line }: DataLocation): string {
    const place = file === undefined ? '??:?' : `${file}:${line ?? 0}`;
    return `${this.#dataHeader(request)}${name ?? '??'}\n${start ?? 0} ${size ?? 0}\n${place}\n${this.footer}`;
  }

  locals(request: Request, locals: readonly LocalVariable[]): string {
    let text = this.#dataHeader(request);
    if (locals.length === 0) text += '??\n';
    for (const { functionName, name, file, line, frameOffset, size, tagOffset } of locals) {
      text += `${functionName || '??'}\n${name || '??'}\n${file || '??'}:${line ?? 0}\n`;
      text += `${frameOffset ?? '??'} ${size ?? '??'} ${tagOffset ?? '??'}\n`;
    }
    return text + this.footer;
  }

  failure(): undefined {
    return undefined;
  }

  begin(): void {}

  end(): string {
    return '';
  }

  #header({ address }: Request): string {
    if (!this.options.addresses || address === undefined) return '';
    return hex(address) + (this.options.pretty ? ': ' : '\n');
  }

  /** A variable asked for by name has no address: 0 is printed. */
  #dataHeader(request: Request): string {
    return this.#header({ ...request, address: request.address ?? 0 });
  }

  #location(location: CodeLocation, inlined: boolean): string {
    const { functions, pretty, verbose } = this.options;
    const file = location.file ?? '??';
    let text = '';
    if (functions) {
      text = (location.functionName ?? '??') + (pretty ? ' at ' : '\n');
      if (pretty && inlined) text = ' (inlined by) ' + text;
    }
    if (verbose) return text + this.#verbose(file, location);
    text += `${file}:${this.place(location)}\n`;
    return this.options.sourceLines > 0 ? text + sourceContext(location, this.options) : text;
  }

  #verbose(file: string, location: CodeLocation): string {
    let text = `  Filename: ${file}\n`;
    if (location.startLine !== undefined) {
      text += `  Function start filename: ${location.startFile ?? '<invalid>'}\n`;
      text += `  Function start line: ${location.startLine}\n`;
    }
    text += this.startAddress(location);
    text += `  Line: ${location.line ?? 0}\n  Column: ${location.column ?? 0}\n`;
    if (location.discriminator) text += `  Discriminator: ${location.discriminator}\n`;
    if (location.approximate) text += '  Approximate: true\n';
    return text;
  }
}
