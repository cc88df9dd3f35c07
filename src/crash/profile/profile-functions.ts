import { codeOffset } from '../../addresses.ts';
import type { LogicalFrame, ModuleReference } from '../crash.ts';
import type { CrashModule } from '../crash-module.ts';
import type { FindModules } from '../symbolize-crash.ts';

/** What a profile says about a function of wasm. No format known says where in it execution was. */
export interface ProfiledFunction {
  readonly module: ModuleReference;
  /** As printed; the module's name and a dot may stand in front. */
  readonly name?: string | undefined;
  /** In the function index space. */
  readonly index?: number | undefined;
  /** Where the function's body begins, in bytes from the start of the module's file. */
  readonly bodyOffset?: number | undefined;
}

/** Answers functions of profiles, each once: a profile names the same one in thousands of places. */
export class ProfileFunctions {
  readonly #find: FindModules;
  readonly #known = new Map<string, LogicalFrame | undefined>();

  constructor(find: FindModules) {
    this.#find = find;
  }

  /** The function's name and where it is declared; `undefined` where no module knows it. */
  answer(profiled: ProfiledFunction): LogicalFrame | undefined {
    const { module, name, index, bodyOffset } = profiled;
    const key = JSON.stringify([module.url, module.name, name, index, bodyOffset]);
    if (!this.#known.has(key)) {
      const candidates = this.#find(module);
      const answers = candidates.map((candidate) => declarationIn(candidate, profiled));
      this.#known.set(
        key,
        answers.find((answer) => answer !== undefined),
      );
    }
    return this.#known.get(key);
  }
}

/** The body at the offset, else the function of that index, else of that name; a name that differs rules the first two out. */
function declarationIn(module: CrashModule, { name, index, bodyOffset }: ProfiledFunction): LogicalFrame | undefined {
  const { module: file, debugFile } = module.symbolizer.module;
  const codeStart = file.codeStart ?? debugFile.codeStart;
  const candidates: number[] = [];
  if (bodyOffset !== undefined && codeStart !== undefined) {
    const body = module.code.bodyAt(codeOffset(bodyOffset - codeStart));
    if (body !== undefined && body.start === bodyOffset - codeStart) candidates.push(body.index);
  }
  if (index !== undefined) candidates.push(index);
  const fits = (candidate: number): boolean =>
    name === undefined || module.isNamed(candidate, name) || module.indexesOf(name).length === 0;
  let found = candidates.find(fits);
  if (found === undefined && name !== undefined) {
    const named = module.calledIn(module.indexesOf(name), name);
    if (named.length === 1) found = named[0];
  }
  return found === undefined ? undefined : module.declarationOf(found);
}
