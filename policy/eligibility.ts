import { holds, type Facts } from './conditions.ts'
import type { Branch, Edition, Rule } from './edition.ts'
import { fenToYuan, sumFen, writeYuan, yuanToFen } from './money.ts'

/** What one rule says of an application; `ok` is null where the standard says nothing and an officer must judge. */
export type Finding = {
  rule: string
  article: string
  ok: boolean | null
  detail: { zh: string; en: string }
}

/** The answer to "does this meet the conditions?", each finding with its article. */
export type Eligibility = {
  eligible: boolean
  /** The role that has the last word; null if the application cannot be filed. */
  route: string | null
  /** The standard does not cover the case: an officer must decide, with a reason. */
  needsJudgement: boolean
  findings: Finding[]
}

/**
 * Holds an application against every condition of the edition (一、认定条件 and the standard of its category), exact to
 * the fen and to the day. It is eligible if every rule says yes; it needs judgement if none says no and one cannot say.
 */
export function assessEligibility(edition: Edition, facts: Facts): Eligibility {
  const designated = facts.application.designations.length > 0
  const category = getCategory(edition, facts.application.category)
  const rules = [...edition.conditions, ...category.requires].filter(
    ({ when }) => !when || holds(when, facts),
  )
  const findings = rules.map((rule) => findingOf(rule, facts, designated))
  findings.push(findStandard(edition, facts, designated))
  const refused = findings.some(({ ok }) => ok === false)
  const open = findings.some(({ ok }) => ok === null)
  return {
    eligible: !refused && !open,
    route: refused ? null : findRoute(edition, facts),
    needsJudgement: !refused && open,
    findings,
  }
}

/** The reviews that a case must pass, in order: those whose condition holds (二（三）). */
export function applicableReviews(edition: Edition, facts: Facts) {
  return edition.stages
    .filter((stage) => stage.kind === 'review')
    .filter(({ when }) => !when || holds(when, facts))
}

function findRoute(edition: Edition, facts: Facts): string | null {
  return applicableReviews(edition, facts).at(-1)?.by[0] ?? null
}

function findingOf(rule: Rule, facts: Facts, designated: boolean): Finding {
  const { id, article, zh, en } = rule
  if (rule.waivable && designated) return { rule: id, article, ok: true, detail: byDesignation({ zh, en }) }
  return { rule: id, article, ok: holds(rule.require, facts), detail: { zh, en } }
}

function findStandard(edition: Edition, facts: Facts, designated: boolean): Finding {
  const category = getCategory(edition, facts.application.category)
  const rule = `${category.id}Standard`
  if (designated) return { rule, article: category.article, ok: true, detail: byDesignation(category) }
  const branch = category.branches.find(({ when }) => !when || holds(when, facts))
  if (!branch) {
    const detail = {
      zh: `${category.zh}：标准未覆盖此情形，须由经办人判断并写明理由`,
      en: `${category.en}: not covered by the standard; an officer must decide, with a reason`,
    }
    return { rule, article: category.article, ok: null, detail }
  }
  return measure(rule, branch, facts)
}

function measure(rule: string, { counts, atLeast, article, zh, en }: Branch, facts: Facts): Finding {
  const counted = sumFen(facts.application.investment, counts)
  const amount = fenToYuan(counted)
  const detail = {
    zh: `${zh}：计入投资${writeYuan(amount)}，标准不低于${writeYuan(atLeast)}`,
    en: `${en}: ${amount} yuan count, at least ${atLeast} yuan are needed`,
  }
  return { rule, article, ok: counted >= yuanToFen(atLeast), detail }
}

function byDesignation({ zh, en }: { zh: string; en: string }) {
  return { zh: `${zh}（所列称号项目视同符合）`, en: `${en} (met by designation)` }
}

function getCategory(edition: Edition, id: string) {
  const category = edition.categories.find((candidate) => candidate.id === id)
  if (!category) throw new RangeError(`no category ${id} in edition ${edition.id}`)
  return category
}
