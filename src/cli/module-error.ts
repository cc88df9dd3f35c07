/** A module that cannot be opened. */
export class ModuleError extends Error {}
