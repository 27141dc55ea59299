import { z } from 'zod'
import type { ProjectRecord } from '../models/index.ts'
import { actionsFor } from '../policy/actions.ts'
import { Enterprise } from '../policy/application.ts'
import type { Actor } from '../policy/case.ts'
import { eventLabels, nameOfTask } from '../policy/labels.ts'
import { scopeOf } from '../policy/permissions.ts'
import type { Supervision as SupervisionState } from '../policy/supervision.ts'
import type { LoadedEdition } from './editions.ts'
import { Words } from './words.ts'

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
  reports: z.array(z.object({ period: z.string(), on: z.string(), percent: z.number() })),
  completed: z
    .object({ on: z.string(), reached: z.array(z.string()), missed: z.array(z.string()) })
    .nullable(),
})

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
      actions: z.array(z.object({ type: z.string(), zh: z.string(), en: z.string() })),
      deadlines: z.array(
        z.object({
          task: z.string(),
          name: Words,
          period: z.string().optional().meta({ description: 'Of a progress report, such as 2021Q3.' }),
          dueOn: z.string(),
          provisional: z.boolean(),
          overdue: z.boolean(),
          lapsesOn: z.string().optional(),
        }),
      ),
      application,
      enterprise: Enterprise,
      assessment: z.object({ score: z.number(), level: z.int() }).nullable(),
      judgements: z.array(z.string()).meta({ description: 'Rules that the standard leaves to the officer.' }),
      supervision: Supervision.nullable().meta({ description: 'Once it is certified.' }),
      claimedBy: z.string().nullable().meta({ description: 'Shown to officers and auditors.' }),
      certificate: z.string().nullable(),
      filedAt: z.string(),
      updatedAt: z.string(),
    })
    .meta({ id: 'Project' })
}

/** Shows a project to a caller: what it is, until when, and what this caller may do now. */
export function viewProject(loaded: LoadedEdition, record: ProjectRecord, caller: Actor, nowMs: number) {
  const { edition } = loaded
  const { state } = record
  return {
    id: record._id,
    edition: record.edition,
    phase: record.phase,
    phaseName: nameOfTask(edition, record.phase),
    state: state.value,
    revision: record.revision,
    actions: actionsFor(loaded, state, caller, nowMs).map((type) => ({ type, ...eventLabels[type] })),
    deadlines: state.deadlines.map(({ task, period, dueOn, provisional, overdue, lapsesOn }) => ({
      task,
      name: nameOfTask(edition, task),
      ...(period !== null && { period }),
      dueOn,
      provisional,
      overdue,
      ...(lapsesOn !== undefined && { lapsesOn }),
    })),
    supervision: state.case.supervision ? viewSupervision(state.case.supervision) : null,
    application: state.case.application,
    enterprise: state.case.enterprise,
    assessment: state.case.assessment,
    judgements: state.case.judgements,
    claimedBy: scopeOf(edition, caller) === 'own' ? null : state.case.claimedBy,
    certificate: record.certificate,
    filedAt: record.filedAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  }
}

/** Who asked for something stands in the history, for those who may know. */
function viewSupervision({ since: _since, request, ...rest }: SupervisionState): z.infer<typeof Supervision> {
  if (!request) return { ...rest, request }
  const { by: _by, ...shown } = request
  return { ...rest, request: shown }
}
