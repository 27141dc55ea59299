import { afterAll, beforeAll, expect, it } from 'vitest'
import { projectWorkflowType, startOptions, type ProjectInput } from '../../workflows/contract.ts'
import { openFixture } from '../evidence/archive/fixture.ts'
import { people } from '../fixtures.ts'
import { inputOf, startProject } from '../support/projects.ts'

const hour = 3_600_000

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.stop())

/** What a run hands over whose server was an hour ahead. */
async function carriedFromAhead(id: string, lastAt: number): Promise<ProjectInput['carried']> {
  const found = await fixture.models.projects.findById(id).lean()
  if (!found) throw new Error('it is not on record')
  const { state, filedAt, head } = found
  return { state, filedAt: filedAt.getTime(), lastAt, head, unrecorded: [], receipts: [] }
}

it('the clock of a case does not go back where the server of a later run is behind', async () => {
  const { models, temporal } = fixture
  const project = await startProject(temporal, models)
  const { id, workflowId } = project
  const lastAt = Date.now() + hour
  const input = { ...inputOf(id, { eventsPerRun: 1 }), carried: await carriedFromAhead(id, lastAt) }
  await temporal.workflow.getHandle(workflowId).terminate()
  await temporal.workflow.start(projectWorkflowType, { workflowId, ...startOptions, args: [input] })
  await project.act(people.clerk, 'completeAssessment')
  await project.act(people.clerk, 'submit')
  const lines = await models.history.find({ project: id }).sort({ revision: 1 }).lean()
  expect(lines.map(({ type }) => type)).toEqual(['file', 'completeAssessment', 'submit'])
  expect(lines.slice(1).map(({ at }) => at.getTime())).toEqual([lastAt, lastAt])
  expect(new Set(lines.map(({ run }) => run)).size).toBe(3)
})
