import { setTimeout as delay } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { expect } from 'vitest'
import { connectModels, type Models } from '../../models/index.ts'
import { isCertificateNumber } from '../../policy/edition/check-characters.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { districts, inTurns, type Underway } from './cases.ts'
import type { Attempt, RecordingClient } from './recording-client.ts'
import type { Installation } from './installation.ts'
import { partOf, portOf } from './processes.ts'

/** What a project tells: the lines of its record, with their revisions, and the events that its workflow has accepted, filing left out. */
export type Told = {
  id: string
  lines: [revision: number, type: string][]
  revision: number
  accepted: string[]
}

/** What projects tell; the record is read first, so that it can only be behind. */
export async function readTold(
  installation: Installation,
  client: RecordingClient,
  ids: string[],
): Promise<Told[]> {
  return withTemporal(installation, (temporal) =>
    inTurns(ids.length, 8, async (index) => {
      const id = ids[index] ?? ''
      const { items } = await client.read(`/api/v1/projects/${id}/history?kind=event&limit=100`)
      const lines = items as { revision: number; type: string }[]
      const { revision } = await client.read(`/api/v1/projects/${id}`)
      const accepted = await eventsOfWorkflow(temporal, id)
      return {
        id,
        lines: lines.map((line): Told['lines'][number] => [line.revision, line.type]),
        revision: Number(revision),
        accepted,
      }
    }),
  )
}

/** Every project tells each of its events exactly once, in its record and in its workflow. */
export function expectTold(found: Told[], projects: Pick<Underway, 'id' | 'told'>[]): void {
  expect(found).toEqual(
    projects.map(({ id, told }) => ({
      id,
      lines: told.map((type, index) => [index + 1, type]),
      revision: told.length,
      accepted: told.slice(1),
    })),
  )
}

/** Every project tells each of its events exactly once, now. */
export async function expectToldOnce(
  installation: Installation,
  client: RecordingClient,
  projects: Pick<Underway, 'id' | 'told'>[],
): Promise<void> {
  const ids = projects.map(({ id }) => id)
  expectTold(await readTold(installation, client, ids), projects)
}

/** Whether the record tells what the workflow does. It is never ahead: what it tells, the workflow has. */
function isLevel({ lines, accepted }: Told): boolean {
  const types = lines.slice(1).map(([, type]) => type)
  expect(types).toEqual(accepted.slice(0, types.length))
  return types.length === accepted.length
}

/** The projects of which the record does not tell what their workflows do: their ids. */
export async function findDisagreements(
  installation: Installation,
  client: RecordingClient,
  ids: string[],
): Promise<string[]> {
  const found = await readTold(installation, client, ids)
  return found.filter((told) => !isLevel(told)).map(({ id }) => id)
}

/** So soon the record has all that workflows took, once there is an API again (milliseconds). */
const levelWithin = 30_000

/** Waits until the record of each project tells what its workflow does, and answers what that is. */
export async function untilLevel(
  installation: Installation,
  client: RecordingClient,
  ids: string[],
): Promise<Told[]> {
  await client.read('/readyz')
  const level = new Map<string, Told>()
  for (const limit = Date.now() + levelWithin; ; await delay(200)) {
    const isLate = Date.now() > limit
    const behind = ids.filter((id) => !level.has(id))
    const found = await readTold(installation, client, behind)
    for (const told of found.filter(isLevel)) level.set(told.id, told)
    if (level.size === ids.length) return ids.flatMap((id) => level.get(id) ?? [])
    if (isLate) throw new Error(`not level after ${levelWithin} ms: ${JSON.stringify(found)}`)
  }
}

/** Opens the Temporal of an installation behind its back. */
export async function withTemporal<T>(
  { run }: Installation,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: `127.0.0.1:${portOf(partOf(run.pid, 'Temporal'))}` })
  try {
    return await work(new Client({ connection }))
  } finally {
    await connection.close()
  }
}

/** The events that a project's workflow has accepted, in its own order. */
async function eventsOfWorkflow({ workflow, options }: Client, project: string): Promise<string[]> {
  const { events } = await workflow.getHandle(projectWorkflowId(project)).fetchHistory()
  return (events ?? []).flatMap((event) => {
    const input = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input
    const [command] = input?.args?.payloads ?? []
    if (input?.name !== 'send' || !command) return []
    const { event: sent } = options.loadedDataConverter.payloadConverter.fromPayload<{
      event: { type: string }
    }>(command)
    return [sent.type]
  })
}

/** The certificates of each district carry the serials from 1 on, and each certified project has one of them. */
export async function expectGaplessSerials(
  installation: Installation,
  certified: { id: string; district: string }[],
): Promise<void> {
  await withRecord(installation, async ({ certificates }) => {
    for (const district of districts) {
      const found = await certificates.find({ district }).sort({ _id: 1 }).lean()
      const due = certified.filter((each) => each.district === district)
      expect(found.every(({ _id }) => isCertificateNumber(_id))).toBe(true)
      expect(found.map(({ _id }) => Number(_id.split('-').at(-2)))).toEqual(
        due.map((_each, index) => index + 1),
      )
      expect(found.map(({ project }) => project).toSorted()).toEqual(due.map(({ id }) => id).toSorted())
    }
  })
}

/** Opens the record of an installation behind its back. */
export async function withRecord<T>({ run }: Installation, work: (models: Models) => Promise<T>): Promise<T> {
  const port = portOf(partOf(run.pid, 'MongoDB'))
  const models = await connectModels(`mongodb://127.0.0.1:${port}/zhigai?replicaSet=rs0`)
  try {
    return await work(models)
  } finally {
    await models.connection.close()
  }
}

/** Whoever was not served was told so: the connection broke, or a problem document said when to come back, and with which key. */
export function expectHonestAnswers({ run }: Installation, attempts: Attempt[]): void {
  expect(run.lines.filter((line) => line.includes('unexpected error'))).toEqual([])
  const failed = attempts.filter(({ status }) => status !== 0 && status >= 300)
  const told = failed.map(({ status, type, retryAfter, body }) =>
    [status, type, retryAfter, body['code']].join(' '),
  )
  const honest = /^503 application\/problem\+json 5 (unavailable|outcome-unknown)$/
  expect([...new Set(told)].filter((answer) => !honest.test(answer))).toEqual([])
  const unknown = failed.filter(({ body }) => body['code'] === 'outcome-unknown')
  expect(unknown.filter(({ body }) => typeof body['idempotencyKey'] !== 'string')).toEqual([])
}
