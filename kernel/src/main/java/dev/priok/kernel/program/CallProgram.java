package dev.priok.kernel.program;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.SystemCall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that is a list of system calls: what has to happen in a process of its own, because a
 * thread of this one must not do it (join a container's name spaces, drop rights), and is too short
 * to pay for an interpreter or a linker.
 *
 * <pre>{@code
 * CallProgram p = new CallProgram();
 * CallProgram.Step open = p.call(OPENAT, p.at(AT_FDCWD), p.text("/proc/self/oom_score_adj"), ...);
 * p.call(WRITE, open.result(), p.text("0"), p.at(1));        // a result as a later argument
 * p.call(SETSID).orGo("child");                              // a failure that does not matter
 * p.exit(0);
 * byte[] elf = p.image(3);                                   // complaints go to descriptor 3
 * }</pre>
 *
 * <p>Steps run in order. A step whose call fails ends the program, which then writes sixteen bytes
 * to the complaint descriptor (the step's number and the negative error number, little-endian) and
 * exits with code 1; unless the step says where a failure leads, silently ({@link Step#orGo}) or
 * after the complaint ({@link Step#orSay}). The image holds no code but the interpreter of {@link
 * ElfImage}, and no data but the arguments.
 */
public final class CallProgram {
  /** Exit code of a program whose step failed. */
  public static final int FAILED = 1;

  // A step: the call's number, six arguments, where its result goes, where to go on when the result
  // is negative, zero, positive, and where else the result goes.
  private static final int STEP_WORDS = 12;
  private static final int RESULT_WORD = 7;
  private static final int NEGATIVE_WORD = 8;
  private static final int COPY_WORD = 11;

  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final List<Relocation> relocations = new ArrayList<>();
  private final List<ResultCopy> copies = new ArrayList<>();

  /** One argument: a number, or the address of data. */
  public sealed interface Word {
    /** The value itself. */
    record Literal(long value) implements Word {}

    /** The address of a place in the data. */
    record Address(int offset) implements Word {}

    /** What an earlier step gave. */
    record Result(Step of) implements Word {}
  }

  private record Relocation(int at, int target) {}

  private record ResultCopy(Step of, int dataOffset) {}

  /** One call. */
  public final class Step {
    private final int number;
    private final long call;
    private final Word[] arguments;
    private String negative = "";
    private String zero = "";
    private String positive = "";
    private String said = "";

    private Step(int number, long call, Word[] arguments) {
      this.number = number;
      this.call = call;
      this.arguments = arguments;
    }

    /** What complaints call it. */
    public int number() {
      return number;
    }

    /**
     * Its result, for an argument of one later step (or a place in the data, see {@link #into}).
     */
    public Word result() {
      return new Word.Result(this);
    }

    /** Where a failure leads, instead of to the end. */
    @CanIgnoreReturnValue
    public Step orGo(String label) {
      negative = label;
      return this;
    }

    /** Where a failure leads after its complaint was written, instead of to the end. */
    @CanIgnoreReturnValue
    public Step orSay(String label) {
      said = label;
      return this;
    }

    /** Where a result of zero leads, instead of to the next step. */
    @CanIgnoreReturnValue
    public Step zeroGoes(String label) {
      zero = label;
      return this;
    }

    /** Where a positive result leads, instead of to the next step. */
    @CanIgnoreReturnValue
    public Step positiveGoes(String label) {
      positive = label;
      return this;
    }

    /** Stores the result at a place in the data as well, eight bytes. */
    @CanIgnoreReturnValue
    public Step into(Word place, int offset) {
      copies.add(new ResultCopy(this, ((Word.Address) place).offset() + offset));
      return this;
    }
  }

  /** A number as an argument. */
  public Word at(long value) {
    return new Word.Literal(value);
  }

  /** The address of a zero-terminated string. */
  public Word text(String value) {
    byte[] bytes = PathText.encode(value);
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a string with a zero inside: the kernel would cut it");
      }
    }
    byte[] terminated = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, terminated, 0, bytes.length);
    return bytes(terminated);
  }

  /** The address of these bytes, aligned to eight. */
  public Word bytes(byte[] value) {
    while (data.size() % 8 != 0) {
      data.write(0);
    }
    int offset = data.size();
    data.writeBytes(value);
    return new Word.Address(offset);
  }

  /** The address so many bytes after another one. */
  public Word after(Word place, int bytes) {
    return new Word.Address(((Word.Address) place).offset() + bytes);
  }

  /** The address of 64-bit numbers, some of which may be addresses themselves. */
  public Word words(List<Word> values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
    List<Relocation> own = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      switch (values.get(i)) {
        case Word.Literal n -> buffer.putLong(i * 8, n.value());
        case Word.Address a -> own.add(new Relocation(i * 8, a.offset()));
        case Word.Result r -> throw new IllegalArgumentException("results go in by Step.into");
      }
    }
    Word.Address place = (Word.Address) bytes(buffer.array());
    own.forEach(r -> relocations.add(new Relocation(place.offset() + r.at(), r.target())));
    return place;
  }

  /** The address of an array of strings that a null ends, as execve(2) wants it. */
  public Word strings(List<String> values) {
    List<Word> pointers = new ArrayList<>();
    values.forEach(v -> pointers.add(text(v)));
    pointers.add(at(0));
    return words(pointers);
  }

  /** Adds a step. */
  @CanIgnoreReturnValue
  public Step call(SystemCall call, Word... arguments) {
    if (arguments.length > 6) {
      throw new IllegalArgumentException("system calls have six arguments at most");
    }
    Step step = new Step(steps.size(), call.number(), arguments.clone());
    steps.add(step);
    return step;
  }

  /** The address of so many zeroed bytes. */
  public Word room(int size) {
    return bytes(new byte[size]);
  }

  /** Ends the program. */
  public void exit(int code) {
    call(SystemCall.EXIT_GROUP, at(code));
  }

  /** Goes on there, whatever happens. */
  public void go(String label) {
    call(SystemCall.GETPID).orGo(label).zeroGoes(label).positiveGoes(label);
  }

  /** Names the place of the next step. */
  public void label(String name) {
    if (labels.put(name, steps.size()) != null) {
      throw new IllegalArgumentException("label twice: " + name);
    }
  }

  /** The steps so far; the next one gets this number. */
  public int size() {
    return steps.size();
  }

  /** The program as an ELF file. */
  public byte[] image(int complaintDescriptor) {
    int count = steps.size();
    int stepBytes = STEP_WORDS * 8;
    // Layout of the data segment: steps, one complaint step for each, the last exit, complaint
    // records of sixteen bytes (whose second half is where the step's result goes), the data.
    int complaints = count * stepBytes;
    int lastExit = complaints + count * stepBytes;
    int records = lastExit + stepBytes;
    int dataStart = (records + count * 16 + 15) & ~15;
    ByteBuffer out = ByteBuffer.allocate(dataStart + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    long base = ElfImage.DATA_ADDRESS;
    for (Step step : steps) {
      int at = step.number * stepBytes;
      int record = records + step.number * 16;
      out.putLong(record, step.number);
      out.putLong(at, step.call);
      for (int i = 0; i < step.arguments.length; i++) {
        long value =
            switch (step.arguments[i]) {
              case Word.Literal n -> n.value();
              case Word.Address a -> base + dataStart + a.offset();
              case Word.Result r -> 0L;
            };
        out.putLong(at + 8 + i * 8, value);
      }
      out.putLong(at + RESULT_WORD * 8, base + record + 8);
      out.putLong(at + COPY_WORD * 8, base + record + 8);
      long next = base + (step.number + 1 == count ? lastExit : at + stepBytes);
      long complaint = base + complaints + step.number * (long) stepBytes;
      out.putLong(at + NEGATIVE_WORD * 8, target(step.negative, complaint, stepBytes));
      out.putLong(at + NEGATIVE_WORD * 8 + 8, target(step.zero, next, stepBytes));
      out.putLong(at + NEGATIVE_WORD * 8 + 16, target(step.positive, next, stepBytes));
      write(out, complaints + step.number * stepBytes, complaintDescriptor, base + record);
      long told = target(step.said, base + lastExit, stepBytes);
      for (int way = 0; way < 3; way++) {
        out.putLong(complaints + step.number * stepBytes + (NEGATIVE_WORD + way) * 8, told);
      }
    }
    out.putLong(lastExit, SystemCall.EXIT_GROUP.number());
    out.putLong(lastExit + 8, FAILED);
    out.putLong(lastExit + RESULT_WORD * 8, base + lastExit + 48);
    out.putLong(lastExit + COPY_WORD * 8, base + lastExit + 48);
    out.put(dataStart, data.toByteArray());
    for (Relocation r : relocations) {
      out.putLong(dataStart + r.at(), base + dataStart + r.target());
    }
    placeResults(out, base, dataStart, stepBytes);
    return ElfImage.of(out.array());
  }

  private static void write(ByteBuffer out, int at, int descriptor, long record) {
    out.putLong(at, SystemCall.WRITE.number());
    out.putLong(at + 8, descriptor);
    out.putLong(at + 16, record);
    out.putLong(at + 24, 16);
    // The write's own result goes where nobody looks: its last, unused argument.
    out.putLong(at + RESULT_WORD * 8, ElfImage.DATA_ADDRESS + at + 48);
    out.putLong(at + COPY_WORD * 8, ElfImage.DATA_ADDRESS + at + 48);
  }

  /** A result has one destination besides its complaint record. */
  private void placeResults(ByteBuffer out, long base, int dataStart, int stepBytes) {
    Map<Integer, Long> placed = new HashMap<>();
    for (Step step : steps) {
      for (int i = 0; i < step.arguments.length; i++) {
        if (step.arguments[i] instanceof Word.Result r) {
          place(placed, r.of().number, base + step.number * (long) stepBytes + 8 + i * 8L);
        }
      }
    }
    copies.forEach(c -> place(placed, c.of().number, base + dataStart + c.dataOffset()));
    placed.forEach((number, address) -> out.putLong(number * stepBytes + COPY_WORD * 8, address));
  }

  private static void place(Map<Integer, Long> placed, int step, long address) {
    if (placed.putIfAbsent(step, address) != null) {
      throw new IllegalArgumentException("the result of step " + step + " is wanted twice");
    }
  }

  private long target(String label, long otherwise, int stepBytes) {
    if (label.isEmpty()) {
      return otherwise;
    }
    Integer step = labels.get(label);
    if (step == null) {
      throw new IllegalArgumentException("no such label: " + label);
    }
    return ElfImage.DATA_ADDRESS + step * (long) stepBytes;
  }
}
