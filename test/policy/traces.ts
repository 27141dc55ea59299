import { traceOf, type Trace } from '../../policy/diagram/trace.ts'
import { anApplication, anEnterprise, chongqing, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { clerk, secondVerifier, verifier } = people

/** A project that was returned twice and is being verified for the third time. */
export const returned = given(chongqing, '2021-02-09')
  .filed(clerk, anEnterprise(), anApplication())
  .when(clerk, 'completeAssessment', 'submit')
  .on('2021-02-10')
  .when(verifier, 'claim', 'return')
  .on('2021-02-22')
  .when(clerk, 'resubmit')
  .when(verifier, 'claim', 'return')
  .on('2021-03-01')
  .when(clerk, 'resubmit')

const extended = (before: Journey, asked: string, granted: string) =>
  before.on(asked).when(clerk, 'requestExtension').on(granted).when(secondVerifier, 'claim', 'grantExtension')

/** A project that was certified, extended twice, held, late, and nearly revoked. */
export const long = extended(
  extended(certified({ completeOn: '2021-06-30' }), '2021-05-10', '2021-05-12')
    .on('2021-07-01')
    .commanded('hold')
    .on('2021-07-05')
    .commanded('endHold'),
  '2021-07-10',
  '2021-07-20',
)
  .on('2021-11-10')
  .when(secondVerifier, 'requestRevocation')
  .on('2021-11-20')
  .when(clerk, 'respond')
  .on('2021-11-25')
  .when(verifier, 'claim', 'refuseRevocation')

/** The trace of a project as it is read on a day, off all of its lines or some. */
export function traceAt(
  { steps, state }: Journey,
  today: string,
  lines = steps.map(({ entry }) => entry),
): Trace {
  return traceOf(chongqing, lines, { state, today })
}

/** A project that was returned five times: more than is told stay by stay. */
export const often = [4, 5, 6].reduce(
  (journey, month) =>
    journey
      .on(`2021-0${month}-01`)
      .when(verifier, 'claim', 'return')
      .on(`2021-0${month}-06`)
      .when(clerk, 'resubmit'),
  returned,
)
