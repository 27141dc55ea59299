import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import type { Actor, HistoryEntry } from '../../policy/case/case.ts'
import type { Models } from '../../models/index.ts'
import {
  filed,
  projectWorkflowId,
  projectWorkflowType,
  send,
  startOptions,
  type Command,
  type ProjectInput,
} from '../../workflows/contract.ts'
import { anApplication, anEnterprise, chongqing, cn, people } from '../fixtures.ts'
import { bodyOf, type Act } from './cases.ts'

/** A project's workflow as tests drive it, past the API. */
export type Project = {
  id: string
  workflowId: string
  firstRunId: string
  /** Sends an event; answers with the revision it made. */
  act: (actor: Actor, deed: Act[1], more?: Partial<Command>) => Promise<number>
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
}

/** The input of a project's workflow. */
export function inputOf(id: string, { application = {}, ...input }: ProjectOptions = {}): ProjectInput {
  return {
    project: id,
    edition: chongqing.edition,
    editionHash: 'of-a-test',
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
  { history }: Models,
  { application: overrides = {}, ...input }: ProjectOptions = {},
): Promise<Project> {
  const id = `p-${randomUUID()}`
  const whole = inputOf(id, { application: overrides, ...input })
  const { application } = whole.filing
  const workflowId = projectWorkflowId(id)
  const started = await client.workflow.start(projectWorkflowType, {
    workflowId,
    ...startOptions,
    args: [whole],
  })
  await started.executeUpdate(filed)
  const handle = client.workflow.getHandle(workflowId)
  return {
    id,
    workflowId,
    firstRunId: started.firstExecutionRunId,
    async act(by, deed, more = {}) {
      const event = bodyOf(deed, application)
      const plain = {
        event,
        by,
        command: randomUUID(),
        digest: JSON.stringify(event),
        ifRevision: null,
        request: 'act',
      }
      const command: Command = { ...plain, ...more }
      const { revision } = await handle.executeUpdate(send, { args: [command], updateId: command.command })
      return revision
    },
    async lines() {
      const found = await history.find({ project: id }).sort({ revision: 1 }).lean()
      return found.map(({ type, on }) => ({ type, on }))
    },
  }
}

/** Sends a way of events, one after another. */
export async function actAll(project: Project, way: readonly Act[]): Promise<void> {
  for (const [actor, deed] of way) await project.act(actor, deed)
}
