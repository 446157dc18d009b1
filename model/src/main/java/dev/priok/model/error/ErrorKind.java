package dev.priok.model.error;

/**
 * The kinds of refusal that the Engine API distinguishes, each with the HTTP status of the API
 * specification.
 */
public enum ErrorKind {
  /** The state asked for is the state there is; a success without a body. */
  NOT_MODIFIED(304),
  /** The request makes no sense: malformed, out of range or contradictory. */
  INVALID(400),
  UNAUTHORIZED(401),
  FORBIDDEN(403),
  NOT_FOUND(404),
  /** The request makes sense but not in the present state. */
  CONFLICT(409),
  INTERNAL(500),
  /** A part of the API that this daemon does not offer; the message says which. */
  NOT_IMPLEMENTED(501),
  /** The daemon cannot serve now, because it stops or is not part of a swarm. */
  UNAVAILABLE(503);

  private final int status;

  ErrorKind(int status) {
    this.status = status;
  }

  /** HTTP status code. */
  public int status() {
    return status;
  }
}
