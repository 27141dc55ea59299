import type { EventType } from '../../policy/events.ts'

/** For each state, who may send what, as a person would write it down; `claimant` and `fourEyes` come on top. */
export type Table = Record<string, Partial<Record<EventType, readonly string[]>>>

const firm = ['enterprise', 'enterpriseAdmin']

/** The states of a certified project; urged by those whose view is wider, decided by its officers. */
function supervisedTable(stage: string, by: string[], officers: string[], urge: string[]): Table {
  const both = [...by, ...officers]
  const ways = { complete: by, requestExtension: by, requestRevocation: both }
  const places: Table = {
    building: ways,
    overdue: { ...ways, explainOverdue: by },
    explained: { ...ways, explainOverdue: by },
    'extensionDecision.unclaimed': { complete: by, requestRevocation: both, claim: officers },
    'extensionDecision.claimed': {
      complete: by,
      requestRevocation: both,
      release: officers,
      grantExtension: officers,
      refuseExtension: officers,
    },
    hearing: { respond: by },
    'revocationDecision.unclaimed': { claim: officers },
    'revocationDecision.claimed': { release: officers, revoke: officers, refuseRevocation: officers },
  }
  return Object.fromEntries(
    Object.entries(places).flatMap(([place, row]) =>
      ['current', 'late'].map((reporting) => [
        `${stage}.${place}/${reporting}`,
        { ...row, report: by, urge },
      ]),
    ),
  )
}

const municipalClaimed = {
  release: ['municipal'],
  approve: ['municipal'],
  return: ['municipal'],
  reject: ['municipal'],
  suspend: ['municipal'],
  withdraw: firm,
  urge: [],
}
const districtClaimed = {
  release: ['district'],
  approve: ['district'],
  return: ['district'],
  reject: ['district'],
  withdraw: firm,
  urge: ['municipal'],
}
/** The rights under the edition of Chongqing. */
export const chongqingTable: Table = {
  assessment: { completeAssessment: firm, amend: firm, withdraw: firm },
  application: { submit: firm, amend: firm, withdraw: firm },
  'districtVerification.unclaimed': { claim: ['district'], withdraw: firm, urge: ['municipal'] },
  'districtVerification.unclaimed, extended': { claim: ['district'], withdraw: firm, urge: ['municipal'] },
  'districtVerification.claimed': { ...districtClaimed, extendTime: ['district'] },
  'districtVerification.claimed, extended': districtClaimed,
  correction: { resubmit: firm, withdraw: firm, urge: ['district', 'municipal'] },
  'municipalReview.unclaimed': { claim: ['municipal'], withdraw: firm, urge: [] },
  'municipalReview.unclaimed, extended': { claim: ['municipal'], withdraw: firm, urge: [] },
  'municipalReview.claimed': { ...municipalClaimed, extendTime: ['municipal'] },
  'municipalReview.claimed, extended': municipalClaimed,
  'municipalReview.suspended': { resume: ['municipal'], withdraw: firm, urge: [] },
  'municipalReview.suspended, extended': { resume: ['municipal'], withdraw: firm, urge: [] },
  ...supervisedTable('certified', firm, ['district'], ['district', 'municipal']),
  completed: {},
  rejected: {},
  withdrawn: {},
  revoked: {},
}

const taller = ['elder', 'squirrel']
const lookClaimed = {
  release: ['neighbour'],
  approve: ['neighbour'],
  return: ['neighbour'],
  suspend: ['neighbour'],
  urge: taller,
}
/** The rights in the wood. */
export const treeHouseTable: Table = {
  wish: { submit: ['child'], amend: ['child'], withdraw: ['child'] },
  'neighbourLook.unclaimed': { claim: ['neighbour'], urge: taller },
  'neighbourLook.unclaimed, extended': { claim: ['neighbour'], urge: taller },
  'neighbourLook.claimed': { ...lookClaimed, extendTime: ['neighbour'] },
  'neighbourLook.claimed, extended': lookClaimed,
  'neighbourLook.suspended': { resume: ['neighbour'], urge: taller },
  'neighbourLook.suspended, extended': { resume: ['neighbour'], urge: taller },
  mending: { resubmit: ['child'], urge: ['neighbour', ...taller] },
  'elderWord.unclaimed': { claim: ['elder'], withdraw: ['child'] },
  'elderWord.claimed': {
    release: ['elder'],
    approve: ['elder'],
    return: ['elder'],
    reject: ['elder'],
    withdraw: ['child'],
  },
  nuts: { submit: ['child'], withdraw: ['child'] },
  'squirrelVote.unclaimed': { claim: ['squirrel'], urge: [] },
  'squirrelVote.claimed': {
    release: ['squirrel'],
    approve: ['squirrel'],
    return: ['squirrel'],
    reject: ['squirrel'],
    suspend: ['squirrel'],
    urge: [],
  },
  'squirrelVote.suspended': { resume: ['squirrel'], urge: [] },
  ...supervisedTable('permitted', ['child'], ['neighbour', 'elder'], ['neighbour', ...taller]),
  built: {},
  takenDown: {},
  felled: {},
  forgotten: {},
}
