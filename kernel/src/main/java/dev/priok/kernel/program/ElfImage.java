package dev.priok.kernel.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest executable that does a list of system calls: one page of code, which never changes,
 * and the list.
 *
 * <p>The code, for x86-64 (System V ABI, appendix A.2: the call's number in rax, arguments in rdi,
 * rsi, rdx, r10, r8, r9, the result in rax; rcx and r11 are lost):
 *
 * <pre>
 *   start: mov  rbx, DATA            the first step
 *   next:  mov  rax, [rbx]
 *          mov  rdi, [rbx+8]   ...   mov r9, [rbx+48]
 *          syscall
 *          mov  rcx, [rbx+56]        where the result goes
 *          mov  [rcx], rax
 *          mov  rcx, [rbx+88]        and where else
 *          mov  [rcx], rax
 *          test rax, rax
 *          js   below
 *          jz   zero
 *          mov  rbx, [rbx+80]        positive
 *          jmp  next
 *   below: mov  rbx, [rbx+64]
 *          jmp  next
 *   zero:  mov  rbx, [rbx+72]
 *          jmp  next
 * </pre>
 *
 * <p>There is no stack use, no library and no writable code: the code page is mapped read-only and
 * executable, the list readable and writable.
 */
final class ElfImage {
  /** Where the list is in the process. */
  static final long DATA_ADDRESS = 0x600000;

  private static final long CODE_ADDRESS = 0x400000;
  private static final int PAGE = 4096;
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int SEGMENTS = 3;
  private static final int CODE_OFFSET = HEADER + SEGMENTS * PROGRAM_HEADER;

  private static final int LOAD = 1;
  private static final int GNU_STACK = 0x6474e551;
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  private static final int[] CODE = {
    0x48, 0xC7, 0xC3, 0x00, 0x00, 0x60, 0x00, // mov rbx, 0x600000
    0x48, 0x8B, 0x03, // mov rax, [rbx]
    0x48, 0x8B, 0x7B, 0x08, // mov rdi, [rbx+8]
    0x48, 0x8B, 0x73, 0x10, // mov rsi, [rbx+16]
    0x48, 0x8B, 0x53, 0x18, // mov rdx, [rbx+24]
    0x4C, 0x8B, 0x53, 0x20, // mov r10, [rbx+32]
    0x4C, 0x8B, 0x43, 0x28, // mov r8, [rbx+40]
    0x4C, 0x8B, 0x4B, 0x30, // mov r9, [rbx+48]
    0x0F, 0x05, // syscall
    0x48, 0x8B, 0x4B, 0x38, // mov rcx, [rbx+56]
    0x48, 0x89, 0x01, // mov [rcx], rax
    0x48, 0x8B, 0x4B, 0x58, // mov rcx, [rbx+88]
    0x48, 0x89, 0x01, // mov [rcx], rax
    0x48, 0x85, 0xC0, // test rax, rax
    0x78, 0x08, // js below
    0x74, 0x0C, // jz zero
    0x48, 0x8B, 0x5B, 0x50, // mov rbx, [rbx+80]
    0xEB, 0xC8, // jmp next
    0x48, 0x8B, 0x5B, 0x40, // below: mov rbx, [rbx+64]
    0xEB, 0xC2, // jmp next
    0x48, 0x8B, 0x5B, 0x48, // zero: mov rbx, [rbx+72]
    0xEB, 0xBC, // jmp next
  };

  private ElfImage() {}

  /** The file: header, code, and the list from the second page on (elf(5)). */
  static byte[] of(byte[] list) {
    ByteBuffer out = ByteBuffer.allocate(PAGE + list.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    out.position(16);
    out.putShort((short) 2); // ET_EXEC
    out.putShort((short) 62); // EM_X86_64
    out.putInt(1);
    out.putLong(CODE_ADDRESS + CODE_OFFSET);
    out.putLong(HEADER);
    out.putLong(0);
    out.putInt(0);
    out.putShort((short) HEADER);
    out.putShort((short) PROGRAM_HEADER);
    out.putShort((short) SEGMENTS);
    out.putShort((short) 0);
    out.putShort((short) 0);
    out.putShort((short) 0);
    segment(out, LOAD, READ | EXECUTE, 0, CODE_ADDRESS, CODE_OFFSET + CODE.length);
    segment(out, LOAD, READ | WRITE, PAGE, DATA_ADDRESS, list.length);
    segment(out, GNU_STACK, READ | WRITE, 0, 0, 0);
    for (int b : CODE) {
      out.put((byte) b);
    }
    out.position(PAGE);
    out.put(list);
    return out.array();
  }

  private static void segment(
      ByteBuffer out, int type, int flags, long offset, long address, long size) {
    out.putInt(type);
    out.putInt(flags);
    out.putLong(offset);
    out.putLong(address);
    out.putLong(address);
    out.putLong(size);
    out.putLong(size);
    out.putLong(PAGE);
  }
}
