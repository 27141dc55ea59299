import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

const ownWorkflows = fileURLToPath(new URL('../workflows/index.js', import.meta.url))

/** Bundles compiled workflows, ours unless others are named, into one file for workers to load. */
export async function bundleWorkflows(outFile: string, workflowsPath = ownWorkflows): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('WARN'),
    // Without the 'development' condition that Temporal's webpack adds, so that the worker runs the same xstate as the API.
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['module', 'import', 'require', 'default'] },
    }),
  })
  await writeFile(outFile, code)
}
