import type { CodeLocation, DataLocation } from '../../symbolize/answers.ts';
import { Colours } from './colours.ts';
import { fieldOffset, MarkupComplaints } from './complaints.ts';
import { FieldError, Fields } from './fields.ts';
import { type MarkupNode, markupNodes } from './markup-parser.ts';
import { type MarkedModule, type MemoryMap, MemoryMaps } from './memory-map.ts';

/** Answers about the modules that the text declares; a rejection's message is shown, and the element stays. */
export interface MarkupAnswers {
  frames(module: MarkedModule, address: number): Promise<readonly CodeLocation[]>;
  location(module: MarkedModule, address: number): Promise<CodeLocation>;
  data(module: MarkedModule, address: number): Promise<DataLocation>;
  demangle(name: string): string;
}

/** What an element could not be answered with. */
export class MarkupAnswerError extends Error {}

/** Where a filter writes, and how. */
export interface MarkupFilterOptions {
  readonly answers: MarkupAnswers;
  readonly colours: boolean;
  /** Whether modules of type `wasm` are taken, as LLVM does not. */
  readonly wasmModules: boolean;
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Makes the symbolizer markup of a text readable: elements that tell the context become one line a module. */
export class MarkupFilter {
  readonly #options: MarkupFilterOptions;
  readonly #colours: Colours;
  readonly #complaints: MarkupComplaints;
  readonly #modules = new Map<bigint, MarkedModule>();
  readonly #maps = new MemoryMaps();
  #line = '';
  /** The module whose line is being written, and its maps so far. */
  #moduleLine: { readonly module: MarkedModule; readonly maps: MemoryMap[] } | undefined;

  constructor(options: MarkupFilterOptions) {
    this.#options = options;
    this.#colours = new Colours(options.colours);
    this.#complaints = new MarkupComplaints(options.complain);
  }

