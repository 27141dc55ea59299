import { z } from 'zod'
import { Enterprise, type Application } from '../../policy/edition/application.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { districtSchema } from '../../policy/edition/districts.ts'
import { addDuration, withLocalDays } from '../../policy/time/calendar.ts'
import { DateText } from '../../policy/edition/application.ts'
import { inBoth } from '../../policy/words/bilingual.ts'
import { subjects } from '../../policy/edition/subjects.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { explainIssue } from '../../policy/words/issue-words.ts'
import { assessEligibility } from '../../policy/edition/eligibility.ts'
import type { Dependencies } from '../dependencies.ts'
import { byEdition } from '../editions/by-edition.ts'
import { wholeNumber } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'
import { Words } from '../http/words.ts'

const Finding = z.object({
  rule: z.string(),
  article: z.string().meta({ description: 'Where the rule stands in the notice.' }),
  ok: z.boolean().nullable().meta({ description: 'null: the standard says nothing; an officer must judge.' }),
  detail: Words,
})

const EligibilityView = z
  .object({
    eligible: z.boolean(),
    route: z.string().nullable(),
    needsJudgement: z.boolean(),
    findings: z.array(Finding),
  })
  .meta({ id: 'Eligibility' })

/** Questions that anybody may ask, and that store nothing. */
export function questionRoutes(deps: Dependencies): Route[] {
  return [eligibilityRoute(deps), dueRoute(deps)]
}

function eligibilityRoute({ editions }: Dependencies): Route {
  const form = byEdition(editions, factsSchema)
  return route({
    method: 'post',
    path: '/eligibility',
    tag: 'eligibility',
    summary: {
      zh: '对照认定条件自查，不留存',
      en: 'Hold an application against the conditions; nothing is stored',
    },
    access: 'anyone',
    body: form.schema,
    answer: { status: 200, schema: EligibilityView },
    async handle({ body }) {
      const { value: facts, under } = form.read(body)
      return { body: assessEligibility(under.edition, facts) }
    },
  })
}

/** An application with what filing would look up: the enterprise's record and what is known of the project. */
function factsSchema(edition: Edition) {
  const application = applicationSchema(edition)
  const subject = { of: 'application', edition } as const
  return z
    .strictObject({
      ...application.shape,
      enterprise: Enterprise,
      implementedInCity: z.boolean(),
      certifiedBefore: z.boolean(),
    })
    .register(subjects, subject)
    .transform(({ enterprise, implementedInCity, certifiedBefore, ...rest }, context) => {
      const parsed = application.safeParse(rest, { error: explainIssue })
      for (const { path, message } of parsed.error?.issues ?? [])
        context.addIssue({ code: 'custom', path, message })
      if (!('uscc' in rest) || enterprise.uscc !== rest.uscc) {
        context.addIssue({
          code: 'custom',
          path: ['enterprise', 'uscc'],
          message: inBoth(
            '与申报内容中的统一社会信用代码不一致',
            'is not the credit code of the application',
          ),
        })
      }
      return { application: parsed.data as Application, enterprise, implementedInCity, certifiedBefore }
    })
    .register(subjects, subject)
}

function dueRoute({ calendars, editions }: Dependencies): Route {
  const { bodies } = editions.organisation
  return route({
    method: 'get',
    path: '/calendar/due',
    tag: 'calendar',
    summary: { zh: '推算到期日（工作日）', en: 'The date that is so many working days after another' },
    access: 'anyone',
    query: z.strictObject({
      from: DateText,
      workingDays: wholeNumber(0, 366),
      district: districtSchema(bodies).optional().meta({ description: 'Whose own days count too.' }),
    }),
    answer: { status: 200, schema: z.object({ dueOn: z.string(), provisional: z.boolean() }) },
    async handle({ query: { from, workingDays: days, district } }) {
      const { country, local } = await calendars.of(district)
      return { body: addDuration(withLocalDays(country, local), from, { days, unit: 'workingDays' }) }
    },
  })
}
