import {
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { isOutageOfMongo } from '../../models/outages.ts'

/** Temporal has what was sent, and the record could not follow yet: it will. */
export class NotOnRecord extends Error {
  override name = 'NotOnRecord'
}

/** Whether an engine did not answer, or not as one that is up does: the same call may be answered in a while. */
export function isOutage(error: unknown): boolean {
  return (
    error instanceof NotOnRecord ||
    ofTemporal.some((each) => error instanceof each) ||
    isGrpcServiceError(error) ||
    isOutageOfMongo(error)
  )
}

const ofTemporal = [WorkflowUpdateRPCTimeoutOrCancelledError, ServiceError]
