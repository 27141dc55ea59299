import { describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import type { EventType } from '../../policy/case/events.ts'
import type { Because } from '../../policy/access/because.ts'
import { explain } from '../../policy/access/why.ts'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { administrator, auditor, clerk, colleague, elsewhere, reviewer, secondVerifier, verifier } = people

const submitted = (overrides = {}) =>
  given(chongqing)
    .filed(clerk, anEnterprise(), anApplication(overrides))
    .when(clerk, 'completeAssessment', 'submit')

function why(journey: Journey, type: EventType, about: Actor, viewer: Actor = about): Because | null {
  const nowMs = endOfDay(journey.steps.at(-1)?.entry.on ?? '') - 1
  return explain(chongqing, journey.state, type, { about, viewer, nowMs }).because
}

/** Somebody at that person's other desk. */
const as = ({ user }: Actor, desk: Actor): Actor => ({ ...desk, user })

describe('an action that is not offered', () => {
  it.each<[string, Journey, EventType, Actor, Partial<Because>, RegExp, RegExp]>([
    [
      'elsewhere',
      submitted(),
      'approve',
      verifier,
      {
        kind: 'state',
        code: 'event-not-allowed',
        article: '二（三）',
        allowed: ['districtVerification', 'municipalReview'],
      },
      /现处于「区县核实·待签收」；「通过」只在以下状态办理：区县核实·已签收；市级认定·已签收。/,
      /at “district verification · unclaimed”; “approve” exists only at: district verification · claimed; municipal/,
    ],
    [
      'before its time',
      given(chongqing).filed(clerk, anEnterprise(), anApplication()),
      'submit',
      clerk,
      { kind: 'state', code: 'event-not-allowed', article: '二（一）', allowed: ['application'] },
      /现处于「智能制造能力测评」；「提交申请」只在以下状态办理：企业申请。/,
      /; “submit” exists only at: application\.$/,
    ],
    [
      'over',
      submitted().when(clerk, 'withdraw'),
      'claim',
      verifier,
      { kind: 'state', code: 'event-not-allowed', article: '二（二）' },
      /已办结（已撤回）/,
      /^The case is over \(withdrawn\): nothing is done to it\.$/,
    ],
    [
      'of another role',
      submitted(),
      'claim',
      clerk,
      { kind: 'role', code: 'not-your-role', allowed: ['district'] },
      /由区县.*办理，不由/,
      /^It is for: district officer; not for: enterprise user\.$/,
    ],
    [
      'of the auditor',
      submitted(),
      'withdraw',
      auditor,
      { kind: 'role', allowed: ['enterprise', 'enterpriseAdmin'] },
      /不由审计人员办理/,
      /^It is for: enterprise user, enterprise administrator; not for: auditor\.$/,
    ],
    [
      'of who filed it',
      submitted(),
      'claim',
      as(clerk, verifier),
      { kind: 'person', code: 'four-eyes' },
      /申报、测评、提交或补正/,
      /^Who filed, assessed, submitted or corrected this case does not decide it/,
    ],
    [
      'of who decided another stage',
      submitted(large).when(verifier, 'claim', 'approve'),
      'claim',
      as(verifier, reviewer),
      { kind: 'person', code: 'four-eyes' },
      /在「区县核实」环节作过决定/,
      /^Who decided this case in “district verification” does not have this stage too/,
    ],
    [
      'of who asked for it',
      certified({ completeOn: '2021-12-31' }).when(colleague, 'requestExtension'),
      'claim',
      as(colleague, verifier),
      { kind: 'person', code: 'four-eyes' },
      /提出此项申请/,
      /^Who asked for it does not decide it/,
    ],
    [
      'in the hands of another',
      submitted().when(verifier, 'claim'),
      'approve',
      secondVerifier,
      { kind: 'person', code: 'claimed-by-another' },
      /已由 wang 签收/,
      /^The task is in the hands of wang; it must be released and claimed first\.$/,
    ],
    [
      'of another district',
      submitted(),
      'claim',
      elsewhere,
      { kind: 'person', code: 'not-found' },
      /不在其可见范围内/,
      /^The case is not theirs to see/,
    ],
    [
      'too late',
      submitted().when(verifier, 'claim').until('2021-03-29'),
      'extendTime',
      verifier,
      { kind: 'time', code: 'event-not-allowed', article: '行政许可法 第四十二条' },
      /期限（2021-03-29）已过/,
      /^The due date \(2021-03-29\) has passed: it is too late to take longer\.$/,
    ],
    [
      'used up',
      submitted().when(verifier, 'claim', 'extendTime'),
      'extendTime',
      verifier,
      { kind: 'time', article: '行政许可法 第四十二条' },
      /只能延长一次/,
      /^More time was taken for “district verification” once already, and once is all\.$/,
    ],
    [
      'urged today',
      submitted().when(reviewer, 'urge'),
      'urge',
      reviewer,
      { kind: 'time', code: 'already-urged' },
      /今日已催办，2021-03-02 起可再催。/,
      /^The case was urged today, and once a day is all: again from 2021-03-02\.$/,
    ],
    [
      'of nobody to urge',
      submitted(),
      'urge',
      verifier,
      { kind: 'rule', code: 'not-your-role' },
      /没有可由其催办.*现可由市级经办人催办。$/,
      /^Nothing here is theirs to urge: .* It may be urged by: municipal officer\.$/,
    ],
    [
      'of nobody to urge, where nobody sees more than who owes it',
      submitted(large).when(verifier, 'claim', 'approve'),
      'urge',
      reviewer,
      { kind: 'rule', code: 'not-your-role', allowed: [] },
      /现无人可以催办。$/,
      /Nobody may urge it now\.$/,
    ],
    [
      'of who decided another stage after somebody else',
      submitted(large).when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'return'),
      'claim',
      as(reviewer, verifier),
      { kind: 'person', code: 'four-eyes' },
      /在「市级认定」环节作过决定/,
      /^Who decided this case in “municipal/,
    ],
    [
      'of a case that is held',
      submitted().on('2021-03-05').commanded('hold'),
      'claim',
      verifier,
      { kind: 'state', code: 'case-held' },
      /^此件自 2021-03-05 起由管理员暂停办理，恢复后再办。$/,
      /^An administrator holds the case since 2021-03-05: wait until it goes on\.$/,
    ],
    [
      'extended as often as it may be',
      twiceExtended(),
      'requestExtension',
      clerk,
      { kind: 'time', code: 'extension-limit', article: '三（二）' },
      /最多 2 次/,
      /as often as it may be \(2\)/,
    ],
  ])('%s says so', (_, journey, type, actor, expected, zh, en) => {
    const because = why(journey, type, actor)
    expect(because).toMatchObject(expected)
    expect(because?.zh).toMatch(zh)
    expect(because?.en).toMatch(en)
  })

  it('in the hands of an officer is told to an enterprise without the name', () => {
    const claimed = submitted().when(verifier, 'claim')
    const told = why(claimed, 'approve', secondVerifier, clerk)
    expect(JSON.stringify(told)).not.toContain(verifier.user)
    expect(told).toMatchObject({
      zh: '此件已由另一位经办人签收，须由签收人办理，或先退回待办再签收。',
      en: 'The task is in the hands of another officer; it must be released and claimed first.',
    })
    expect(JSON.stringify(why(claimed, 'approve', secondVerifier, administrator))).toContain(verifier.user)
  })
})

function twiceExtended(): Journey {
  let journey = certified({ completeOn: '2021-12-31' })
  for (const day of [1, 2])
    journey = journey
      .on(`2021-03-0${day + 1}`)
      .when(clerk, 'requestExtension')
      .when(verifier, 'claim', 'grantExtension')
  return journey
}

/** What an explanation must have so that somebody can do something with it. */
