import { TestWorkflowEnvironment } from '@temporalio/testing'
import { endOfDay, shanghaiDate } from '../../policy/time/dates.ts'
import { people } from '../fixtures.ts'
import { engines } from './engines.ts'
import { replayRuns, runsOf } from './histories.ts'
import { personOf } from './people.ts'
import { startProject, type Project, type ProjectOptions } from './projects.ts'
import { openRecord } from './record.ts'
import { quietRuntime } from './runtime.ts'
import { startWorker } from './worker.ts'

/** How long a test waits for the record to catch up. */
export const patience = { timeout: 20_000, interval: 20 }

/** A project whose days are played: its clock starts on the day that a test names. */
export type Played = Project & { until: (day: string) => Promise<void> }

/** Each life is played in one run and in many: it must not make a difference. */
export const waysToRun: [how: string, options: ProjectOptions][] = [
  ['in one run', {}],
  ['in a new run after every event', { eventsPerRun: 1 }],
]

/** Who is known, and how tables name them: the enterprise has one user that is known and administrators that are not. */
const known = [people.clerk, people.verifier, people.secondVerifier, people.reviewer]
/** The enterprise in a table of what was told: those it has, and its mailbox. */
export const enterprise = 'administrators lin mailbox:enterprise:91500112MA5ABCD195'
/** The officers of the district in a table of what was told, and their mailbox. */
export const district = 'mailbox:district:渝北区 qian wang'
/** The officers of the city, and theirs. */
export const municipal = 'chen mailbox:municipal:'
/** A district and the city that may stand in for it. */
export const both = 'chen mailbox:district:渝北区 mailbox:municipal: qian wang'

/** The first lines of a project that is submitted on a day. */
export const filedOn = (day: string) =>
  ['file', 'completeAssessment', 'submit'].map((type) => `${day} ${type}`)
/** The first lines of a project that its district verifies on the day it is filed. */
export const certifiedOn = (day: string) => [...filedOn(day), `${day} claim`, `${day} approve`]

/** Workflows, their worker and a record on a server of its own that skips the time in which nothing happens. */
export async function startSkipping() {
  quietRuntime()
  const { models, drop } = await openRecord()
  await models.people.insertMany(known.map(personOf))
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: engines().testServer } },
    client: { identity: 'test' },
  })
  const worker = await startWorker(models, env.nativeConnection)
  const { client } = env

  /** Lets time pass until noon of a day in Shanghai, on a clock that is ahead of the server's (milliseconds). */
  async function until(day: string, ahead = 0): Promise<void> {
    const wait = noonOf(day) - ahead - (await env.currentTimeMs())
    if (wait > 0) await env.sleep(wait)
  }

  return {
    client,
    models,
    until,
    /** Files a project at noon of a day of its own clock. */
    async play(day: string, options: ProjectOptions = {}): Promise<Played> {
      const clockOffset = noonOf(day) - (await env.currentTimeMs())
      const project = await startProject(client, models, { ...options, clockOffset })
      return { ...project, until: (later) => until(later, clockOffset) }
    },
    /** Everything that anybody was told, but for one task, as a table in order; what is being written is not in it yet. */
    async told({ id }: Project, but?: string): Promise<string[]> {
      const found = await models.notices.find({ project: id, task: { $ne: but ?? '' } }).lean()
      return tableOf(found)
    },
    /** Everything that was done, `day type`, once the project is on record as it stands after it. */
    async done(project: Project): Promise<string[]> {
      const lines = await project.lines()
      const record = await models.projects.findById(project.id).lean()
      return record?.revision === lines.length ? lines.map(({ type, on }) => `${on} ${type}`) : []
    },
    /** Replays every run of a project, and ends it where it would go on for ever. */
    async finish({ workflowId, firstRunId }: Project): Promise<void> {
      await replayRuns(client, workflowId, await runsOf(client, workflowId, firstRunId))
      const handle = client.workflow.getHandle(workflowId)
      const { status } = await handle.describe()
      if (status.name === 'RUNNING') await handle.terminate()
    },
    async stop() {
      await worker.stop()
      await env.teardown()
      await drop()
    },
  }
}

/** A server that skips time, with all that tests do on it. */
export type Skipping = Awaited<ReturnType<typeof startSkipping>>

type Told = {
  sendAt: Date
  deduplicationKey: string
  kind: string
  task: string
  part: string | null
  recipient: string
}

/** The ledger as `day deduplicationKey task: recipients`, in order; a period stands after its task. */
function tableOf(notices: Told[]): string[] {
  const rows = new Map<string, string[]>()
  for (const { sendAt, deduplicationKey, kind, task, part, recipient } of notices) {
    const named = deduplicationKey.startsWith(kind) ? deduplicationKey : `${kind}-${deduplicationKey}`
    const row = `${shanghaiDate(sendAt.getTime())} ${named} ${task}${part === null ? '' : ` ${part}`}`
    rows.set(row, [
      ...(rows.get(row) ?? []),
      recipient.replace(/^mailbox:enterpriseAdmin:.*/, 'administrators'),
    ])
  }
  return [...rows].map(([row, recipients]) => `${row}: ${recipients.toSorted().join(' ')}`).toSorted()
}

function noonOf(day: string): number {
  return endOfDay(day) - 12 * 3_600_000
}