  /** Takes one line, its newline included. */
  async line(line: string): Promise<void> {
    this.#line = line;
    this.#complaints.line = line;
    this.#write(this.#colours.reset());
    const before: MarkupNode[] = [];
    for (const node of markupNodes(line)) {
      // What follows an element of the context is left out with it.
      if (await this.#context(node, before)) return;
      before.push(node);
    }
    this.#endModuleLine();
    for (const node of before) await this.#show(node);
  }

  /** After the last line. */
  finish(): void {
    this.#endModuleLine();
    this.#write(this.#colours.reset());
  }

  async #context(node: MarkupNode, before: readonly MarkupNode[]): Promise<boolean> {
    try {
      switch (node.tag) {
        case 'mmap': {
          const map = this.#parseMap(node);
          if (map !== undefined) await this.#addMap(map, node, before);
          return true;
        }
        case 'reset':
          if (this.#complaints.hasFields(node, 0) && this.#modules.size > 0) await this.#reset(node, before);
          return true;
        case 'module': {
          const module = this.#parseModule(node);
          if (module === undefined) return true;
          if (this.#modules.has(module.id)) {
            this.#complaints.fail('duplicate module ID', fieldOffset(node, 0));
            return true;
          }
          this.#modules.set(module.id, module);
          await this.#beginModuleLine(module, before);
          return true;
        }
        default:
          return false;
      }
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#complaints.fail(error.message, fieldOffset(node, error.field));
      return true;
    }
  }

  #parseModule(node: MarkupNode): MarkedModule | undefined {
    if (!this.#complaints.hasAtLeast(node, 3)) return undefined;
    const fields = new Fields(node.fields);
    const [id, name, type] = [fields.moduleId(0), fields.text(1), fields.text(2)];
    if (type !== 'elf' && !(type === 'wasm' && this.#options.wasmModules)) {
      this.#complaints.fail('unknown module type', fieldOffset(node, 2));
      return undefined;
    }
    if (type === 'wasm' && node.fields.length === 3) return { id, name, type, buildId: '' };
    return this.#complaints.hasFields(node, 4) ? { id, name, type, buildId: fields.buildId(3) } : undefined;
  }

  #parseMap(node: MarkupNode): MemoryMap | undefined {
    if (!this.#complaints.hasAtLeast(node, 3)) return undefined;
    const fields = new Fields(node.fields);
    const [address, size] = [fields.address(0), fields.size(1)];
    if (fields.text(2) !== 'load') {
      this.#complaints.fail('unknown mmap type', fieldOffset(node, 2));
      return undefined;
    }
    if (!this.#complaints.hasFields(node, 6)) return undefined;
    const [id, mode] = [fields.moduleId(3), fields.mode(4)];
    const module = this.#modules.get(id);
    if (module === undefined) {
      this.#complaints.fail('unknown module ID', fieldOffset(node, 3));
      return undefined;
    }
    return { address, size, module, mode, moduleAddress: fields.address(5) };
  }

  async #addMap(map: MemoryMap, node: MarkupNode, before: readonly MarkupNode[]): Promise<void> {
    const other = this.#maps.add(map);
    if (other !== undefined) {
      const range = `[${hex(other.address)}-${hex(other.address + other.size - 1n)}]`;
      this.#complaints.fail(`overlapping mmap: #${hex(other.module.id)} ${range}`, fieldOffset(node, 0));
      return;
    }
    if (this.#moduleLine?.module !== map.module) await this.#beginModuleLine(map.module, before, '; adds');
    this.#moduleLine!.maps.push(map);
  }

  async #reset(element: MarkupNode, before: readonly MarkupNode[]): Promise<void> {
    this.#endModuleLine();
    for (const node of before) await this.#show(node);
    this.#write(this.#raw(element) + this.#lineEnding());
    this.#modules.clear();
    this.#maps.clear();
  }

  async #beginModuleLine(module: MarkedModule, before: readonly MarkupNode[], what?: string): Promise<void> {
    this.#endModuleLine();
    for (const node of before) await this.#show(node);
    const colours = this.#colours;
    const kind = module.type === 'elf' ? 'ELF' : module.type;
    this.#write(`${colours.highlight()}[[[${kind} module${colours.value(` #${hex(module.id)} `)}`);
    this.#write(`"${colours.value(module.name)}"${what ?? `; BuildID=${colours.value(module.buildId)}`}`);
    this.#moduleLine = { module, maps: [] };
  }

  #endModuleLine(): void {
    if (this.#moduleLine === undefined) return;
    const colours = this.#colours;
    const { maps } = this.#moduleLine;
    maps.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    maps.forEach(({ address, size, mode }, index) => {
      const [start, end] = [colours.value(hex(address)), colours.value(hex(address + size - 1n))];
      this.#write(`${index === 0 ? ' ' : ','}[${start}-${end}](${colours.value(mode)})`);
    });
    this.#write(`]]]${this.#lineEnding()}${colours.restore()}`);
    this.#moduleLine = undefined;
  }

  /** Writes a node that is part of the text. */
  async #show(node: MarkupNode): Promise<void> {
    const { tag, text } = node;
    if (tag === '') {
      this.#write(this.#colours.follow(text) ?? text);
      return;
    }
    if (!/^[a-z]*$/.test(tag)) {
      this.#complaints.fail('tags must be all lowercase characters', node.offset);
      return;
    }
    try {
      const shown = await this.#answer(node);
      this.#write(shown ?? text);
    } catch (error) {
      if (error instanceof FieldError) {
        this.#complaints.fail(error.message, fieldOffset(node, error.field));
      } else if (error instanceof MarkupAnswerError) {
        this.#options.complain(`error: ${error.message}\n`);
        this.#write(this.#raw(node));
      } else {
        throw error;
      }
    }
  }

