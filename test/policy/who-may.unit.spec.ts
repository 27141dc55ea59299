import { describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import type { EventType } from '../../policy/case/events.ts'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { given, type Journey } from './given.ts'

/** What somebody may do besides writing a note, which every officer who sees a case may. */
const withoutNotes = (types: readonly string[]) => types.filter((type) => type !== 'annotate').toSorted()

const { clerk, colleague, competitor, verifier, secondVerifier, elsewhere, reviewer, secondReviewer } = people
const { auditor, administrator } = people
/** One person whose tokens name another office in turn. */
const as = ({ user }: Actor, office: Actor): Actor => ({ ...office, user })

const filed = given(chongqing).filed(clerk, anEnterprise(), anApplication(large))
const submitted = filed.when(clerk, 'completeAssessment').when(colleague, 'submit')
const claimed = submitted.when(verifier, 'claim')
const returned = claimed.when(verifier, 'return')
const passedOn = claimed.when(verifier, 'approve')
const inReview = passedOn.when(reviewer, 'claim')
const sentBack = inReview.when(reviewer, 'return')
const certified = inReview.when(reviewer, 'approve')
const extensionAsked = certified.when(clerk, 'requestExtension')
const extensionInHand = extensionAsked.when(verifier, 'claim')
const revocationAsked = certified.when(verifier, 'requestRevocation')
const answered = revocationAsked.when(clerk, 'respond')
const deciding = answered.when(secondVerifier, 'claim')
const rejected = claimed.when(verifier, 'reject')

type Rights = [who: string, person: Actor, may: EventType[]]

/** 谁可以做什么: for each situation, what a person who had this part in it may do, as domain and notice say, written out. */
const situations: [situation: string, journey: Journey, rights: Rights[]][] = [
  [
    'filed',
    filed,
    [
      ['who filed', clerk, ['completeAssessment', 'amend', 'withdraw']],
      ['a colleague', colleague, ['completeAssessment', 'amend', 'withdraw']],
      ['another enterprise', competitor, []],
      ['the district', verifier, []],
      ['the municipality', reviewer, []],
    ],
  ],
  [
    'submitted',
    submitted,
    [
      ['who filed', clerk, ['withdraw']],
      ['an officer of the district', verifier, ['claim']],
      ['another officer of the district', secondVerifier, ['claim']],
      ['an officer of another district', elsewhere, []],
      ['who filed, as an officer', as(clerk, verifier), []],
      ['who submitted, as an officer', as(colleague, verifier), []],
      ['the municipality', reviewer, ['urge']],
    ],
  ],
  [
    'claimed',
    claimed,
    [
      ['who claimed it', verifier, ['approve', 'return', 'reject', 'extendTime', 'release']],
      ['another officer of the district', secondVerifier, ['release']],
      ['an officer of another district', elsewhere, []],
      ['the municipality', reviewer, ['urge']],
      ['who filed', clerk, ['withdraw']],
    ],
  ],
  [
    'returned for correction',
    returned,
    [
      ['the enterprise', clerk, ['resubmit', 'withdraw']],
      ['who returned it', verifier, ['urge']],
      ['who returned it, for the enterprise', as(verifier, clerk), ['withdraw']],
      ['the municipality', reviewer, ['urge']],
    ],
  ],
  [
    'passed on to the municipality',
    passedOn,
    [
      ['an officer of the municipality', reviewer, ['claim']],
      ['another one', secondReviewer, ['claim']],
      ['who verified it, as one of the municipality', as(verifier, reviewer), []],
      ['who filed, as one of the municipality', as(clerk, reviewer), []],
      ['the district', verifier, []],
      ['the enterprise', clerk, ['withdraw']],
    ],
  ],
  [
    'in review',
    inReview,
    [
      ['who reviews it', reviewer, ['approve', 'return', 'reject', 'extendTime', 'suspend', 'release']],
      ['another one', secondReviewer, ['release']],
      ['who verified it', verifier, []],
    ],
  ],
  [
    'returned to the district',
    sentBack,
    [
      ['who verified it', verifier, ['claim']],
      ['who reviewed it, as one of the district', as(reviewer, verifier), []],
      ['who reviewed it', reviewer, ['urge']],
      ['the enterprise', clerk, ['withdraw']],
    ],
  ],
  [
    'certified',
    certified,
    [
      ['the enterprise', clerk, ['report', 'complete', 'requestExtension', 'requestRevocation']],
      ['the district, who verified it too', verifier, ['urge', 'requestRevocation']],
      ['an officer of another district', elsewhere, []],
      ['another enterprise', competitor, []],
      ['the municipality', reviewer, ['urge']],
    ],
  ],
  [
    'asked for more time by the enterprise',
    extensionAsked,
    [
      [
        'who asked',
        clerk,
        ['complete', 'report', 'requestExtension', 'requestRevocation', 'withdrawRequest'],
      ],
      ['an officer of the district', verifier, ['claim', 'requestRevocation', 'urge']],
      ['who asked, as an officer', as(clerk, verifier), ['requestRevocation', 'urge']],
      ['the municipality', reviewer, ['urge']],
    ],
  ],
  [
    'asked for more time, which is decided',
    extensionInHand,
    [
      [
        'who has it in hand',
        verifier,
        ['grantExtension', 'refuseExtension', 'release', 'requestRevocation', 'urge'],
      ],
      ['another officer of the district', secondVerifier, ['release', 'requestRevocation', 'urge']],
    ],
  ],
  [
    'proposed for revocation by an officer',
    revocationAsked,
    [
      ['the enterprise', clerk, ['complete', 'report', 'respond']],
      ['who proposed it', verifier, ['requestRevocation', 'urge', 'withdrawRequest']],
    ],
  ],
  [
    'heard about its revocation',
    answered,
    [
      ['who proposed it', verifier, ['requestRevocation', 'urge', 'withdrawRequest']],
      [
        'another officer of the district',
        secondVerifier,
        ['claim', 'requestRevocation', 'urge', 'withdrawRequest'],
      ],
      ['who answered, as an officer', as(clerk, verifier), ['requestRevocation', 'urge', 'withdrawRequest']],
      ['the municipality', reviewer, ['claim', 'urge']],
    ],
  ],
  [
    'about to be revoked or not',
    deciding,
    [
      [
        'who has it in hand',
        secondVerifier,
        ['refuseRevocation', 'release', 'requestRevocation', 'revoke', 'urge', 'withdrawRequest'],
      ],
      ['who proposed it', verifier, ['release', 'requestRevocation', 'urge', 'withdrawRequest']],
      ['the municipality', reviewer, ['release', 'urge']],
    ],
  ],
  [
    'rejected',
    rejected,
    [
      ['the enterprise', clerk, []],
      ['who rejected it', verifier, []],
    ],
  ],
]

describe.each(situations)('a case that is %s', (_, journey, rights) => {
  it.each(rights)('%s', (_who, person, may) => {
    expect(withoutNotes(journey.actions(person))).toEqual(may.toSorted())
  })

  it.each([auditor, administrator])('is decided by no $role', (person) => {
    expect(withoutNotes(journey.actions(person))).toEqual([])
  })
})
