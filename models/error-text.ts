/** What is kept of an error: enough to tell what is wrong, and bounded. */
export function errorText(error: unknown): string {
  return String(error instanceof Error ? error.message : error).slice(0, 300)
}
