import { vi } from 'vitest'

/** An event of a stream as it came: its id, and its data parsed. */
export type StreamEvent = { id: string; data: Record<string, unknown> }

/** An open stream: what has come so far, and how to leave it. */
export type OpenStream = {
  status: number
  headers: Headers
  events: StreamEvent[]
  comments: () => number
  /** How often it was told to read the list instead. */
  resets: () => number
  /** Fulfilled when the other side has ended it, or cut it off. */
  ended: Promise<void>
  /** Waits until so many events have come. */
  until: (count: number) => Promise<StreamEvent[]>
  leave: () => void
}

/** Opens a stream of events and reads it until it ends or is left. */
export async function openStream(url: string, headers: Record<string, string>): Promise<OpenStream> {
  const leaving = new AbortController()
  const response = await fetch(url, { headers, signal: leaving.signal })
  const events: StreamEvent[] = []
  let [comments, resets] = [0, 0]
  const hear = (block: string) => {
    const lines = block.split('\n')
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
    const [id, data] = [field('id'), field('data')]
    if (lines.some((line) => line.startsWith(':'))) comments += 1
    if (lines.includes('event: reset')) resets += 1
    if (data !== undefined && data !== '{}')
      events.push({ id: id ?? '', data: JSON.parse(data) as Record<string, unknown> })
  }
  const read = async () => {
    let rest = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = `${rest}${chunk}`.split('\n\n')
      rest = blocks.pop() ?? ''
      blocks.forEach(hear)
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    events,
    comments: () => comments,
    resets: () => resets,
    ended: read().catch(() => undefined),
    until: (count) =>
      vi.waitFor(
        () => {
          if (events.length < count) throw new Error(`${events.length} of ${count} events have come`)
          return events
        },
        { timeout: 40_000, interval: 20 },
      ),
    leave: () => leaving.abort(),
  }
}
