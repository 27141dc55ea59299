import { z } from 'zod'
import type { ProjectRecord } from '../models/index.ts'
import { actionsFor } from '../policy/actions.ts'
import { Enterprise } from '../policy/application.ts'
import type { Actor } from '../policy/case.ts'
import type { Edition, Words } from '../policy/edition.ts'
import { eventLabels } from '../policy/labels.ts'
import { scopeOf } from '../policy/permissions.ts'
import type { LoadedEdition } from './editions.ts'

/** A project as the API shows it to one caller. */
export function projectViewSchema(application: z.ZodType) {
  return z
    .object({
      id: z.string(),
      edition: z.string(),
      phase: z.string(),
      phaseName: z.object({ zh: z.string(), en: z.string() }),
      state: z.unknown().meta({ description: "The machine's full state value." }),
      revision: z.int(),
      actions: z.array(z.object({ type: z.string(), zh: z.string(), en: z.string() })),
      deadlines: z.array(
        z.object({
          task: z.string(),
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
      claimedBy: z.string().nullable().meta({ description: 'Shown to officers and auditors.' }),
      certificate: z.string().nullable(),
      filedAt: z.string(),
      updatedAt: z.string(),
    })
    .meta({ id: 'Project' })
}

/** The name of a stage or an end of an edition; its id, if the edition has none of that id. */
export function phaseName({ stages, ends }: Edition, phase: string): Words {
  const found = [...stages, ...ends].find(({ id }) => id === phase)
  return { zh: found?.zh ?? phase, en: found?.en ?? phase }
}

/** Shows a project to a caller: what it is, until when, and what this caller may do now. */
export function viewProject(loaded: LoadedEdition, record: ProjectRecord, caller: Actor) {
  const { edition } = loaded
  const { state } = record
  return {
    id: record._id,
    edition: record.edition,
    phase: record.phase,
    phaseName: phaseName(edition, record.phase),
    state: state.value,
    revision: record.revision,
    actions: actionsFor(loaded, state, caller).map((type) => ({ type, ...eventLabels[type] })),
    deadlines: state.deadlines,
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
