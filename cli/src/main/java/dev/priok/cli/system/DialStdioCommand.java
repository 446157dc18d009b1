package dev.priok.cli.system;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.client.wire.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import picocli.CommandLine;

/**
 * {@code priok system dial-stdio}: the engine's socket on standard input and output, for clients on
 * other machines that start it through ssh.
 */
@CommandLine.Command(
    name = "dial-stdio",
    customSynopsis = "priok system dial-stdio",
    description = "Proxy the stdio stream to the daemon connection; ssh:// addresses use it")
public final class DialStdioCommand extends Command {
  private static final int PIECE = 32 * 1024;

  /** Takes no arguments. */
  public DialStdioCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    try (Connection connection = session.client().dial()) {
      // A daemon thread: nobody can stop a read of standard input.
      Thread.ofPlatform()
          .daemon()
          .name("to-engine")
          .start(() -> {
            try {
              copy(session.stdin(), connection.output());
              connection.shutdownOutput();
            } catch (IOException e) {
              session.err().println("from standard input to the engine: " + e.getMessage());
            }
          });
      copy(connection.input(), session.stdout());
      return 0;
    }
  }

  /** Each piece at once: whoever waits for it sends nothing meanwhile. */
  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
      to.write(piece, 0, n);
      to.flush();
    }
  }
}