  /** What stands in place of an element; `undefined` for one that is not known. */
  async #answer(node: MarkupNode): Promise<string | undefined> {
    const colours = this.#colours;
    const fields = new Fields(node.fields);
    switch (node.tag) {
      case 'symbol':
        if (!this.#complaints.hasFields(node, 1)) return '';
        return colours.highlight() + this.#options.answers.demangle(fields.text(0)) + colours.restore();
      case 'pc': {
        if (!this.#complaints.hasAtLeast(node, 1)) return '';
        this.#complaints.hasAtMost(node, 2);
        const given = fields.address(0);
        return this.#pc(node, node.fields.length === 2 && fields.isReturnAddress(1) ? given - 1n : given);
      }
      case 'bt': {
        if (!this.#complaints.hasAtLeast(node, 2)) return '';
        this.#complaints.hasAtMost(node, 3);
        const frame = fields.frameNumber(0);
        const given = fields.address(1);
        return this.#backtrace(
          node,
          frame,
          node.fields.length === 3 && !fields.isReturnAddress(2) ? given : given - 1n,
        );
      }
      case 'data':
        return this.#complaints.hasFields(node, 1) ? this.#data(node, fields.address(0)) : '';
      default:
        return undefined;
    }
  }

  async #pc(node: MarkupNode, address: bigint): Promise<string> {
    const map = this.#mapOf(node, address);
    if (map === undefined) return this.#raw(node);
    const location = await this.#options.answers.location(map.module, inModule(map, address));
    if (isNowhere(location)) return this.#raw(node);
    const colours = this.#colours;
    const [name, file, line] = shownParts(location);
    return `${colours.highlight()}${colours.value(name)}[${colours.value(file)}:${colours.value(line)}]${colours.restore()}`;
  }

  async #backtrace(node: MarkupNode, frameNumber: bigint, address: bigint): Promise<string> {
    const map = this.#mapOf(node, address);
    if (map === undefined) return this.#raw(node);
    const moduleAddress = inModule(map, address);
    const frames = await this.#options.answers.frames(map.module, moduleAddress);
    const colours = this.#colours;
    let text = colours.highlight();
    frames.forEach((frame, index) => {
      const left = frames.length - 1 - index;
      const header = `#${frameNumber}`.padStart(6);
      const hash = header.indexOf('#') + 1;
      text += header.slice(0, hash) + colours.value(header.slice(hash));
      text += left === 0 ? '   ' : `.${colours.value(String(left).padEnd(2))}`;
      text += colours.value(` 0x${BigInt.asUintN(64, address).toString(16).padStart(16, '0')} `);
      if (!isNowhere(frame)) {
        const [name, file, line] = shownParts(frame);
        const place = [file, line, String(frame.column ?? 0)].map((part) => colours.value(part)).join(':');
        text += `${colours.value(name)} ${place} `;
      }
      text += `(${colours.value(map.module.name)}+${colours.value(`0x${moduleAddress.toString(16)}`)})`;
      if (left > 0) text += this.#lineEnding();
    });
    return text + colours.restore();
  }

  async #data(node: MarkupNode, address: bigint): Promise<string> {
    const map = this.#mapOf(node, address);
    if (map === undefined) return this.#raw(node);
    const { name } = await this.#options.answers.data(map.module, inModule(map, address));
    return this.#colours.highlight() + (name ?? '<invalid>') + this.#colours.restore();
  }

  #mapOf(node: MarkupNode, address: bigint): MemoryMap | undefined {
    const map = this.#maps.find(address);
    if (map === undefined) this.#complaints.fail('no mmap covers address', fieldOffset(node, 0));
    return map;
  }

  /** The element as it stands, in other brackets. */
  #raw({ tag, fields }: MarkupNode): string {
    const colours = this.#colours;
    const parts = [tag, ...fields].map((part) => colours.value(part));
    return `${colours.highlight()}[[[${parts.join(':')}]]]${colours.restore()}`;
  }

  #write(text: string): void {
    if (text !== '') this.#options.write(text);
  }

  #lineEnding(): string {
    return this.#line.endsWith('\r\n') ? '\r\n' : '\n';
  }
}

function inModule(map: MemoryMap, address: bigint): number {
  return Number(BigInt.asUintN(64, address - map.address + map.moduleAddress));
}

function isNowhere(location: CodeLocation): boolean {
  return Object.values(location).every((value) => value === undefined || value === '');
}

function shownParts({ functionName, file, line }: CodeLocation): [string, string, string] {
  return [functionName ?? '<invalid>', file ?? '<invalid>', String(line ?? 0)];
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
