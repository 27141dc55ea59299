import { createMailer } from '../../delivery/channels/email/email.ts'
import { startMailServer } from '../support/mail-server.ts'
import { addProject, aPerson, openDelivery } from './fixture.ts'

/** Texts in the order of their characters. */
export function sorted(texts: (string | null | undefined)[]): string[] {
  return texts.map(String).toSorted((one, other) => (one < other ? -1 : 1))
}

/** A post with a mail server; the verifier of 渝北区 is known, and one project. */
export async function openMailFixture() {
  const server = await startMailServer()
  const delivery = await openDelivery({
    email: createMailer(server.url, 'zhigai@example.org'),
    webhook: null,
  })
  await delivery.models.people.create(aPerson())
  await addProject(delivery.models, 'p-1', '齿轮生产线数字化改造')
  return {
    ...delivery,
    server,
    /** The subjects of what has arrived since this was last asked, in alphabetical order. */
    subjects: async () => sorted((await server.arrived()).map(({ mail }) => mail.subject)),
    async stop() {
      await delivery.stop()
      await server.stop()
    },
  }
}

/** A post with a mail server, as tests use it. */
export type MailFixture = Awaited<ReturnType<typeof openMailFixture>>
