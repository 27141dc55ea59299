import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail as it arrived: to whom the envelope says, and what is in it. */
export type Arrived = { to: string[]; mail: ParsedMail; raw: string }

/** A real mail server on the loopback address; it can be taken down and come back on the same port. */
export async function startMailServer() {
  const arrived: Arrived[] = []
  const create = () =>
    new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      closeTimeout: 500,
      onData(stream, { envelope }, done) {
        const receive = async () => {
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
          const raw = Buffer.concat(chunks)
          const mail = await simpleParser(raw)
          arrived.push({ to: envelope.rcptTo.map(({ address }) => address), mail, raw: raw.toString() })
        }
        receive().then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error('broken mail')),
        )
      },
    })
  let server = create()
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  await listen(0)
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** What has arrived so far, the oldest first. */
    arrived,
    goDown: close,
    async comeBack() {
      server = create()
      await listen(port)
    },
    stop: close,
  }
}

/** A running mail server. */
export type MailServer = Awaited<ReturnType<typeof startMailServer>>
