import type { ApiClient } from '../local/client.ts'
import { asked, askedFor, follow } from './operator.ts'
import { readTextFile } from '../server/text-file.ts'
import { UserError } from '../server/user-error.ts'

type Imported = { id: string; version: number; rollout: string }
type Rollout = { total: number; done: number; moved: number; failed: number; finished: boolean }

/** Prints the calendar in force, of the country unless a district is named, as JSON. */
export async function showCalendar(client: ApiClient, id = 'cn', print = console.log): Promise<void> {
  print(JSON.stringify(await asked(client, 'GET', pathOf(id)), null, 2))
}

/** Imports the next version of a calendar from a JSON file, and shows how it comes to the running projects until all have it. */
export async function importCalendar(
  client: ApiClient,
  file: string,
  id = 'cn',
  print = console.log,
): Promise<void> {
  const { status, body } = await askedFor<Imported>(client, 'PUT', pathOf(id), { body: readJson(file) })
  const { version } = body
  print(
    status === 201
      ? `已存为第${version}版 · kept as version ${version}`
      : `与现行第${version}版相同 · the same as version ${version}, which is in force`,
  )
  const { done, moved, failed } = await followRollout(client, `${pathOf(id)}/rollout?version=${version}`)
  print(
    `改算完毕：${done}个在办项目采用新历，${moved}个到期日有变动 · ` +
      `done: ${done} running projects count by it, ${moved} due dates moved`,
  )
  if (failed > 0)
    throw new UserError(
      `${failed}个项目未能采用，再次导入同一文件即可重试 · ${failed} projects failed; import the same file again to retry`,
    )
}

/** Waits for the end of a rollout. */
function followRollout(client: ApiClient, path: string): Promise<Rollout> {
  return follow(
    '改算到期日 due dates {bar} {value}/{total} {status}',
    () => asked<Rollout>(client, 'GET', path),
    ({ total, done, failed, finished }) => ({
      total,
      done: done + failed,
      status: !finished && done + failed >= total ? '等待期间新申报的项目 waiting for late filings' : '',
      isOver: finished,
    }),
  )
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
