package dev.priok.kernel.event;

/** Called on the loop's thread when something happened to a descriptor. It must not block. */
@FunctionalInterface
public interface EventHandler {
  /**
   * Handles it.
   *
   * @param events which of {@link EventLoop#READ}, {@link EventLoop#WRITE}, {@link
   *     EventLoop#HANG_UP}, {@link EventLoop#ERROR} hold; the latter two come unasked
   * @throws Exception anything: the loop reports it and goes on
   */
  void ready(int events) throws Exception;
}
