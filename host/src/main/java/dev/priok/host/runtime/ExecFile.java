package dev.priok.host.runtime;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.process.ExitStatus;
import dev.priok.kernel.process.Pidfd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is written down of one exec that a keeper watches, until the exec is forgotten or the
 * container ends. Made by the daemon, with room for everything: a full disk loses no exit code.
 *
 * <pre>
 *  0  process id of the keeper            8  process id of the command
 * 16  how it ended, as wait4(2) says     24  not zero: it has ended
 * 32  who it was, in the caller's words
 * </pre>
 *
 * <p>Numbers have eight bytes, the lowest first; the keeper writes each with one call. A file whose
 * first number is zero is of an exec that was never begun.
 */
record ExecFile(Path path) {
  static final int KEEPER = 0;
  static final int COMMAND = 8;
  static final int STATUS = 16;
  static final int ENDED = 24;

  /** The exit code of one whose end nobody saw. */
  static final int UNKNOWN = 255;

  private static final int NOTE = 32;
  private static final int PRIVATE = 0600;

  /**
   * The contents.
   *
   * @param keeper 0 where it was never begun
   * @param command 0 where it was not made yet
   * @param exitCode empty where it has not ended, or its keeper was killed
   */
  record State(int keeper, int command, Optional<Integer> exitCode, String note) {}

  /** Makes it; the descriptor is for the keeper. */
  Fd create(String note) throws IOException {
    byte[] text = note.getBytes(StandardCharsets.UTF_8);
    Fd file =
        At.open(
            null,
            path.toString(),
            OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE,
            PRIVATE);
    try {
      Io.write(file, ByteBuffer.allocate(NOTE + text.length).put(NOTE, text).array());
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Empty where it has not ended, or its keeper was killed. */
  static Optional<Integer> exitCode(Fd file) throws IOException {
    Io.seek(file, 0);
    byte[] numbers = new byte[NOTE];
    return Io.read(file, numbers, 0, NOTE) < NOTE ? Optional.empty() : exitCode(numbers);
  }

  private static Optional<Integer> exitCode(byte[] bytes) {
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return numbers.getLong(ENDED) > 0
        ? Optional.of(ExitStatus.ofWaitStatus((int) numbers.getLong(STATUS)).shellCode())
        : Optional.empty();
  }

  State read() throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    if (bytes.length < NOTE) {
      return new State(0, 0, Optional.empty(), "");
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new State(
        (int) numbers.getLong(KEEPER),
        (int) numbers.getLong(COMMAND),
        exitCode(bytes),
        new String(Arrays.copyOfRange(bytes, NOTE, bytes.length), StandardCharsets.UTF_8));
  }

  /** A hold on the keeper; empty where it has ended. Its number may be another process's since. */
  Optional<Pidfd> keeper(State state) throws IOException {
    if (state.keeper() <= 0) {
      return Optional.empty();
    }
    Pidfd held;
    try {
      held = Pidfd.open(state.keeper());
    } catch (IOException e) {
      return Optional.empty(); // ESRCH
    }
    // Looked at after opening: only its keeper has this file open under this number.
    Path open = Path.of("/proc", Integer.toString(held.pid()), "fd", "" + JoinProgram.STATE);
    try {
      if (Files.isSameFile(open, path)) {
        return Optional.of(held);
      }
    } catch (IOException e) {
      held.close(); // it has ended meanwhile
      return Optional.empty();
    }
    held.close();
    return Optional.empty();
  }
}
