import { holds, type Facts } from './conditions.ts'
import type { Branch, Edition, Rule, Words } from './edition.ts'
import { termsFor } from './form.ts'
import { planOf } from './plan.ts'
import { fenToYuan, sumFen, writeYuan, yuanToFen } from './money.ts'
import { conditionOf } from '../case/routes.ts'
import { isReview } from '../stages/index.ts'

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
  const designated = planOf(edition, facts.application).designations.length > 0
  const category = getCategory(edition, facts.application.category)
  const rules = [...edition.conditions, ...category.requires].filter(
    ({ when }) => !when || holds(edition, when, facts),
  )
  const findings = [
    ...rules.map((rule) => findingOf(edition, rule, facts, designated)),
    ...findStandard(edition, facts, designated),
  ]
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
  return edition.stages.filter(isReview).filter((stage) => {
    const condition = conditionOf(stage)
    return condition === undefined || holds(edition, condition, facts)
  })
}

function findRoute(edition: Edition, facts: Facts): string | null {
  return applicableReviews(edition, facts).at(-1)?.by[0] ?? null
}

function findingOf(edition: Edition, rule: Rule, facts: Facts, designated: boolean): Finding {
  const { id, article, zh, en } = rule
  if (rule.waivable && designated) return { rule: id, article, ok: true, detail: byDesignation({ zh, en }) }
  return { rule: id, article, ok: holds(edition, rule.require, facts), detail: { zh, en } }
}

/** What the standard of the category says, if it has one. */
function findStandard(edition: Edition, facts: Facts, designated: boolean): Finding[] {
  const category = getCategory(edition, facts.application.category)
  const { branches } = category
  if (!branches) return []
  const rule = `${category.id}Standard`
  if (designated) return [{ rule, article: category.article, ok: true, detail: byDesignation(category) }]
  const branch = branches.find(({ when }) => !when || holds(edition, when, facts))
  if (!branch) {
    const detail = {
      zh: `${category.zh}：标准未覆盖此情形，须由经办人判断并写明理由`,
      en: `${category.en}: not covered by the standard; an officer must decide, with a reason`,
    }
    return [{ rule, article: category.article, ok: null, detail }]
  }
  return [measure(edition, rule, branch, facts)]
}

function measure(
  edition: Edition,
  rule: string,
  { counts, atLeast, article, zh, en }: Branch,
  facts: Facts,
): Finding {
  const { parts } = planOf(edition, facts.application)
  const counted = sumFen(parts, counts)
  const ok = counted >= yuanToFen(atLeast)
  const why = ok ? { zh: '', en: '' } : whyTooLittle(edition, counts, parts)
  const amount = fenToYuan(counted)
  const detail = {
    zh: `${zh}：计入投资${writeYuan(amount)}，标准不低于${writeYuan(atLeast)}${why.zh}`,
    en: `${en}: ${amount} yuan count, at least ${atLeast} yuan are needed${why.en}`,
  }
  return { rule, article, ok, detail }
}

/** Which kinds count, and what was entered: whoever fails must see whether it stands under the wrong kind. */
function whyTooLittle(edition: Edition, counts: string[], parts: Record<string, string>): Words {
  const terms = termsFor(edition, 'parts')
  const nameOf = (kind: string) => terms.find(({ id }) => id === kind) ?? { zh: kind, en: kind }
  const counting = counts.map(nameOf)
  const entered = Object.entries(parts).map(([kind, amount]) => ({
    zh: `${nameOf(kind).zh}${writeYuan(amount)}`,
    en: `${nameOf(kind).en} ${amount}`,
  }))
  const none = { zh: '无', en: 'nothing' }
  const told = entered.length > 0 ? entered : [none]
  return {
    zh: `；计入的类别：${counting.map(({ zh }) => zh).join('、')}；已填：${told.map(({ zh }) => zh).join('、')}`,
    en: `; what counts: ${counting.map(({ en }) => en).join(', ')}; entered: ${told.map(({ en }) => en).join(', ')}`,
  }
}

function byDesignation({ zh, en }: { zh: string; en: string }) {
  return { zh: `${zh}（所列称号项目视同符合）`, en: `${en} (met by designation)` }
}

function getCategory(edition: Edition, id: string) {
  const category = edition.categories.find((candidate) => candidate.id === id)
  if (!category) throw new RangeError(`no category ${id} in edition ${edition.id}`)
  return category
}
