import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { ProjectRecord } from '../../models/index.ts'
import { findIneligibility } from '../../policy/case/actions.ts'
import type { Application, Enterprise } from '../../policy/edition/application.ts'
import { intakeAt } from '../../policy/edition/intake.ts'
import { closedWords } from '../../policy/edition/intake-words.ts'
import { calendarSince } from '../../policy/time/calendar.ts'
import type { Actor } from '../../policy/case/case.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { RefusalError } from '../../policy/errors.ts'
import {
  filed,
  projectWorkflowId,
  projectWorkflowType,
  startOptions,
  type Answer,
  type ProjectInput,
} from '../../workflows/contract.ts'
import { askAndRecord } from './recorded.ts'
import { filing as filingCommand } from '../../models/intents.ts'
import { reserveKeys } from './duplicate-keys.ts'
import { commandOf, digestOf } from '../http/commands.ts'
import { counted, type Done } from '../http/counting.ts'
import type { CaseDependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { withinDeadline } from '../http/deadline.ts'
import { NotOnRecord } from '../http/outages.ts'

/** A filing: what is filed, under which edition, by whom, under which key and request. */
export type Filing = {
  application: Application
  under: LoadedEdition
  by: Actor
  idempotencyKey: string
  request: string
}

/**
 * Files an application: refuses what cannot be filed before anything is written, takes its keys, starts the project's
 * workflow and answers when the project is on record. The same key files once, however often it is sent.
 */
export async function fileProject(deps: CaseDependencies, filing: Filing): Promise<ProjectRecord> {
  const { record } = await counted(deps.metrics, 'file', () => fileOnce(deps, filing))
  return record
}

async function fileOnce(
  deps: CaseDependencies,
  { application, under, by, idempotencyKey, request }: Filing,
): Promise<{ record: ProjectRecord; done: Done }> {
  const { models } = deps
  const { edition, hash } = under
  const project = `p-${commandOf(by.user, idempotencyKey).slice(0, 24)}`
  const digest = digestOf(application)
  const known = await models.projects.findById(project).lean()
  if (known)
    return { record: await sameFiling(deps, known, { digest, edition: edition.id }), done: 'repeated' }
  refuseClosed(under, deps.now())
  const enterprise = await getEnterprise(deps, application.uscc)
  const refusal = findIneligibility(edition, application, enterprise)
  if (refusal) throw new RefusalError(refusal)
  await reserveKeys(models, project, { edition, application }, by, deps.now())
  const year = Number(shanghaiDate(deps.now()).slice(0, 4))
  const { country, local, versions } = await deps.calendars.of(application.district)
  const input: ProjectInput = {
    project,
    edition,
    editionHash: hash,
    calendar: calendarSince(country, year),
    local,
    versions,
    filing: { application, enterprise, by, request, digest },
    carried: null,
    ...deps.played,
  }
  const carried = await askAndRecord(deps, { project, command: filingCommand }, null, () =>
    start(deps, input),
  )
  const record = carried.record ?? (await getRecord(deps, project))
  if (carried.receipt.digest !== digest || record.edition !== edition.id)
    throw new RefusalError({ code: 'idempotency-key-reused' })
  return { record, done: 'accepted' }
}

/** Refuses what comes while the edition takes no applications, and says when it will. */
function refuseClosed({ edition }: LoadedEdition, nowMs: number): void {
  const state = intakeAt(edition.intake, nowMs)
  if (state.open) return
  throw new RefusalError({ code: 'intake-closed', words: closedWords(edition.title, state.opensAt) })
}

/** A project that is known to be on record. */
export async function getRecord({ models }: CaseDependencies, project: string): Promise<ProjectRecord> {
  const record = await models.projects.findById(project).lean()
  if (!record) throw new Error(`project ${project} is not on record`)
  return record
}

function start({ temporal }: CaseDependencies, input: ProjectInput): Promise<Answer> {
  const startWorkflowOperation = new WithStartWorkflowOperation(projectWorkflowType, {
    workflowId: projectWorkflowId(input.project),
    ...startOptions,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  })
  return withinDeadline(temporal, () =>
    temporal.workflow.executeUpdateWithStart(filed, { startWorkflowOperation, updateId: 'filed' }),
  ).catch((error: unknown) => {
    // It has come to its end before it was on record: it will be.
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      throw new NotOnRecord(`${input.project} is not on record yet`, { cause: error })
    throw error
  })
}

async function sameFiling(
  { models }: CaseDependencies,
  record: ProjectRecord,
  { digest, edition }: { digest: string; edition: string },
): Promise<ProjectRecord> {
  const line = await models.history.findById(`${record._id}:1`, { application: 1 }).lean()
  if (!line?.application || digestOf(line.application) !== digest || record.edition !== edition)
    throw new RefusalError({ code: 'idempotency-key-reused' })
  return record
}

async function getEnterprise({ models }: CaseDependencies, uscc: string): Promise<Enterprise> {
  const found = await models.enterprises.findById(uscc, { revision: 0 }).lean()
  if (!found) throw new RefusalError({ code: 'unknown-enterprise', field: 'application.uscc' })
  const { _id, ...enterprise } = found
  return { uscc: _id, ...enterprise }
}
