import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import cliProgress from 'cli-progress'
import { readBehaviour } from './behaviour.ts'
import type { SimulationContext } from './index.ts'
import { pageOf } from './page/page.ts'
import { noteOf, tablesOf } from './page/tables.ts'
import { textOf } from './page/text.ts'
import type { Result } from './result.ts'
import type { Config } from '../../server/config.ts'
import { readEditionFile } from '../../server/editions.ts'
import { makeFolder } from '../../server/folders.ts'
import { projectRoot } from '../../server/root.ts'
import { onFirstSignal } from '../../local/interrupt.ts'
import { playOnce } from './run.ts'
import { readTextFile } from '../../server/text-file.ts'
import { UserError } from '../../server/user-error.ts'

/** What is asked for on the command line; the edition and the behaviour are ids of what is shipped, or files. */
export type SimulateOptions = {
  edition: string
  behaviour: string
  year: number | undefined
  projects: number
  seed: number
  days: number | undefined
  out: string | undefined
}

/** Plays a year, prints its tables and writes `result.json` and `result.html`; Ctrl-C ends it and its engines. */
export async function runSimulate(config: Config, options: SimulateOptions): Promise<void> {
  const edition = readEditionFile(fileOf('policy/editions', options.edition))
  const behaviourFile = fileOf('tools/simulation/behaviours', options.behaviour)
  const behaviour = readBehaviour(readTextFile(behaviourFile), behaviourFile)
  const { projects, seed, days, year = edition.year } = options
  const folder = options.out ?? join(config.dataDir, 'simulations', `${edition.id}-${year}-${seed}`)
  const begun = performance.now()
  const result = await playOnce({
    config,
    edition,
    play: { behaviour, year, projects, seed, days },
    workflowBundle: join(projectRoot, 'dist', 'workflow-bundle.js'),
    signal: untilInterrupted(),
    onDay: showDays(),
    log: (line) => console.error(line),
  })
  const note = noteOf(result)
  if (note) console.log(`\n${note.zh}\n${note.en}`)
  for (const table of tablesOf(result)) console.log(`\n${textOf(table)}`)
  writeResult(folder, result)
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`\n${seconds} s\n${join(folder, 'result.html')}`)
}

/** Writes a result as data and as a page; the same result makes the same files. */
export function writeResult(folder: string, result: Result): void {
  makeFolder(folder)
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(folder, 'result.html'), pageOf(result))
}

/** A file as it is, or one that is shipped, by its id. */
function fileOf(folder: string, name: string): string {
  const shipped = join(projectRoot, folder, `${name}.yaml`)
  if (existsSync(name)) return name
  if (existsSync(shipped)) return shipped
  const ids = readdirSync(join(projectRoot, folder))
    .filter((file) => /^[^.]+\.yaml$/.test(file))
    .map((file) => basename(file, '.yaml'))
  throw new UserError(
    `没有 ${name} 这一文件，${folder} 中也没有，可用的有：${ids.join('、')} · ${name} is no file, and none of ${folder}: ${ids.join(', ')}`,
  )
}

/** Ctrl-C ends the run in good order, a second one at once; the engines' supervisors end them in either case. */
function untilInterrupted(): AbortSignal {
  const interruption = new AbortController()
  onFirstSignal(() => interruption.abort())
  return interruption.signal
}

/** A bar in a terminal, elsewhere a line at the end of each month. */
function showDays(): SimulationContext['onDay'] {
  if (!process.stderr.isTTY)
    return ({ on, day, days, open, events }) => {
      if (day === days || on.endsWith('-28')) console.error(`${on}  在办 open ${open}  事项 events ${events}`)
    }
  const format = '{bar} {on}  在办 open {open}  事项 events {events}'
  const bar = new cliProgress.SingleBar({ format, clearOnComplete: true, stopOnComplete: true, fps: 4 })
  return (progress) => {
    if (progress.day === 1) bar.start(progress.days, 0, progress)
    bar.update(progress.day, progress)
  }
}
