package dev.priok.http.server;

/** Answers one request; runs on a virtual thread of its connection and may block. */
@FunctionalInterface
public interface Handler {
  void handle(Exchange exchange) throws Exception;
}
