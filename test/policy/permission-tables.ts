import type { EventType } from '../../policy/case/events.ts'

/** For each state, who may send what, as a person would write it down; `claimant` and `fourEyes` come on top. */
export type Table = Record<string, Partial<Record<EventType, readonly string[]>>>

const firm = ['enterprise', 'enterpriseAdmin']

const answers = (who: string[]) => ({ release: who, revoke: who, refuseRevocation: who })

/** The states of a certified project; urged by those whose view is wider, decided by its officers. */
function supervisedTable(
  stage: string,
  { by, officers, urge, above }: { by: string[]; officers: string[]; urge: string[]; above: string[] },
): Table {
  const both = [...by, ...officers]
  // One of the officers has asked: four eyes let the authority above in.
  const deciders = [...officers, ...above]
  const asked = { complete: by, requestExtension: by, withdrawRequest: by }
  const revoking = (side: string[]) => ({ complete: by, requestRevocation: side, withdrawRequest: side })
  const ways = { complete: by, requestExtension: by, requestRevocation: both }
  const places: Table = {
    building: ways,
    overdue: { ...ways, explainOverdue: by },
    explained: { ...ways, explainOverdue: by },
    'extensionDecision.unclaimed': { ...asked, requestRevocation: both, claim: officers },
    'extensionDecision.claimed': {
      ...asked,
      requestRevocation: both,
      release: officers,
      grantExtension: officers,
      refuseExtension: officers,
    },
    'revocationDecision.unclaimed': { ...revoking(by), claim: officers },
    'revocationDecision.claimed': { ...revoking(by), ...answers(officers) },
    'hearing, asked by an officer': { ...revoking(officers), respond: by },
    'revocationDecision.unclaimed, asked by an officer': { ...revoking(officers), claim: deciders },
    'revocationDecision.claimed, asked by an officer': { ...revoking(officers), ...answers(deciders) },
  }
  return Object.fromEntries(
    Object.entries(places).flatMap(([place, row]) =>
      ['current', 'late'].map((reporting) => [
        [`${stage}.${place.split(', ')[0]}/${reporting}`, ...place.split(', ').slice(1)].join(', '),
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
  ...supervisedTable('certified', {
    by: firm,
    officers: ['district'],
    urge: ['district', 'municipal'],
    above: ['municipal'],
  }),
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
  'neighbourLook.suspended': { resume: ['neighbour', ...taller], urge: taller },
  'neighbourLook.suspended, extended': { resume: ['neighbour', ...taller], urge: taller },
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
  ...supervisedTable('permitted', {
    by: ['child'],
    officers: ['neighbour', 'elder'],
    urge: ['neighbour', ...taller],
    above: [],
  }),
  built: {},
  takenDown: {},
  felled: {},
  forgotten: {},
}

/** The rights at the swing: nobody claims a public notice, and its officers record what is objected. */
export const treeSwingTable: Table = {
  wish: { submit: ['child'], amend: ['child'], withdraw: ['child'] },
  'neighbourLook.unclaimed': { claim: ['neighbour'], urge: ['elder'] },
  'neighbourLook.claimed': {
    release: ['neighbour'],
    approve: ['neighbour'],
    return: ['neighbour'],
    urge: ['elder'],
  },
  leaflet: { recordObjection: ['neighbour'], withdraw: ['child'] },
  mending: { resubmit: ['child'], urge: ['neighbour', 'elder'] },
  'elderWord.unclaimed': { claim: ['elder'], withdraw: ['child'] },
  'elderWord.claimed': { release: ['elder'], approve: ['elder'], reject: ['elder'], withdraw: ['child'] },
  song: { recordObjection: ['elder'] },
  swinging: {},
  felled: {},
  forgotten: {},
}
