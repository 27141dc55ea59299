import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import type { Actor, HistoryEntry } from '../../policy/case/case.ts'
import type { Models } from '../../models/index.ts'
import { filing } from '../../models/intents.ts'
import { createRecorder } from '../../models/recorder.ts'
import { onRecordOf } from '../../models/step-documents.ts'
import type { OnRecord } from '../../models/step-record.ts'
import { askAndRecord } from '../../api/projects/recorded.ts'
import {
  filed,
  projectWorkflowId,
  projectWorkflowType,
  send,
  startOptions,
  type Answer,
  type Command,
  type ProjectInput,
} from '../../workflows/contract.ts'
import { anApplication, anEnterprise, chongqing, cn, people } from '../fixtures.ts'
import { bodyOf, type Act } from './cases.ts'
import { saveTestEdition, testEdition } from './test-edition.ts'

/** A project's workflow as tests drive it, past the API. */
export type Project = {
  id: string
  workflowId: string
  firstRunId: string
  /** Sends an event; answers with the revision it made. */
  act: (actor: Actor, deed: Act[1], more?: Partial<Command>) => Promise<number>
  /** Sends an event past whoever would record it. */
  ask: (actor: Actor, deed: Act[1], more?: Partial<Command>) => Promise<Answer>
  /** The lines of the record, as `type on` in order. */
  lines: () => Promise<Line[]>
}

/** A line of the history: what happened, and on which day. */
export type Line = Pick<HistoryEntry, 'type' | 'on'>

/** What a test may say of a project: another application, a new run after so many events, a clock ahead of the server's. */
export type ProjectOptions = {
  application?: Parameters<typeof anApplication>[0]
  eventsPerRun?: number
  /** Of the edition on record, where the API is to find the case. */
  editionHash?: string
  clockOffset?: number
  recorder?: Parameters<typeof askAndRecord>[0]['recorder']
}

/** The input of a project's workflow. */
export function inputOf(
  id: string,
  { application = {}, recorder: _recorder, ...input }: ProjectOptions = {},
): ProjectInput {
  return {
    project: id,
    edition: chongqing.edition,
    editionHash: testEdition,
    calendar: cn,
    filing: {
      application: anApplication({ name: `项目${id}`, site: `场地${id}`, ...application }),
      enterprise: anEnterprise(),
      by: people.clerk,
      request: 'filing',
      digest: 'filing',
    },
    carried: null,
    ...input,
  }
}

/** Starts the workflow of a project and waits until the filing is on record. */
export async function startProject(
  client: Client,
  models: Models,
  { application: overrides = {}, recorder = createRecorder(models), ...input }: ProjectOptions = {},
): Promise<Project> {
  const id = `p-${randomUUID()}`
  const whole = inputOf(id, { application: overrides, ...input })
  const { application } = whole.filing
  if (whole.editionHash === testEdition) await saveTestEdition(models)
  const workflowId = projectWorkflowId(id)
  const started = await client.workflow.start(projectWorkflowType, {
    workflowId,
    ...startOptions,
    args: [whole],
  })
  const handle = client.workflow.getHandle(workflowId)
  const engines = { recorder, temporal: client }
  await askAndRecord(engines, { project: id, command: filing }, null, () => handle.executeUpdate(filed))
  async function commandFor(by: Actor, deed: Act[1]): Promise<Command> {
    const event = bodyOf(deed, application)
    return {
      event,
      by,
      command: randomUUID(),
      digest: JSON.stringify(event),
      ifRevision: null,
      request: 'act',
      onRecord: await findOnRecord(models, id),
    }
  }
  return {
    id,
    workflowId,
    firstRunId: started.firstExecutionRunId,
    async ask(by, deed, more = {}) {
      const command = { ...(await commandFor(by, deed)), ...more }
      return handle.executeUpdate(send, { args: [command], updateId: command.command })
    },
    async act(by, deed, more = {}) {
      const command = { ...(await commandFor(by, deed)), ...more }
      const { receipt } = await askAndRecord(engines, { project: id, command: command.command }, null, () =>
        handle.executeUpdate(send, { args: [command], updateId: command.command }),
      )
      return receipt.revision
    },
    async lines() {
      const found = await models.history.find({ project: id }).sort({ revision: 1 }).lean()
      return found.map(({ type, on }) => ({ type, on }))
    },
  }
}

/** How far a case is on record, as a caller finds it; of one that is not there yet nothing is confirmed. */
export async function findOnRecord({ projects }: Models, id: string): Promise<OnRecord> {
  const found = await projects.findById(id).lean()
  return found ? onRecordOf(found) : { revision: 0, link: 'sha256:none', certificate: null }
}

/** Sends a way of events, one after another. */
export async function actAll(project: Project, way: readonly Act[]): Promise<void> {
  for (const [actor, deed] of way) await project.act(actor, deed)
}
