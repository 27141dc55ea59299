import { describe, expect, it } from 'vitest'
import type { Facts } from '../../policy/edition/conditions.ts'
import { applicableReviews, assessEligibility } from '../../policy/edition/eligibility.ts'
import { aMarket, anApplication, anEnterprise, chongqing, treeMarket } from '../fixtures.ts'

const { edition } = chongqing

describe('a rule that holds for some', () => {
  const asked = (when: string) => {
    const [first, ...others] = edition.conditions
    if (!first) throw new Error('there are no conditions')
    const conditions = [{ ...first, when, require: 'enterprise.size == "micro"' }, ...others]
    const { findings } = assessEligibility({ ...edition, conditions }, facts)
    return findings.find(({ rule }) => rule === first.id)?.ok
  }
  const facts: Facts = {
    application: anApplication(),
    enterprise: anEnterprise({ size: 'large' }),
    implementedInCity: true,
    certifiedBefore: false,
  }

  it('is asked of them, and not told of others', () => {
    expect(asked('enterprise.size == "large"')).toBe(false)
    expect(asked('enterprise.size == "small"')).toBeUndefined()
  })

  it.each([
    ['29999999.99', ['districtVerification']],
    ['30000000.00', ['districtVerification', 'municipalReview']],
  ])('and so is a review: %s passes %j', (totalInvestment, reviews) => {
    const application = anApplication({ totalInvestment })
    expect(applicableReviews(edition, { ...facts, application }).map(({ id }) => id)).toEqual(reviews)
  })
})

it('a review that an answer alone leads to is none that every case passes', () => {
  const facts = {
    application: aMarket(),
    enterprise: anEnterprise(),
    implementedInCity: true,
    certifiedBefore: false,
  }
  const aside = treeMarket.edition.stages.filter((stage) => 'aside' in stage && stage.aside)
  expect(aside.map(({ id }) => id)).toEqual(['thunder'])
  expect(applicableReviews(treeMarket.edition, facts).map(({ id }) => id)).toEqual([
    'sniff',
    'watches',
    'lookAgain',
  ])
})
