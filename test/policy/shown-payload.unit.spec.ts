import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../policy/case/case.ts'
import { visibilityOf } from '../../policy/access/visibility.ts'
import { shownPayload } from '../../policy/access/shown-payload.ts'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { clerk, colleague, verifier, reviewer, auditor } = people
const { edition } = chongqing

const filed = given(chongqing).filed(clerk, anEnterprise(), anApplication(large))
const claimed = filed.when(clerk, 'completeAssessment', 'submit').when(verifier, 'claim')
const passedOn = claimed.when(verifier, 'approve')
const reviewed = passedOn.when(reviewer, 'claim')
const small = certified()
const asked = small.when(clerk, 'requestExtension')
const hearing = small.when(verifier, 'requestRevocation')
const urged = { type: 'urge', note: '请抓紧' } as const

type Lines = Record<HistoryEntry['type'], [told: object, after: Journey][]>

const reason = { reason: '材料不全' }
const opinion = { opinion: '属实' }
const commanded = { reason: '核查数据' }

/** What an applicant is told of each event, by how the case stands then. */
const told = {
  file: [[{ totalInvestment: '30000000.00' }, filed]],
  completeAssessment: [[{ score: 2.15, level: 2 }, filed.when(clerk, 'completeAssessment')]],
  amend: [[{ totalInvestment: '30000000.00' }, filed.when(clerk, 'amend')]],
  submit: [[{}, filed.when(clerk, 'completeAssessment', 'submit')]],
  claim: [
    [{}, claimed],
    [{ inPlaceOf: ['district'] }, hearing.when(clerk, 'respond').when(reviewer, 'claim')],
  ],
  release: [[{}, claimed.when(verifier, 'release')]],
  approve: [
    [{}, passedOn],
    [opinion, reviewed.when(reviewer, 'approve')],
  ],
  return: [
    [reason, claimed.when(verifier, 'return')],
    [{}, reviewed.when(reviewer, 'return')],
  ],
  reject: [[reason, claimed.when(verifier, 'reject')]],
  resubmit: [[{ totalInvestment: '30000000.00' }, claimed.when(verifier, 'return').when(clerk, 'resubmit')]],
  withdraw: [[reason, filed.when(clerk, 'withdraw')]],
  extendTime: [[reason, claimed.when(verifier, 'extendTime')]],
  suspend: [[{ ground: 'expertReview', reason: '组织专家评审' }, reviewed.when(reviewer, 'suspend')]],
  resume: [[{}, reviewed.when(reviewer, 'suspend').when(reviewer, 'resume')]],
  urge: [
    [{}, claimed.when(reviewer, urged)],
    [{}, asked.when(reviewer, urged)],
    [{ note: urged.note }, asked.when(verifier, urged)],
    [{ note: urged.note }, small.when(reviewer, urged)],
    [{ note: urged.note }, small.when(verifier, urged)],
  ],
  report: [[{ percent: 40, invested: { equipment: '600000.00' } }, small.when(clerk, 'report')]],
  complete: [
    [{ completedOn: '2020-03-01', effects: ['productivity', 'defectRate'] }, small.when(clerk, 'complete')],
  ],
  explainOverdue: [
    [
      { reason: '设备到货延迟', measures: '增加班次' },
      small.until('2021-12-01').when(clerk, 'explainOverdue'),
    ],
  ],
  requestExtension: [[{ reason: '设备到货延迟', measures: '增加班次', completeOn: '2021-11-30' }, asked]],
  grantExtension: [
    [
      { completeOn: '2021-11-15' },
      asked.when(verifier, 'claim', { type: 'grantExtension', completeOn: '2021-11-15' }),
    ],
  ],
  refuseExtension: [[reason, asked.when(verifier, 'claim', 'refuseExtension')]],
  withdrawRequest: [[reason, hearing.when(verifier, { type: 'withdrawRequest', ...reason })]],
  // No decision of Chongqing is published: `public-notice.unit.spec.ts`.
  recordObjection: [],
  // Nor does anybody make a report: `report.unit.spec.ts`.
  commission: [],
  deliverReport: [],
  annotate: [[{}, claimed.when(verifier, 'annotate')]],
  requestRevocation: [
    [reason, hearing],
    [reason, small.when(colleague, 'requestRevocation')],
  ],
  respond: [[{ statement: '项目仍在推进' }, hearing.when(clerk, 'respond')]],
  revoke: [[reason, small.when(clerk, 'requestRevocation').when(verifier, 'claim', 'revoke')]],
  refuseRevocation: [
    [reason, small.when(clerk, 'requestRevocation').when(verifier, 'claim', 'refuseRevocation')],
  ],
  overdue: [[{ task: 'districtVerification', part: null }, claimed.until('2021-04-01')]],
  lapse: [[{ task: 'correction', part: null }, claimed.when(verifier, 'return').until('2021-06-01')]],
  recalculate: [],
  hold: [
    [{}, claimed.commanded('hold')],
    [commanded, small.commanded('hold')],
    [commanded, claimed.when(verifier, 'return').commanded('hold')],
  ],
  endHold: [
    [{}, claimed.commanded('hold').commanded('endHold')],
    [commanded, small.commanded('hold').commanded('endHold')],
  ],
  restart: [[{}, small.commanded('restart')]],
} satisfies Lines

const lines = Object.entries<Lines[keyof Lines]>(told).flatMap(([type, ways]) =>
  ways.map(([payload, after], index) => ({ type, index, payload, entry: after.steps.at(-1)?.entry })),
)

function payloadOf(entry: HistoryEntry | undefined, viewer: { role: string }) {
  if (!entry) throw new Error('nothing happened')
  return shownPayload(edition, entry, visibilityOf(edition, viewer).event)
}

describe.each([clerk, colleague])('what $role is told', ({ role }) => {
  it.each(lines)('of $type ($index)', ({ type, payload, entry }) => {
    expect(entry?.type).toBe(type)
    expect(payloadOf(entry, { role })).toEqual(payload)
  })

  it('of a new calendar: where it stands', () => {
    const [line] = filed.steps
    if (!line) throw new Error('nothing happened')
    const payload = { source: '国办发明电', clerk: 'adm' }
    const entry = { ...line.entry, type: 'recalculate' as const, by: people.administrator, payload }
    expect(payloadOf(entry, { role })).toEqual({ source: '国办发明电' })
  })
})

it('an applicant reads all that it has said itself, whatever is told of others', () => {
  const [line] = claimed.when(verifier, 'release').steps.slice(-1)
  if (!line) throw new Error('nothing happened')
  expect(payloadOf({ ...line.entry, payload: reason }, clerk)).toEqual({})
  expect(payloadOf({ ...line.entry, payload: reason, by: colleague }, clerk)).toEqual(reason)
})

describe.each([verifier, reviewer, auditor])('what $role is told', ({ role }) => {
  it.each(lines)('of $type ($index): all of it', ({ entry }) => {
    expect(payloadOf(entry, { role })).toEqual(entry?.payload)
  })
})
