import type { Words } from '../words/bilingual.ts'
import { lengthWords } from '../words/length-words.ts'
import type { Edition } from './edition.ts'
import { keyWords, valueWords } from './key-words.ts'
import { isMapping, type Mapping } from './mapping.ts'

/** Something that two editions say differently: where, in words, and what each says; null where one says nothing. */
export type EditionDifference = { path: string; name: Words; from: Words | null; to: Words | null }

/** Something that an edition says: where it stands, in words, and what it says. */
type Statement = { name: Words; says: Words; isThing: boolean }
type Statements = Map<string, Statement>

/** Keys whose values are ids of roles, stages or ends. */
const referring = new Set(['by', 'officers', 'to', 'roles', 'returnTo', 'issuedAt', 'sameOfficerAs'])

/**
 * What two editions say differently, in the words of an officer and the order of the document. A thing that only one of them
 * has is told once, by its name.
 */
export function editionDifferences(before: Edition, after: Edition): EditionDifference[] {
  const [from, to] = [statementsOf(before), statementsOf(after)]
  return [...new Set([...to.keys(), ...from.keys()])].flatMap((path): EditionDifference[] => {
    const [old, now] = [from.get(path), to.get(path)]
    const name = (now ?? old)?.name
    if (!name || isSame(old?.says, now?.says) || isBelowMissing(path, from, to)) return []
    return [{ path, name, from: old?.says ?? null, to: now?.says ?? null }]
  })
}

function isSame(one: Words | undefined, other: Words | undefined): boolean {
  return one?.zh === other?.zh && one?.en === other?.en
}

/** Whether it is part of a thing that one of the two has not at all. */
function isBelowMissing(path: string, from: Statements, to: Statements): boolean {
  const steps = path.split('.')
  return steps.slice(1).some((_, at) => {
    const above = steps.slice(0, at + 1).join('.')
    const [old, now] = [from.get(above), to.get(above)]
    return (old === undefined) !== (now === undefined) && ((old ?? now)?.isThing ?? false)
  })
}

function statementsOf(edition: Edition): Statements {
  const { roles, stages, ends } = edition
  const terms = new Map([...roles, ...stages, ...ends].map(({ id, zh, en }) => [id, { zh, en }]))
  const found: Statements = new Map()
  walk(edition, [], [], { found, terms })
  return found
}

type Reading = { found: Statements; terms: ReadonlyMap<string, Words> }

function walk(value: unknown, path: string[], name: Words[], reading: Reading): void {
  const say = (says: Words, at = path, isThing = false) =>
    reading.found.set(at.join('.'), { name: joined(name, ' · '), says, isThing })
  const things = thingsIn(value)
  if (things) {
    for (const { key, thing } of things) {
      const words = wordsIn(thing) ?? { zh: key, en: key }
      const at = [...path, key]
      reading.found.set(at.join('.'), { name: joined([...name, words], ' · '), says: words, isThing: true })
      walk(thing, at, [...name, words], reading)
    }
    return
  }
  if (!isMapping(value)) return void say(textOf(value, path.at(-1) ?? '', reading.terms))
  const { zh: _zh, en: _en, id: _id, days, unit, article, source, ...rest } = value
  const words = wordsIn(value)
  if (words && !reading.found.has(path.join('.'))) say(words)
  if (isUnit(unit) && typeof days === 'number') say(lengthWords(days, unit), [...path, 'days'])
  if (typeof article === 'string') {
    const { zh, en } = textOf(source, 'source', reading.terms)
    reading.found.set([...path, 'article'].join('.'), {
      name: joined([...name, keyWords['article'] ?? { zh: '', en: '' }], ' · '),
      says: { zh: `${article}（${zh}）`, en: `${article} (${en})` },
      isThing: false,
    })
  }
  // An edition is called by its id, which no list has.
  const own = path.length === 0 ? { id: value['id'], ...rest } : rest
  for (const [key, each] of Object.entries(own))
    if (each !== undefined)
      walk(each, [...path, key], [...name, keyWords[key] ?? { zh: key, en: key }], reading)
}

/** The things of a list that have names of their own, by these names. */
function thingsIn(value: unknown): { key: string; thing: Mapping }[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const things = value.map((thing: unknown) => {
    const key = isMapping(thing) ? (thing['id'] ?? thing['name']) : undefined
    return isMapping(thing) && typeof key === 'string' ? { key, thing } : undefined
  })
  return things.every((thing) => thing !== undefined) ? things : undefined
}

/** What a value says, in words. */
function textOf(value: unknown, key: string, terms: Reading['terms']): Words {
  if (Array.isArray(value))
    return joined(
      value.map((each) => textOf(each, key, terms)),
      '、',
      ', ',
    )
  if (isMapping(value))
    return joined(
      Object.entries(value).map(([inner, each]) => {
        const said = textOf(each, inner, terms)
        const called = keyWords[inner] ?? { zh: inner, en: inner }
        return { zh: `${called.zh} ${said.zh}`, en: `${called.en} ${said.en}` }
      }),
      '，',
      ', ',
    )
  const text = String(value)
  const known = referring.has(key) ? terms.get(text) : valueWords[text]
  return known ?? { zh: text, en: text }
}

function joined(all: readonly Words[], zh: string, en = zh): Words {
  const said = all.filter((each) => each.zh !== '')
  return { zh: said.map((each) => each.zh).join(zh), en: said.map((each) => each.en).join(en) }
}

function wordsIn({ zh, en }: Mapping): Words | undefined {
  return typeof zh === 'string' && typeof en === 'string' ? { zh, en } : undefined
}

function isUnit(unit: unknown): unit is 'workingDays' | 'calendarDays' {
  return unit === 'workingDays' || unit === 'calendarDays'
}
