const longestMessage = 300

/**
 * A message of an error without what it may quote of people: what stands in quotes or is not ASCII, addresses, long
 * numbers and codes become `…`. Our own messages are plain English, so that they stay readable.
 */
export function maskMessage(message: string): string {
  return message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replaceAll(/\S+/g, (word) => (word.includes('@') ? '…' : word))
    .replaceAll(/[^\u0020-\u007e…]+/g, '…')
    .replaceAll(/\b(?=\w*\d)\w{7,}\b/g, '…')
    .slice(0, longestMessage)
}

/** Where an error was thrown: the frames of its stack, without the message above them. */
export function framesOf(stack: string | undefined): string[] {
  return (stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
}

/**
 * Writes paths as logs may show them: the words of known paths (`/projects/{id}/events`), ids of projects and dates stay,
 * every other part becomes `…`, for it may be a credit code or a name.
 */
export function createPathMask(knownPaths: readonly string[]): (url: string) => string {
  const words = new Set(knownPaths.flatMap((path) => path.toLowerCase().split('/')))
  const isPlain = (part: string) =>
    words.has(part.toLowerCase()) || /^(p-[\da-f-]{24}|\d{4}-\d{2}-\d{2}|)$/.test(part)
  return (url) => {
    const [path = ''] = url.split('?')
    return path
      .split('/')
      .map((part) => (isPlain(part) ? part : '…'))
      .join('/')
  }
}
