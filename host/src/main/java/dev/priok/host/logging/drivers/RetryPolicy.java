package dev.priok.host.logging.drivers;

/**
 * What happens while a target fails.
 *
 * @param firstMillis wait before the second attempt; grows by half each time
 * @param mostMillis longest wait
 * @param attempts after so many failures in a row the entries at hand are given up; 0 for never
 * @param mostBacklog bytes of the local log that may wait for a failing target, older ones are
 *     given up; 0 for all that the local log keeps
 */
public record RetryPolicy(long firstMillis, long mostMillis, int attempts, long mostBacklog) {
  /** Tries for ever, at least every ten seconds. */
  public static final RetryPolicy STANDARD = new RetryPolicy(100, 10_000, 0, 0);

  /** The same with another limit of what may wait, if that is smaller. */
  public RetryPolicy atMost(long backlog) {
    boolean smaller = mostBacklog == 0 || backlog < mostBacklog;
    return new RetryPolicy(firstMillis, mostMillis, attempts, smaller ? backlog : mostBacklog);
  }
}
