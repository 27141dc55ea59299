import { once } from 'node:events'
import { PassThrough } from 'node:stream'

/** An event as it goes over the wire, and the id by which it is known. */
export type Message = { id: string; text: string }

/** How far a reader may be behind: in bytes, and in messages that wait until it has been told what it missed. */
export type Backlog = { bytes: number; messages: number }

/**
 * The writing end of one open stream. It is first told what it missed, then what comes, and cut off when it does not
 * keep up: it comes back, and is told what it missed.
 */
export function createReader(backlog: Backlog) {
  const out = new PassThrough()
  let waiting: Map<string, Message> | null = new Map()
  /** The last page of what it missed: some of it may be heard of once more. */
  let told = new Set<string>()

  function write(text: string): void {
    if (!out.writable) return
    out.write(text)
    if (out.writableLength + out.readableLength > backlog.bytes) out.destroy()
  }
  return {
    out,
    /** Writes as it is: a heartbeat. */
    write,
    /** Tells what has just come; it waits if there is something earlier to tell. */
    hear(message: Message): void {
      if (told.has(message.id)) return
      if (!waiting) return write(message.text)
      waiting.set(message.id, message)
      if (waiting.size > backlog.messages) out.destroy()
    },
    /** Tells a page of what was missed; fulfilled when there is room for more, with whether anybody still listens. */
    async retell(messages: Message[]): Promise<boolean> {
      told = new Set(messages.map(({ id }) => id))
      for (const id of told) waiting?.delete(id)
      const hasRoom = !out.writable || out.write(messages.map(({ text }) => text).join(''))
      if (!hasRoom) await Promise.race([once(out, 'drain'), once(out, 'close')])
      return out.writable
    },
    /** Nothing is missed any more: tells what has come meanwhile, and from now on at once. */
    settle(): void {
      const came = waiting ?? new Map<string, Message>()
      waiting = null
      for (const { text } of came.values()) write(text)
    },
  }
}

/** One open stream. */
export type Reader = ReturnType<typeof createReader>
