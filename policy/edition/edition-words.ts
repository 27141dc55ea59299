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
  oneForm: () => ({
    zh: '须写明 form 或者 vocabulary，二者写其一',
    en: 'must have either form or vocabulary',
  }),
  checksOfForm: () => ({
    zh: '只能与 form 同时写明：vocabulary 所代表的表单自有其核对规则',
    en: 'goes with form alone: what vocabulary stands for has checks of its own',
  }),
  commonField: (id: string) => ({
    zh: `${id} 是各版规则共有的字段`,
    en: `${id} is a field of every procedure`,
  }),
  oneValue: (use: string) => ({
    zh: `用作 ${use} 的字段只能填一个值`,
    en: `takes one value: the engine reads it as ${use}`,
  }),
  noneBetween: () => ({
    zh: '下限高于上限，没有可填的值',
    en: 'is above the upper limit: nothing could be entered',
  }),
  laterField: (id: string) => ({
    zh: `${id} 排在本字段之后（或者就是本字段），此时尚未填写`,
    en: `${id} does not come before this field, and is not known yet`,
  }),
  notOfForm: () => ({
    zh: '表单的条件只能涉及申报内容（application）',
    en: 'a condition of the form is about the application alone',
  }),
  noField: (id: string) => ({ zh: `表单没有 ${id} 这一字段`, en: `the form has no field ${id}` }),
  noCompletionField: () => ({
    zh: '表单须有必填的日期字段写明 as: completion，完工期限以其为准',
    en: 'the form needs a date that is always asked, with as: completion, by which the project is due',
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
    zh: `${id} 不在本环节之前：此答复只能退回此前的环节或者补正，不得越过审核`,
    en: `${id} does not come before: this answer leads back, or to a correction, and passes over no review`,
  }),
  noPlace: (id: string) => ({
    zh: `没有 ${id} 这一环节或者终点`,
    en: `there is no stage or end ${id}`,
  }),
  noStay: () => ({
    zh: '此答复须离开本环节，不能写 stay',
    en: 'this answer leads away: it cannot stay',
  }),
  notReached: () => ({
    zh: '此前的去向没有条件，永远轮不到此去向',
    en: 'is never taken: a route before it has no condition',
  }),
  noOtherwise: () => ({
    zh: '最后一个去向不得附条件，否则可能无处可去',
    en: 'the last route has no condition, so that an answer always leads somewhere',
  }),
  noSender: () => ({
    zh: '没有环节把案件转来，无处可回',
    en: 'no stage sends a case here that could be gone back to',
  }),
  uncertified: (id: string) => ({
    zh: `${id} 在发证之前：已发证的项目不能退回`,
    en: `${id} stands before the certificate: a certified project does not go back there`,
  }),
  quorum: (most: number) => ({
    zh: `不能多于参加审核的 ${most} 个部门`,
    en: `cannot be more than the ${most} bodies of the review`,
  }),
  noApproval: () => ({ zh: '须写明 approve 的去向', en: 'must say where approve leads' }),
  oneBody: () => ({ zh: '须有两个以上部门', en: 'needs two bodies or more' }),
  noOfficer: (role: string) => ({
    zh: `${role} 不是办理人员的角色`,
    en: `${role} is no role of officers`,
  }),
  seesNothing: (role: string) => ({
    zh: `${role} 只能看到交给本人的案件，而此环节不交给任何人`,
    en: `${role} sees only what was handed to them, and nothing is handed to anybody here`,
  }),
  ownCommission: (role: string) => ({
    zh: `${role} 是第三方，不能委托自己`,
    en: `${role} is the third party and does not commission itself`,
  }),
  needsPart: (part: string) => ({ zh: `须同时写明 ${part}`, en: `needs ${part} as well` }),
  noDecisionBefore: () => ({
    zh: '只能由审核通过进入：期限届满只使已作出的决定生效，不能代替决定',
    en: 'is entered by the approval of a review alone: time lets a decision take effect, and makes none',
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
  noEndLast: () => ({
    zh: '最后一个环节之后没有终点：须有结果为 certified 或者 completed 的终点',
    en: 'nothing follows the last stage: an end needs the outcome certified or completed',
  }),
  ownRequest: (role: string) => ({
    zh: `${role} 将审批自己提出的申请`,
    en: `${role} would decide what it asks for itself`,
  }),
  ownTakeover: (role: string) => ({
    zh: `${role} 将接办自己提出的申请或者本属自己的事项`,
    en: `${role} would take over what it asks for, or what is its own`,
  }),
} as const satisfies Record<string, (...parts: never[]) => Words>
