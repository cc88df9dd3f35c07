import type { CodeLocation, DataLocation, LocalVariable } from '../symbolize/answers.ts';
import { withoutArchitecture } from './architectures.ts';
import { findByBuildId } from './debug-files/build-id.ts';
import { askDebuginfod, debuginfodServers, findInCache } from './debug-files/debuginfod.ts';
import { readPathConfig } from './debug-files/path-config.ts';
import { directoryOf } from './debug-files/paths.ts';
import type { Io } from './io.ts';
import type { LlvmVersion } from './llvm-options.ts';
import type { LlvmSettings } from './llvm-settings.ts';
import { ModuleError } from './module-error.ts';
import { openQueriedModule } from './open-module.ts';
import type { PathSubstitution } from './source-paths.ts';

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
  /** Where recorded paths are on this machine, as far as the command line and the directories of modules say. */
  readonly paths: PathSubstitution[];
  readonly #directories = new Set<string>();
  /** Files that servers gave for build ids; they are not asked again for what they do not have. */
  readonly #asked = new Map<string, Promise<string | undefined>>();
  /** `undefined` for one that could not be opened: that is said once. */
  readonly #modules = new Map<string, QueriedModule | undefined>();

  constructor(settings: LlvmSettings, version: LlvmVersion, io: Io) {
    this.#settings = settings;
    this.#version = version;
    this.#io = io;
    this.paths = [...settings.sourceMapPaths];
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
    if (this.#version === 'ours') this.#addPaths(file);
    const wanted = { file, architecture, settings: this.#settings, version: this.#version, paths: this.paths };
    const module = openQueriedModule(wanted, this.#io);
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
    const path = findByBuildId(buildId, this.#settings, this.#io);
    if (path !== undefined) return this.open(path);
    const servers = buildId === '' ? undefined : debuginfodServers(this.#settings, this.#io);
    if (servers === undefined) throw new ModuleError(NO_BUILD_ID);
    const cached = findInCache(buildId, this.#io);
    if (cached !== undefined) return this.open(cached);
    if (servers.length === 0) throw new ModuleError(NO_BUILD_ID);
    let asked = this.#asked.get(buildId);
    if (asked === undefined) {
      asked = askDebuginfod(buildId, servers, this.#io, this.#version);
      this.#asked.set(buildId, asked);
    }
    return asked.then((file) => {
      if (file === undefined) throw new ModuleError(NO_BUILD_ID);
      return this.open(file);
    });
  }

  /** What the directory of a module says of recorded paths; the command line goes before it. */
  #addPaths(file: string): void {
    const directory = directoryOf(file);
    if (this.#directories.has(directory)) return;
    this.#directories.add(directory);
    this.paths.push(...readPathConfig(file, this.#io));
  }
}

const NO_BUILD_ID = 'could not find build ID';
