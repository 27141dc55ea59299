import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import type { Command } from 'commander'
import { readConfig, readReadyConfig, type Config } from './config.ts'
import { buildIdOf, makeCurrent, readDeployment } from './deployment.ts'
import { withTemporal } from './engines-at-hand.ts'
import { prepare } from './prepare.ts'
import { askForRestart, findRunning } from './restart.ts'
import { projectRoot } from './root.ts'
import { UserError } from './user-error.ts'

const codePath = join(projectRoot, 'dist', 'workflow-bundle.js')

/** Adds `restart`, and `deploy` for installations of several machines: which build is there, and which gets the work. */
export function deployCommands(program: Command): void {
  program
    .command('restart')
    .description(
      '不停机换版：先工作进程，后接口 · replace the worker and the API of the command that runs, without a pause',
    )
    .action(async () => {
      await askForRestart(readConfig().dataDir)
      console.log('已换版 restarted')
    })
  const deploy = program.command('deploy').description('版本发布 · builds of the worker')
  deploy
    .command('build')
    .description('本目录的版本号 · print the name of the build that lies here')
    .action(() => console.log(buildIdOf(readConfig(), codePath)))
  deploy
    .command('prepare')
    .description('为新版准备台账 · make the record ready for this build: collections, indexes, the edition')
    .action(() => prepare(readReadyConfig()))
  deploy
    .command('current')
    .description('现行版本 · print the build that gets the work')
    .action(() => withTemporalAtHand(readConfig(), printCurrent))
  deploy
    .command('show')
    .description('各版本及其状态 · print the builds that Temporal knows')
    .action(() => withTemporalAtHand(readConfig(), printBuilds))
  deploy
    .command('set-current [build]')
    .description('指定现行版本 · give the work to a build whose workers are there')
    .option('--unversioned', '交给不报版本的工作进程 · to workers that tell no build')
    .action((build: string | undefined, { unversioned = false }: { unversioned?: boolean }) => {
      if ((build === undefined) !== unversioned)
        throw new UserError('请指明版本，或加 --unversioned · name a build, or --unversioned')
      return withTemporalAtHand(readConfig(), (temporal) => makeCurrent(temporal, build, 10_000))
    })
}

async function printCurrent(temporal: Client): Promise<void> {
  console.log((await readDeployment(temporal))?.current ?? '无 none')
}

async function printBuilds(temporal: Client): Promise<void> {
  const { builds = [] } = (await readDeployment(temporal)) ?? {}
  for (const { buildId, status, seenAt } of builds)
    console.log([buildId, status, seenAt?.toISOString() ?? ''].join('\t'))
}

/** Works with the Temporal that is set, else with that of the command that runs on the data folder. */
async function withTemporalAtHand(config: Config, work: (temporal: Client) => Promise<void>): Promise<void> {
  const address = config.temporalAddress ?? findRunning(config.dataDir)?.temporalAddress
  if (address === undefined)
    throw new UserError(
      `${config.dataDir} 上没有运行实例，请先 npm start，或设置 TEMPORAL_ADDRESS · ` +
        `nothing runs on ${config.dataDir}; use npm start first, or set TEMPORAL_ADDRESS`,
    )
  await withTemporal(address, config.temporalNamespace, work)
}
