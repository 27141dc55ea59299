import type { Words } from '../words/bilingual.ts'

/** What can be wrong with an edition whose form is right, in both languages; the path says where. */
export const editionWords = {
  platformRole: (role: string) => ({
    zh: `${role} 是平台自身的角色`,
    en: `${role} is a role of the platform`,
  }),
  taskName: (id: string) => ({
    zh: `${id} 是某类环节自带事项的名称`,
    en: `${id} is the name of a task of a kind of stage`,
  }),
  editionName: (id: string) => ({ zh: `${id} 与本版规则同名`, en: `${id} is the name of the edition` }),
  noInvestment: (kind: string) => ({
    zh: `投资种类中没有 ${kind}`,
    en: `${kind} is no kind of investment`,
  }),
  twice: (name: string) => ({
    zh: `${JSON.stringify(name)} 在此重复出现`,
    en: `${JSON.stringify(name)} stands here twice`,
  }),
  noRole: (role: string) => ({ zh: `没有 ${role} 这一角色`, en: `nobody holds the role ${role}` }),
  noEndWithdrawn: () => ({
    zh: '允许撤回，但没有结果为 withdrawn 的终点',
    en: 'may be withdrawn, but no end has the outcome withdrawn',
  }),
  noEndRejected: () => ({
    zh: '可以不予通过，但没有结果为 rejected 的终点',
    en: 'may reject, but no end has the outcome rejected',
  }),
  returnAlone: () => ({
    zh: '答复 return 与 returnTo 须同时写明',
    en: 'the answer return and returnTo go together',
  }),
  noStage: (id: string) => ({ zh: `没有 ${id} 这一环节`, en: `there is no stage ${id}` }),
  laterStage: (id: string) => ({
    zh: `${id} 在后：退回至此将越过一次审核`,
    en: `${id} comes later: a return would pass over a review`,
  }),
  notBefore: (id: string) => ({
    zh: `${id} 不在公示之前：异议只能退回此前的环节或者补正`,
    en: `${id} does not come before: an objection leads back, or to a correction`,
  }),
  noDecisionBefore: () => ({
    zh: '须紧接在审核环节之后：期限届满只使已作出的决定生效，不能代替决定',
    en: 'must stand directly behind a review: time lets a decision take effect, and makes none',
  }),
  otherUnit: () => ({
    zh: '与办理期限的计时单位不一致',
    en: 'does not count in the unit of the deadline',
  }),
  noClock: () => ({
    zh: '没有办理期限的环节无从暂停计时',
    en: 'a stage without a deadline has no clock to stop',
  }),
  noLapse: () => ({ zh: '没有办理期限的环节不会期满终止', en: 'a stage without a deadline cannot lapse' }),
  noEnd: (id: string) => ({ zh: `没有 ${id} 这一终点`, en: `there is no end ${id}` }),
  lapseOutcome: (outcome: string) => ({
    zh: `仅因期限届满，不得以 ${outcome} 结案`,
    en: `nothing is ${outcome} by the mere passing of time`,
  }),
  noWayTo: (what: 'stage' | 'end', id: string) => ({
    zh: `没有途径可到达${{ stage: '环节', end: '终点' }[what]} ${id}`,
    en: `no way leads to the ${what} ${id}`,
  }),
  noWayOut: (id: string) => ({
    zh: `从环节 ${id} 没有途径可到达终点`,
    en: `no way leads out of the stage ${id} to an end`,
  }),
  noEndCertified: () => ({ zh: '没有结果为 certified 的终点', en: 'no end has the outcome certified' }),
  noSupervisionEnd: (outcome: string) => ({
    zh: `有认定后监管，须有结果为 ${outcome} 的终点`,
    en: `a supervision needs an end with the outcome ${outcome}`,
  }),
  certifiedEnd: () => ({
    zh: '认定后须监管的项目，在监管环节即为已认定，不得另设认定的终点',
    en: 'a supervised project is certified in its stage, not in an end',
  }),
  notLast: () => ({ zh: '监管须为最后一个环节', en: 'a supervision is the last stage' }),
  ownRequest: (role: string) => ({
    zh: `${role} 将审批自己提出的申请`,
    en: `${role} would decide what it asks for itself`,
  }),
  ownTakeover: (role: string) => ({
    zh: `${role} 将接办自己提出的申请或者本属自己的事项`,
    en: `${role} would take over what it asks for, or what is its own`,
  }),
} as const satisfies Record<string, (...parts: never[]) => Words>
