/** What a failed write leaves to be shown, and which failures are final. */
import { Problem } from "../api/client.ts";
import type { Failure } from "./state.ts";

/** Signed out is no refusal: what was written waits for its author. */
export function isRefusal(problem: Problem): boolean {
  return !problem.transient && problem.status !== 401;
}

export function failure(error: unknown): Failure {
  if (error instanceof Problem) {
    const { code, title, detail, errors } = error;
    return { code, title, detail, errors };
  }
  return { code: "network", title: "The server did not answer.", detail: null, errors: [] };
}

/** A file's bytes are nowhere any more. */
export const FILE_GONE: Failure = { code: "file_gone", title: "The file is gone.", detail: null, errors: [] };
