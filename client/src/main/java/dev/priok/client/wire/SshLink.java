package dev.priok.client.wire;

import dev.priok.client.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program ssh, with the docker command on the other machine handing bytes to its engine. */
final class SshLink implements Link {
  private static final int KEPT = 4096;

  private final Endpoint.Ssh endpoint;
  private final Process process;
  private final Thread listening;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final InputStream input;
  private final OutputStream output;

  private SshLink(Endpoint.Ssh endpoint, Process process) {
    this.endpoint = endpoint;
    this.process = process;
    this.input = new Input(process.getInputStream());
    this.output = new Unbuffered(process.getOutputStream());
    this.listening = Thread.ofPlatform().daemon().name("ssh-errors").start(this::listen);
  }

  static SshLink open(Endpoint.Ssh endpoint) throws IOException {
    return new SshLink(endpoint, new ProcessBuilder(command(endpoint)).start());
  }

  /** As the docker command calls it (docker/cli, connhelper). */
  static List<String> command(Endpoint.Ssh endpoint) {
    List<String> words = new ArrayList<>(List.of("ssh"));
    String user = endpoint.user();
    if (user != null) {
      words.addAll(List.of("-l", user));
    }
    if (endpoint.port() > 0) {
      words.addAll(List.of("-p", Integer.toString(endpoint.port())));
    }
    words.addAll(List.of("-o", "ConnectTimeout=30", "-T", "--", endpoint.host(), "docker"));
    String socket = endpoint.socket();
    if (socket != null) {
      words.addAll(List.of("--host", quoted("unix://" + socket)));
    }
    words.addAll(List.of("system", "dial-stdio"));
    return words;
  }

  /** ssh joins the words with spaces, and a shell on the other machine reads them. */
  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private void listen() {
    byte[] buffer = new byte[1024];
    try (InputStream errors = process.getErrorStream()) {
      for (int n = errors.read(buffer); n >= 0; n = errors.read(buffer)) {
        synchronized (said) {
          if (said.size() < KEPT) {
            said.write(buffer, 0, n);
          }
        }
      }
    } catch (IOException e) {
      return; // The process was ended by close: nobody asks for its words any more.
    }
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void shutdownOutput() throws IOException {
    process.getOutputStream().close();
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** The end of ssh is the end of the bytes; an end by failure says why. */
  private void checkEnd() throws IOException {
    try {
      if (process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() != 0) {
        listening.join(1000);
        String words;
        synchronized (said) {
          words = said.toString(StandardCharsets.UTF_8).strip();
        }
        throw new IOException(
            "%s ended with exit code %d; make sure that the address is right and that docker or priok-docker is installed there%s"
                .formatted(
                    String.join(" ", command(endpoint)),
                    process.exitValue(),
                    words.isEmpty() ? "" : ": " + words));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Input extends InputStream {
    private final InputStream source;

    Input(InputStream source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = source.read(target, offset, length);
      if (count < 0) {
        checkEnd();
      }
      return count;
    }
  }

  /** A process's standard input has a buffer; what is written here is for now. */
  private final class Unbuffered extends OutputStream {
    private final OutputStream target;

    Unbuffered(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      try {
        target.write(source, offset, length);
        target.flush();
      } catch (IOException e) {
        checkEnd();
        throw e;
      }
    }
  }
}
