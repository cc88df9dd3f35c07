import type { CodeLocation, DataLocation, LocalVariable } from '../answers.ts';
import { hex, type Printer, type PrinterOptions, type Request } from './printer.ts';
import { sourceContext } from './source-context.ts';

/** Values as they are printed; the keys of an object are in the order of the alphabet. */
type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** JSON: an object a line, or one list of them. */
export class JsonPrinter implements Printer {
  readonly #options: PrinterOptions;
  /** Whether variables that are not in the stack frame say where they are. */
  readonly #tellsPlaces: boolean;
  #list: Json[] | undefined;

  constructor(options: PrinterOptions, { locations = false }: { locations?: boolean } = {}) {
    this.#options = options;
    this.#tellsPlaces = locations;
  }

  location(request: Request, location: CodeLocation): string {
    return this.frames(request, [location]);
  }

  frames(request: Request, frames: readonly CodeLocation[]): string {
    return this.#answer(request, 'Symbol', this.#locations(frames));
  }

  symbols(request: Request, locations: readonly CodeLocation[]): string {
    return this.#answer(request, 'Loc', this.#locations(locations));
  }

  data(request: Request, { name, start, size }: DataLocation): string {
    return this.#answer(request, 'Data', { Name: name ?? '', Size: hex(size ?? 0), Start: hex(start ?? 0) });
  }

  locals(request: Request, locals: readonly LocalVariable[]): string {
    const list = locals.map((local) => {
      const { functionName, name, file, line, frameOffset, size, tagOffset, location } = local;
      const object: { [key: string]: Json } = { DeclFile: file ?? '', DeclLine: line ?? 0 };
      if (frameOffset !== undefined) object['FrameOffset'] = frameOffset;
      object['FunctionName'] = functionName ?? '';
      if (this.#tellsPlaces && frameOffset === undefined && location !== undefined) object['Location'] = location;
      object['Name'] = name ?? '';
      object['Size'] = size === undefined ? '' : hex(size);
      object['TagOffset'] = tagOffset === undefined ? '' : hex(tagOffset);
      return object;
    });
    return this.#answer(request, 'Frame', list);
  }

  failure(request: Request, message: string): string {
    return this.#answer(request, 'Error', { Message: message });
  }

  begin(): void {
    this.#list = [];
  }

  end(): string {
    const list = this.#list ?? [];
    this.#list = undefined;
    return this.#text(list);
  }

  #locations(locations: readonly CodeLocation[]): Json[] {
    return locations.map((location) => {
      const object: { [key: string]: Json } = {};
      if (location.approximate) object['Approximate'] = true;
      object['Column'] = location.column ?? 0;
      object['Discriminator'] = location.discriminator ?? 0;
      object['FileName'] = location.file ?? '';
      object['FunctionName'] = location.functionName ?? '';
      object['Line'] = location.line ?? 0;
      const source = sourceContext(location, this.#options);
      if (source !== '') object['Source'] = source;
      object['StartAddress'] = location.startAddress === undefined ? '' : hex(location.startAddress);
      object['StartFileName'] = location.startFile ?? '';
      object['StartLine'] = location.startLine ?? 0;
      return object;
    });
  }

  #answer(
    { module, address, symbol }: Request,
    key: 'Symbol' | 'Loc' | 'Data' | 'Frame' | 'Error',
    value: Json,
  ): string {
    const object: { [key: string]: Json } = {};
    if (address !== undefined) object['Address'] = hex(address);
    if (key !== 'Symbol') object[key] = value;
    object['ModuleName'] = module;
    if (symbol !== undefined) object['SymName'] = symbol;
    if (key === 'Symbol') object[key] = value;
    if (this.#list === undefined) return this.#text(object);
    this.#list.push(object);
    return '';
  }

  #text(value: Json): string {
    const text = JSON.stringify(value, undefined, this.#options.pretty ? 2 : 0);
    // LLVM writes these two control characters by their number.
    return `${text.replace(/(\\\\)|\\([bf])/g, (all, _, letter) => (letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : all))}\n`;
  }
}
