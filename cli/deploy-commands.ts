import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import type { Command } from 'commander'
import { readConfig, readReadyConfig, type Config } from '../server/config.ts'
import { buildIdOf, makeCurrent, readDeployment } from '../server/deployment.ts'
import { temporalAtHand, withTemporal } from '../local/engines-at-hand.ts'
import { prepare } from '../server/prepare.ts'
import { projectRoot } from '../server/root.ts'
import { UserError } from '../server/user-error.ts'

const codePath = join(projectRoot, 'dist', 'workflow-bundle.js')

/** Adds `deploy`, for installations of several machines: which build is there, and which gets the work. */
export function deployCommands(program: Command): void {
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

function withTemporalAtHand(config: Config, work: (temporal: Client) => Promise<void>): Promise<void> {
  return withTemporal(temporalAtHand(config), config.temporalNamespace, work)
}
