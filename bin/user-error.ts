/** A failure that its message tells in full: it is printed alone, without a stack. */
export class UserError extends Error {
  override name = 'UserError'
}

/** Says why the program ends, a user's error in its own words and a fault of ours with its stack. */
export function reportFailure(error: unknown): void {
  if (error instanceof UserError) console.error(error.message)
  else console.error(error)
}

/** Runs a program's main function; a failure is reported and becomes exit code 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    reportFailure(error)
    process.exit(1)
  }
}
