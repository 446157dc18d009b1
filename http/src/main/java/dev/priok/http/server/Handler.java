package dev.priok.http.server;

/** Answers requests. */
@FunctionalInterface
public interface Handler {

  /** Answers one request, on a virtual thread of its own; may block. */
  void handle(Exchange exchange) throws Exception;

  /**
   * True where {@link #handle} answers such a request from memory, with a whole body: it is then
   * called on the event loop that read it, which saves two changes of threads, the larger part of a
   * short call. Whatever blocks there holds up other connections. Asked on the event loop, only for
   * requests without a body.
   */
  default boolean atOnce(RequestHead head) {
    return false;
  }
}
