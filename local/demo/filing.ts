import type { ApiClient, ProjectReply } from '../client.ts'
import { people } from './people.ts'
import type { SyntheticCase } from './synthetic.ts'

/** What an applicant does with a project that was filed, until it is before its district. */
export const preparation = [
  { type: 'completeAssessment', score: 2.15, level: 2 },
  { type: 'submit' },
] as const

/** Brings a made-up enterprise into the register and files its application; the same key files it once. */
export async function fileCase(
  client: ApiClient,
  { enterprise, application }: SyntheticCase,
  key?: string,
): Promise<ProjectReply> {
  const path = `/api/v1/enterprises/${enterprise.uscc}`
  await client.expectOk('PUT', path, { as: people.administrator, body: enterprise })
  const as = people.enterprise(enterprise.uscc)
  return client.expectOk('POST', '/api/v1/projects', { as, body: application, ...(key && { key }) })
}
