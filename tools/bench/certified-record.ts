import { certificateDocument } from '../../models/step-documents.ts'
import { defaultPreferences } from '../../api/people/people.ts'
import type { Models, PersonRecord } from '../../models/index.ts'
import { passTime, type Process } from '../../policy/case/lifecycle.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { audiencesOf, taskIdOf, type Notice } from '../../policy/notices/notice.ts'
import { project as projectionOf } from '../../policy/case/projection.ts'
import type { Audience } from '../../policy/access/capacities.ts'
import { recipientsOf } from '../../policy/notices/recipients.ts'
import { remindersOn } from '../../policy/notices/reminders.ts'
import { asKept, certifiedMs, type Certified } from './certified.ts'

const atOnce = 500
/** Later than any day that a bench plays: whoever was seen then is here. */
const afterAll = new Date('2100-01-01')

/** Puts projects into the record as their workflows would have left them: state, tasks, history, snapshots and certificate. */
export async function recordCertified(models: Models, projects: Certified[]): Promise<void> {
  for (let from = 0; from < projects.length; from += atOnce) {
    const some = projects.slice(from, from + atOnce)
    await Promise.all([
      models.projects.insertMany(some.map(projectOf)),
      models.tasks.insertMany(some.flatMap(tasksOf)),
      models.history.insertMany(some.flatMap(linesOf)),
      models.snapshots.insertMany(some.flatMap(snapshotsOf)),
      models.certificates.insertMany(some.flatMap(certificatesOf)),
    ])
  }
}

/** A person with a mail address, as somebody who has signed in once and given it. */
export function personOf(user: string, capacity: Audience): PersonRecord {
  const email = `${user.toLowerCase().replaceAll(/[^a-z0-9-]/g, '')}@example.org`
  const capacities = [{ ...capacity, issuedAt: afterAll, seenAt: afterAll, ended: false }]
  return { ...defaultPreferences, _id: user, capacities, turn: 1, removals: [], email, feed: null }
}

/** What the instant that a project stands before must bring about: lines of its history and notices, by their `_id`. */
export function expectedOf(
  process: Process,
  { state, beforeMs, input: { project } }: Certified,
  people: PersonRecord[],
): { lines: string[]; notices: string[] } {
  const steps = passTime(process, state, beforeMs)
  const { notices: reminders } = remindersOn(process, steps.at(-1)?.state ?? state, shanghaiDate(beforeMs))
  const told = [...steps.flatMap(({ notices }) => notices), ...reminders]
  const audiences = audiencesOf(process.edition, state.case.application, told)
  return {
    lines: steps.map(({ entry }) => `${project}:${entry.revision}`),
    notices: told.flatMap((notice) =>
      recipientsOf(notice, audiences, people, beforeMs)
        .flatMap((recipient) =>
          'mailbox' in recipient ? [`${recipient.mailbox}:inbox`] : placesOf(people, recipient.user),
        )
        .map((place) => noticeId(project, notice, place)),
    ),
  }
}

function noticeId(project: string, notice: Notice, place: string): string {
  return `${taskIdOf(notice, project)}:${notice.occasion}:${place}`
}

/** Recipient and channel of somebody who is told. */
function placesOf(people: PersonRecord[], user: string): string[] {
  const hasMail = people.some(({ _id, email }) => _id === user && email !== null)
  return [`${user}:inbox`, ...(hasMail ? [`${user}:email`] : [])]
}

function projectOf(certified: Certified) {
  const { input } = certified
  const { state } = certified.steps.at(-1) ?? certified
  const { phase, outcome } = projectionOf(input.edition, state)
  const { uscc, district } = state.case.application
  return {
    _id: input.project,
    phase,
    outcome,
    edition: input.edition.id,
    editionHash: input.editionHash,
    uscc,
    district,
    revision: state.revision,
    state: asKept(state),
    certificate: numberOf(certified),
    head: certified.lines.at(-1)?.link,
    anchored: false,
    calendars: { country: 1, local: 0 },
    filedAt: new Date(certifiedMs),
    updatedAt: new Date(certifiedMs),
  }
}

function tasksOf({ state, input: { edition, project } }: Certified) {
  const { uscc, district } = state.case.application
  const place = {
    project,
    uscc,
    district,
    revision: state.revision,
    at: new Date(certifiedMs),
    open: true,
    closedOn: null,
    remindedOn: null,
  }
  return projectionOf(edition, state).tasks.map((task) => ({
    _id: taskIdOf(task, project),
    ...task,
    ...place,
  }))
}

function linesOf({ lines, input: { project } }: Certified) {
  return lines.map((line) => ({
    ...line,
    _id: `${project}:${line.revision}`,
    run: 'bench',
    at: new Date(line.at),
  }))
}

function numberOf({ input: { project } }: Certified): string {
  return `bench-${project}`
}

function certificatesOf(certified: Certified) {
  const { project, edition } = certified.input
  return certified.steps
    .filter(({ effects }) => effects.includes('issueCertificate'))
    .map(({ state, entry }) =>
      certificateDocument({ project, edition: edition.id, state, entry }, numberOf(certified)),
    )
}

function snapshotsOf({ steps, input: { project, editionHash } }: Certified) {
  return steps.map(({ state }) => ({
    _id: `${project}:${state.revision}`,
    project,
    revision: state.revision,
    at: new Date(certifiedMs),
    state: asKept(state),
    editionHash,
    calendars: { country: 1, local: 0 },
  }))
}
