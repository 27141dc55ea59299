import { createMailer } from '../../delivery/channels/email/email.ts'
import { startMailServer } from '../support/mail-server.ts'
import { addProject, aPerson, openPost } from './post.ts'

/** Texts in the order of their characters. */
export function sorted(texts: (string | null | undefined)[]): string[] {
  return texts.map(String).toSorted((one, other) => (one < other ? -1 : 1))
}

/** A post with a mail server; the verifier of 渝北区 is known, and one project. */
export async function openMailPost() {
  const server = await startMailServer()
  const post = await openPost({ email: createMailer(server.url, 'zhigai@example.org'), webhook: null })
  await post.models.people.create(aPerson())
  await addProject(post.models, 'p-1', '齿轮生产线数字化改造')
  return {
    ...post,
    server,
    /** The subjects of what has arrived since this was last asked, in alphabetical order. */
    subjects: async () => sorted((await server.arrived()).map(({ mail }) => mail.subject)),
    async stop() {
      await post.stop()
      await server.stop()
    },
  }
}

/** A post with a mail server, as tests use it. */
export type MailPost = Awaited<ReturnType<typeof openMailPost>>
