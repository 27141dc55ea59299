import type { z } from 'zod'
import { partsOf, type Words } from './bilingual.ts'
import { RefusalError, type Refusal } from '../errors.ts'
import { nameOfInput } from '../edition/field-labels.ts'
import { explainIssue } from './issue-words.ts'
import { subjects, type Subject } from '../edition/subjects.ts'

/** One thing that is wrong with what came in: at which field, and a sentence that names it. */
export type Issue = Words & { field: string }

type ZodIssue = z.core.$ZodIssue

/** No more are listed at once. */
const mostListed = 20

/** Reads what came in by a schema; refuses it with a sentence for each fault, in both languages. */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input, { error: explainIssue })
  if (parsed.success) return parsed.data
  throw new RefusalError(refusalOfIssues(parsed.error.issues, subjects.get(schema)), { cause: parsed.error })
}

/** The refusal that comes of zod's issues. */
export function refusalOfIssues(all: readonly ZodIssue[], subject?: Subject): Refusal {
  const found = all.flatMap((issue) => closest(issue)).slice(0, mostListed)
  const allowed = found[0] && allowedBy(found[0])
  const issues = found.map((issue) => issueOf(issue, subject))
  return { code: 'invalid-request', field: issues[0]?.field ?? '', issues, ...(allowed && { allowed }) }
}

/** The refusal of one field that has the form it must have and is wrong all the same; the words do without its name. */
export function inputRefusal(field: string, { zh, en }: Words, allowed?: string[]): Refusal {
  const name = namedAt(field.split('.'), undefined)
  const issues = [{ field, zh: `${name.zh}${zh}。`, en: `${name.en} ${en}.` }]
  return { code: 'invalid-request', field, issues, ...(allowed && { allowed }) }
}

/** Why a cursor in a list is refused that no page of it has given. */
export const notOfThisList = inputRefusal('cursor', {
  zh: '不是本清单给出的',
  en: 'is not one that this list has given',
})

function issueOf(issue: ZodIssue, subject: Subject | undefined): Issue {
  const said = faultOf(issue)
  const { zh, en } = namedAt(issue.path, subject)
  return { field: said.path.join('.'), zh: `${zh}${said.zh}。`, en: `${en} ${said.en}.` }
}

/** What an issue of zod's finds wrong, where a path says of what. */
export function faultsOfIssue(issue: ZodIssue): (Words & { path: PropertyKey[] })[] {
  return closest(issue).map(faultOf)
}

function faultOf(issue: ZodIssue): Words & { path: PropertyKey[] } {
  const said = partsOf(issue.message) ?? { zh: '不符合要求', en: `is not right: ${issue.message}` }
  // What is unknown is at fault itself, not the object that it stands in.
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return { ...said, path: [...issue.path, ...unknown] }
}

/** What stands before what is wrong: the field by its name, and as it is written. */
function namedAt(path: readonly PropertyKey[], subject: Subject | undefined): Words {
  if (path.length === 0) return { zh: '请求内容', en: 'The request' }
  const written = path.join('.')
  const name = nameOfInput(path, subject)
  const last = path.at(-1)
  const item =
    typeof last === 'number' ? { zh: `第 ${last + 1} 项`, en: `, item ${last + 1}` } : { zh: '', en: '' }
  return {
    zh: name ? `「${name.zh}」${item.zh}（${written}）` : `${written} `,
    en: name ? `“${name.en}”${item.en} (${written})` : written,
  }
}

/** Of a union without a match, what is wrong with the form that comes closest; the union itself, if none does. */
function closest(issue: ZodIssue): ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const forms = issue.errors
    .filter((faults) => !faults.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
    .toSorted((a, b) => a.length - b.length)
  const [best, next] = forms
  if (!best || next?.length === best.length) return [issue]
  return best.flatMap((inner) => closest({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** What would have been accepted: the values of an enumeration, or the types of a union. */
function allowedBy(issue: ZodIssue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  return 'options' in issue ? issue.options?.map(String) : undefined
}
