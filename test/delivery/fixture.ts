import { Writable } from 'node:stream'
import { pino } from 'pino'
import { createRecorder } from '../../models/recorder.ts'
import type { Models, NoticeRecord, PersonRecord, TaskRecord } from '../../models/index.ts'
import type { OutboundChannels } from '../../delivery/outgoing-message.ts'
import { createDispatcher } from '../../delivery/dispatcher.ts'
import { audiencesOf, taskIdOf, type Notice, type NotificationBatch } from '../../policy/notices/notice.ts'
import { project as projectionOf } from '../../policy/case/projection.ts'
import { anApplicationBody, anEnterprise, chongqing, people } from '../fixtures.ts'
import { given } from '../policy/given.ts'
import { aNotice } from '../support/a-notice.ts'
import { personOf } from '../support/people.ts'
import { openRecord } from '../support/record.ts'

/** An instant of Shanghai, in milliseconds since 1970. */
export const at = (local: string) => Date.parse(`${local}+08:00`)

/** A reminder five working days before the due date, as it arises on 2021-04-01. */
export function aReminder(overrides: Partial<Notice> = {}): Notice {
  return aNotice({
    kind: 'before',
    deduplicationKey: 'before-5@2021-04-09',
    days: 5,
    unit: 'workingDays',
    ...overrides,
  })
}

/** A line of the ledger, of a notice that arose on the morning of 2021-04-01. */
export function aLine(overrides: Partial<NoticeRecord> = {}): NoticeRecord {
  const arose = new Date(at('2021-04-01T08:30'))
  return {
    ...aNotice(),
    _id: 'a-line',
    project: 'p-1',
    district: '渝北区',
    uscc: people.clerk.uscc,
    revision: 3,
    besides: [],
    recipient: 'wang',
    channel: 'email',
    sendAt: arose,
    status: 'pending',
    message: null,
    at: arose,
    sentAt: null,
    openedAt: null,
    ...overrides,
  }
}

/** The verifier of 渝北区, with a mail address. */
export function aPerson(overrides: Partial<PersonRecord> = {}): PersonRecord {
  return { ...personOf(people.verifier), email: 'wang@example.org', ...overrides }
}

/** A post on a record of its own, with a clock that only the test moves; it begins on 2021-04-01 at nine. */
export async function openDelivery(carriers: OutboundChannels = { email: null, webhook: null }) {
  const { models, drop } = await openRecord()
  const logged: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString())
      done()
    },
  })
  const clock = { ms: at('2021-04-01T09:00') }
  const employ = () =>
    createDispatcher({
      models,
      channels: carriers,
      now: () => clock.ms,
      logger: pino(sink),
    })
  const dispatcher = employ()
  const delivery = {
    models,
    clock,
    logged,
    dispatcher,
    /** Another dispatcher on the same record. */
    employ,
    /** Has something told about a project, at the clock's instant unless another is given. */
    notify: (notices: Notice[], more: Partial<NotificationBatch> = {}) =>
      createRecorder(models).notify({
        project: 'p-1',
        scope: { district: '渝北区', uscc: people.clerk.uscc },
        revision: 3,
        audiences: audiencesOf(chongqing.edition, { district: '渝北区', uscc: people.clerk.uscc }, notices),
        notices,
        at: new Date(clock.ms).toISOString(),
        ...more,
      }),
    /** Makes passes until there is nothing left to do at the clock's instant, or at another, to which it sets the clock. */
    async deliver(local?: string): Promise<void> {
      if (local !== undefined) clock.ms = at(local)
      while ((await dispatcher.deliverDue()) > 0);
    },
    statuses: () => statusesOf(models),
    async stop() {
      await dispatcher.stop()
      await drop()
    },
  }
  return delivery
}

/** A post, as tests use it. */
export type DeliveryFixture = Awaited<ReturnType<typeof openDelivery>>

/** What has become of each notice, by channel and recipient. */
async function statusesOf({ notices }: Models): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { channel, status } of await notices.find().sort({ channel: 1, status: 1 }).lean())
    counts[`${channel} ${status}`] = (counts[`${channel} ${status}`] ?? 0) + 1
  return counts
}

/** Puts a project into the record, under the edition of Chongqing. */
export async function addProject({ projects, editions }: Models, _id: string, name: string): Promise<void> {
  const { state } = given(chongqing).filed(people.clerk, anEnterprise(), anApplicationBody({ name }))
  const { id, year } = chongqing.edition
  await editions.updateOne(
    { _id: 'of-a-test' },
    { $setOnInsert: { id, year, document: chongqing.edition, loadedAt: new Date(0) } },
    { upsert: true },
  )
  const { phase, outcome } = projectionOf(chongqing.edition, state)
  await projects.create({
    _id,
    phase,
    outcome,
    calendars: { country: 1, local: 0 },
    edition: id,
    editionHash: 'of-a-test',
    uscc: people.clerk.uscc,
    district: '渝北区',
    revision: 1,
    state,
    head: 'sha256:of-a-test',
    anchored: false,
    certificate: null,
    filedAt: new Date(0),
    updatedAt: new Date(0),
  })
}

/** Puts the task of a notice into the record, as one that is done. */
export async function finish({ tasks }: Models, notice: Notice, project = 'p-1'): Promise<void> {
  const { task, part, entry } = notice
  const record: TaskRecord = {
    _id: taskIdOf(notice, project),
    project,
    task,
    part,
    entry,
    open: false,
    roles: notice.roles,
    district: '渝北区',
    uscc: people.clerk.uscc,
    dueOn: notice.dueOn,
    overdue: false,
    claimedBy: null,
    openedOn: '2021-03-12',
    remindedOn: null,
    closedOn: '2021-04-01',
    revision: 5,
    at: new Date(at('2021-04-01T09:00')),
  }
  await tasks.create(record)
}
