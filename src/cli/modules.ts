import type { CodeLocation, DataLocation, LocalVariable } from '../symbolize/answers.ts';
import { withoutArchitecture } from './architectures.ts';
import type { Io } from './io.ts';
import type { LlvmVersion } from './llvm-options.ts';
import type { LlvmSettings } from './llvm-settings.ts';
import { ModuleError } from './module-error.ts';
import { openQueriedModule } from './open-module.ts';

/** A module that answers queries, in the space that their addresses count in. */
export interface QueriedModule {
  /** All frames, innermost first; at least one, the unknown one. */
  frames(address: number): readonly CodeLocation[];
  /** The innermost location under the name of the outermost function. */
  location(address: number): CodeLocation;
  symbol(name: string, offset: number): readonly CodeLocation[];
  data(address: number): DataLocation;
  locals(address: number): readonly LocalVariable[];
}

/** The modules that queries name, each opened once. */
export class Modules {
  readonly #settings: LlvmSettings;
  readonly #version: LlvmVersion;
  readonly #io: Io;
  /** `undefined` for one that could not be opened: that is said once. */
  readonly #modules = new Map<string, QueriedModule | undefined>();

  constructor(settings: LlvmSettings, version: LlvmVersion, io: Io) {
    this.#settings = settings;
    this.#version = version;
    this.#io = io;
  }

  /**
   * The module at a path, `undefined` if it could not be opened before.
   *
   * @throws ModuleError the first time that it cannot be opened.
   */
  open(path: string): QueriedModule | undefined | Promise<QueriedModule | undefined> {
    const known = this.#modules.get(path);
    if (known !== undefined || this.#modules.has(path)) return known;
    this.#modules.set(path, undefined);
    const { file, architecture } = withoutArchitecture(path, this.#settings.defaultArch);
    const module = openQueriedModule(
      { file, architecture, settings: this.#settings, version: this.#version },
      this.#io,
    );
    if (module instanceof Promise) {
      return module.then((opened) => {
        this.#modules.set(path, opened);
        return opened;
      });
    }
    this.#modules.set(path, module);
    return module;
  }

  /** The module with a build id. @throws ModuleError each time that there is none. */
  openBuildId(buildId: string): QueriedModule | undefined | Promise<QueriedModule | undefined> {
    const { debugFileDirectories } = this.#settings;
    const directories = debugFileDirectories.length === 0 ? ['/usr/lib/debug'] : debugFileDirectories;
    for (const directory of directories) {
      const path = `${directory}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
      if (this.#io.exists(path)) return this.open(path);
    }
    throw new ModuleError('could not find build ID');
  }
}
