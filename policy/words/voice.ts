import type { Words } from '../edition/edition.ts'
import { errors, type ErrorCode, type Refusal } from '../errors.ts'
import { nameOfInput } from '../edition/field-labels.ts'
import { operationStatuses } from '../access/operations.ts'

/** The sentence of a refusal: its own, or the one of its code with what it carries. Every answer and list says this. */
export function wordsOf(refusal: Refusal): Words {
  if (refusal.words) return refusal.words
  const told = sentences[refusal.code]?.(refusal)
  if (told) return told
  const { zh, en } = errors[refusal.code]
  return { zh: `${zh}。`, en }
}

/** Codes that have more to say than their title, if the refusal carries it. */
const sentences: Partial<Record<ErrorCode, (refusal: Refusal) => Words | undefined>> = {
  'invalid-request': ({ issues }) => issues && joined(issues),
  'stale-revision': ({ revision }) =>
    revision === undefined
      ? undefined
      : {
          zh: `内容已更新为第 ${revision} 版，请重新读取后再办。`,
          en: `It has changed since you read it and is at revision ${revision} now: read it again.`,
        },
  'not-eligible': ({ findings = [] }) =>
    joined(
      findings.map(({ article, detail: { zh, en } }) => ({
        zh: `不符合认定条件（${article}）：${withoutStop(zh)}。`,
        en: `A condition is not met (${article}): ${withoutStop(en)}.`,
      })),
    ),
  'fixed-field': ({ field, allowed: [value] = [] }) => {
    const name = nameOf(field)
    return value === undefined
      ? undefined
      : {
          zh: `补正时不得更改「${name.zh}」，须仍为 ${value}。`,
          en: `A correction may not change “${name.en}”: it stays ${value}.`,
        }
  },
  'date-not-allowed': ({ field, allowed: [first, last] = [] }) => {
    const name = nameOf(field)
    return first === undefined || last === undefined
      ? undefined
      : {
          zh: `「${name.zh}」须在 ${first} 至 ${last} 之间。`,
          en: `“${name.en}” must be from ${first} to ${last}.`,
        }
  },
  duplicate: ({ project }) =>
    project === undefined
      ? undefined
      : {
          zh: `该项目已申报（${project}），不得重复申报。`,
          en: `This project is already filed, as ${project}.`,
        },
  'outcome-unknown': ({ idempotencyKey }) =>
    idempotencyKey === undefined
      ? undefined
      : {
          zh: `系统未能及时答复，此次办理结果未知：可能已经办成，也可能稍后办成。请以 Idempotency-Key: ${idempotencyKey} 重新提交同一请求，即可得知结果，不会重复办理。`,
          en: `There was no answer in time, and whether this was carried out is not known: it may have been, or may yet be. Send the same request with Idempotency-Key: ${idempotencyKey}; the answer says what came of it, and nothing is done twice.`,
        },
  'operation-not-allowed': ({ operationStatus }) => {
    const status = Object.entries(operationStatuses).find(([each]) => each === operationStatus)?.[1]
    return (
      status && {
        zh: `该运维操作现为「${status.zh}」，不能如此处理。`,
        en: `The operation stands at “${status.en}”, in which this cannot be done.`,
      }
    )
  },
}

function joined(sentencesOf: Words[]): Words | undefined {
  if (sentencesOf.length === 0) return undefined
  return { zh: sentencesOf.map(({ zh }) => zh).join(''), en: sentencesOf.map(({ en }) => en).join(' ') }
}

function withoutStop(sentence: string): string {
  return sentence.replace(/[。.]$/, '')
}

function nameOf(field = ''): Words {
  return nameOfInput(field.split('.')) ?? { zh: field, en: field }
}
