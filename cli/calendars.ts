import { setTimeout as delay } from 'node:timers/promises'
import { createBar } from './bar.ts'
import type { ApiClient } from '../local/client.ts'
import { people } from '../local/demo/people.ts'
import { readTextFile } from '../server/text-file.ts'
import { UserError } from '../server/user-error.ts'

type Imported = { id: string; version: number; rollout: string }
type Rollout = { total: number; done: number; moved: number; failed: number; finished: boolean }
type Sentence = { zh: string; en: string }
type Problem = Sentence & { issues?: (Sentence & { field: string })[] }

const as = people.administrator
const pause = 500

/** Prints the calendar in force, of the country unless a district is named, as JSON. */
export async function showCalendar(client: ApiClient, id = 'cn', print = console.log): Promise<void> {
  const { status, body } = await client.request('GET', pathOf(id), { as })
  if (status !== 200) throw new UserError(sentenceOf(body as Problem))
  print(JSON.stringify(body, null, 2))
}

/** Imports the next version of a calendar from a JSON file, and shows how it comes to the running projects until all have it. */
export async function importCalendar(
  client: ApiClient,
  file: string,
  id = 'cn',
  print = console.log,
): Promise<void> {
  const { status, body } = await client.request('PUT', pathOf(id), { as, body: readJson(file) })
  if (status >= 300) throw new UserError(sentenceOf(body as Problem))
  const { version } = body as Imported
  print(
    status === 201
      ? `已存为第${version}版 · kept as version ${version}`
      : `与现行第${version}版相同 · the same as version ${version}, which is in force`,
  )
  const { done, moved, failed } = await follow(client, `${pathOf(id)}/rollout?version=${version}`)
  print(
    `改算完毕：${done}个在办项目采用新历，${moved}个到期日有变动 · ` +
      `done: ${done} running projects count by it, ${moved} due dates moved`,
  )
  if (failed > 0)
    throw new UserError(
      `${failed}个项目未能采用，再次导入同一文件即可重试 · ${failed} projects failed; import the same file again to retry`,
    )
}

/** Waits for the end of a rollout; a bar in a terminal, nothing elsewhere. */
async function follow(client: ApiClient, path: string): Promise<Rollout> {
  const bar = createBar('改算到期日 due dates {bar} {value}/{total} {note}')
  bar.start(0, 0, { note: '' })
  try {
    for (;;) {
      const told = await client.expectOk<Rollout>('GET', path, { as })
      const taken = told.done + told.failed
      const isSettling = !told.finished && taken >= told.total
      bar.setTotal(told.total)
      bar.update(taken, { note: isSettling ? '等待期间新申报的项目 waiting for late filings' : '' })
      if (told.finished) return told
      await delay(pause)
    }
  } finally {
    bar.stop()
  }
}

function pathOf(id: string): string {
  return `/api/v1/calendars/${encodeURIComponent(id)}`
}

function readJson(file: string): unknown {
  const text = readTextFile(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(
      `${file}：不是正确的 JSON · is not JSON (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

function sentenceOf({ zh, en, issues = [] }: Problem): string {
  if (issues.length === 0) return `${zh}\n${en}`
  return issues.map((issue) => `${issue.field}: ${issue.zh} · ${issue.en}`).join('\n')
}
