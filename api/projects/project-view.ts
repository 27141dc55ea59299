import { z } from 'zod'
import type { ProjectRecord } from '../../models/index.ts'
import { actionsFor } from '../../policy/case/actions.ts'
import { Enterprise } from '../../policy/edition/application.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { EventType } from '../../policy/case/events.ts'
import { eventLabels, nameOfTask } from '../../policy/case/labels.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { shownCase } from '../../policy/access/shown-case.ts'
import { turnsOf, type Turn } from '../../policy/case/turns.ts'
import type { CaseDependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { FindingView, findingsFor } from './finding-view.ts'
import { HeldView } from './held-cases.ts'
import { SimilarProject } from './similar.ts'
import { peopleOf, recordAt, type CaseAtInstant } from '../time-travel/time-travel.ts'
import { Words } from '../http/words.ts'

const Supervision = z.object({
  completeOn: z.string().meta({ description: 'The planned completion, as it stands now.' }),
  overdue: z.boolean(),
  explained: z.boolean(),
  extensions: z.array(z.object({ from: z.string(), to: z.string(), on: z.string(), late: z.boolean() })),
  request: z
    .object({
      kind: z.enum(['extension', 'revocation']),
      on: z.string(),
      completeOn: z.string().optional(),
      late: z.boolean().optional(),
    })
    .nullable(),
  reports: z.array(
    z.object({
      period: z.string(),
      on: z.string(),
      percent: z.number(),
      invested: z.string().optional().meta({ description: 'Spent so far, in yuan.' }),
    }),
  ),
  completed: z
    .object({ on: z.string(), reached: z.array(z.string()), missed: z.array(z.string()) })
    .nullable(),
})

const Action = z.object({ type: z.string(), zh: z.string(), en: z.string() })

const TurnView = z.object({
  role: z.string(),
  user: z.string().nullable().meta({ description: 'Null: anybody of the role who has had no part in it.' }),
  district: z.string().nullable(),
  uscc: z.string().nullable(),
  actions: z.array(Action),
})

const Assignments = z
  .array(z.object({ task: z.string(), part: z.string().nullable(), user: z.string() }))
  .meta({ description: 'Who has which task in hand; shown to officers and auditors.' })

const DeadlineView = z.object({
  task: z.string(),
  name: Words,
  part: z.string().optional().meta({ description: 'Of a progress report, such as 2021Q3.' }),
  dueOn: z.string(),
  provisional: z.boolean(),
  overdue: z.boolean(),
  lapsesOn: z.string().optional(),
})

const AsOf = z.object({
  instant: z.string().meta({ description: 'The clock by which the actions are meant.' }),
  since: z.string().meta({ description: 'When the revision was made.' }),
  until: z.string().nullable().meta({ description: 'When the next one was.' }),
})

/** What is shown to those who decide, and to no applicant. */
const ForOfficers = {
  findings: z
    .array(FindingView)
    .optional()
    .meta({ description: 'Shown to officers: what is unlikely in what the applicant has stated.' }),
  similar: z.array(SimilarProject).optional().meta({
    description:
      'Where one project is read by officers: others that are likely the same, of the enterprise or by a paper that another enterprise claims too.',
  }),
}

/** A project as the API shows it to one caller. */
export function projectViewSchema(application: z.ZodType) {
  return z
    .object({
      id: z.string(),
      edition: z.string(),
      phase: z.string(),
      phaseName: Words,
      state: z.unknown().meta({ description: "The machine's full state value." }),
      revision: z.int(),
      actions: z.array(Action).meta({ description: 'What the caller may do.' }),
      deadlines: z.array(DeadlineView),
      application,
      enterprise: Enterprise,
      assessment: z.object({ score: z.number(), level: z.int() }).nullable(),
      judgements: z.array(z.string()).meta({ description: 'Rules that the standard leaves to the officer.' }),
      supervision: Supervision.nullable().meta({ description: 'Once it is certified.' }),
      assignments: Assignments,
      heldSince: z
        .string()
        .nullable()
        .meta({ description: 'An administrator holds the case since that day: nobody can do anything.' }),
      held: HeldView.nullable()
        .optional()
        .meta({ description: 'Where projects are read: since when, and why.' }),
      certificate: z.string().nullable(),
      calendars: z
        .object({ country: z.int(), local: z.int() })
        .meta({ description: 'Versions of the calendars that it counts by.' }),
      ...ForOfficers,
      filedAt: z.string(),
      updatedAt: z.string(),
      asOf: AsOf.optional().meta({ description: 'Where a point in its life was asked for.' }),
      turns: z.array(TurnView).optional().meta({
        description:
          'Where a point in its life was asked for, by those who see all cases: who could do what.',
      }),
    })
    .meta({ id: 'Project' })
}
export type ProjectSchema = ReturnType<typeof projectViewSchema>

/** Shows a project to a caller: what it is at an instant, until when, and what this caller may do. */
export function viewProject(loaded: LoadedEdition, record: ProjectRecord, caller: Actor, nowMs: number) {
  return viewRecord(loaded, recordAt(loaded, record, nowMs), caller, nowMs)
}

function viewRecord(loaded: LoadedEdition, record: ProjectRecord, caller: Actor, nowMs: number) {
  const { edition } = loaded
  const actions = actionsFor(loaded, record.state, caller, nowMs)
  return {
    id: record._id,
    edition: record.edition,
    phase: record.phase,
    phaseName: nameOfTask(edition, record.phase),
    revision: record.revision,
    actions: actions.map(viewAction),
    ...shownCase(edition, record.state, caller),
    ...findingsFor(edition, record.state, caller),
    certificate: record.certificate,
    calendars: record.calendars,
    filedAt: record.filedAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  }
}

/** Shows a project as it was at a moment, and to those who see all of it, whose turn it was. */
export async function viewMoment(deps: CaseDependencies, moment: CaseAtInstant, caller: Actor) {
  const { record, loaded, nowMs, since, until } = moment
  const asOf = {
    instant: new Date(nowMs).toISOString(),
    since: since.toISOString(),
    until: until?.toISOString() ?? null,
  }
  const shown = { ...viewRecord(loaded, record, caller, nowMs), asOf }
  if (scopeOf(loaded.edition, caller) !== 'all') return shown
  const turns = turnsOf(loaded, record.state, await peopleOf(deps, record), nowMs)
  return { ...shown, turns: turns.map(viewTurn) }
}

function viewAction(type: EventType): z.infer<typeof Action> {
  return { type, ...eventLabels[type] }
}

function viewTurn({ role, user, district, uscc, actions }: Turn): z.infer<typeof TurnView> {
  return { role, user, district: district ?? null, uscc: uscc ?? null, actions: actions.map(viewAction) }
}
