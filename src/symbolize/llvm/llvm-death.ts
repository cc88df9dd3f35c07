/** LLVM dies by a signal of what it is asked here: there is nothing to imitate but a failure. */
export class LlvmDeath extends Error {}
