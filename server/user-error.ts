import { fileSentence } from './file-errors.ts'

/** A failure that its message tells in full: it is printed alone, without a stack. */
export class UserError extends Error {
  override name = 'UserError'
}

/** Runs a program's main function; a failure is reported and becomes exit code 1, or the one that has been set. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    // A user's error in its own words, what the disk refuses in ours, and a fault of ours with its stack.
    console.error(error instanceof UserError ? error.message : (fileSentence(error) ?? error))
    process.exit(process.exitCode ?? 1)
  }
}
