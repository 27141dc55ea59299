import type { StepRecord } from '../../models/step-record.ts'
import { closedTasks, project as projectionOf } from '../../policy/case/projection.ts'
import type { Seal } from '../../policy/integrity/chain.ts'
import { anApplicationBody, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { testEdition } from '../support/test-edition.ts'
import { given, type Journey } from '../policy/given.ts'

const { clerk, verifier, reviewer } = people

const sealOf = (revision: number): Seal => ({
  previous: revision === 1 ? null : `sha256:${revision - 1}`,
  stateDigest: 'sha256:state',
  link: `sha256:${revision}`,
})

/** A journey as its workflow would have it recorded. */
export function stepsOf(journey: Journey, project: string): StepRecord[] {
  return journey.steps.map(({ state, entry, effects, notices }, index) => ({
    project,
    seal: sealOf(state.revision),
    run: 'of-a-test',
    notices,
    audiences: [],
    closed: closedTasks(chongqing.edition, journey.steps[index - 1]?.state ?? null, state),
    versions: { country: 1, local: 0 },
    edition: chongqing.edition.id,
    editionHash: testEdition,
    state,
    projection: projectionOf(chongqing.edition, state),
    entry,
    effects,
    series: { prefix: 'CQ-2021', bodyCode: project },
    filedAt: '2021-03-01T04:00:00.000Z',
    at: new Date(Date.UTC(2021, 2, 1, 4, 0, state.revision)).toISOString(),
    request: `request-${state.revision}`,
  }))
}

/** A large project, filed. */
export const filed = () => given(chongqing).filed(clerk, anEnterprise(), anApplicationBody(large))
/** One that its district has before it. */
export const submitted = () => filed().when(clerk, 'completeAssessment', 'submit')
/** One that was mended once and is certified. */
export const certified = () =>
  submitted()
    .when(verifier, 'claim', 'return')
    .when(clerk, 'resubmit')
    .when(verifier, 'claim', 'approve')
    .when(reviewer, 'claim', 'approve')
