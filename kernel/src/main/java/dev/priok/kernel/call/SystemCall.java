package dev.priok.kernel.call;

import java.util.Locale;

/**
 * The system calls this house uses, with their numbers on x86-64 and on arm64 (the kernel's {@code
 * unistd} tables). Only calls that both have are listed, so the "at" forms throughout.
 */
public enum SystemCall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  LSEEK(8, 62),
  IOCTL(16, 29),
  PREAD64(17, 67),
  PWRITE64(18, 68),
  DUP(32, 23),
  GETPID(39, 172),
  SENDFILE(40, 71),
  SOCKET(41, 198),
  CONNECT(42, 203),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  SENDMSG(46, 211),
  RECVMSG(47, 212),
  SHUTDOWN(48, 210),
  BIND(49, 200),
  LISTEN(50, 201),
  GETSOCKNAME(51, 204),
  GETPEERNAME(52, 205),
  SOCKETPAIR(53, 199),
  SETSOCKOPT(54, 208),
  GETSOCKOPT(55, 209),
  EXECVE(59, 221),
  WAIT4(61, 260),
  KILL(62, 129),
  UNAME(63, 160),
  FCNTL(72, 25),
  FLOCK(73, 32),
  FSYNC(74, 82),
  FDATASYNC(75, 83),
  FTRUNCATE(77, 46),
  GETCWD(79, 17),
  CHDIR(80, 49),
  FCHMOD(91, 52),
  FCHOWN(93, 55),
  UMASK(95, 166),
  SYSINFO(99, 179),
  SETSID(112, 157),
  SETGROUPS(116, 159),
  SETRESUID(117, 147),
  SETRESGID(119, 149),
  GETPGID(121, 155),
  CAPSET(126, 91),
  STATFS(137, 43),
  FSTATFS(138, 44),
  PRCTL(157, 167),
  SYNC(162, 81),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SETHOSTNAME(170, 161),
  QUOTACTL(179, 60),
  GETTID(186, 178),
  SETXATTR(188, 5),
  LSETXATTR(189, 6),
  FSETXATTR(190, 7),
  GETXATTR(191, 8),
  LGETXATTR(192, 9),
  FGETXATTR(193, 10),
  LISTXATTR(194, 11),
  LLISTXATTR(195, 12),
  FLISTXATTR(196, 13),
  REMOVEXATTR(197, 14),
  LREMOVEXATTR(198, 15),
  FREMOVEXATTR(199, 16),
  GETDENTS64(217, 61),
  EXIT_GROUP(231, 94),
  EPOLL_CTL(233, 21),
  KEYCTL(250, 219),
  INOTIFY_ADD_WATCH(254, 27),
  INOTIFY_RM_WATCH(255, 28),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  FCHOWNAT(260, 54),
  UNLINKAT(263, 35),
  LINKAT(265, 37),
  SYMLINKAT(266, 36),
  READLINKAT(267, 78),
  FCHMODAT(268, 53),
  FACCESSAT(269, 48),
  PPOLL(271, 73),
  UNSHARE(272, 97),
  UTIMENSAT(280, 88),
  EPOLL_PWAIT(281, 22),
  FALLOCATE(285, 47),
  ACCEPT4(288, 242),
  EVENTFD2(290, 19),
  EPOLL_CREATE1(291, 20),
  DUP3(292, 24),
  PIPE2(293, 59),
  INOTIFY_INIT1(294, 26),
  PRLIMIT64(302, 261),
  SYNCFS(306, 267),
  SETNS(308, 268),
  RENAMEAT2(316, 276),
  SECCOMP(317, 277),
  MEMFD_CREATE(319, 279),
  BPF(321, 280),
  COPY_FILE_RANGE(326, 285),
  STATX(332, 291),
  PIDFD_SEND_SIGNAL(424, 424),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  PIDFD_OPEN(434, 434),
  CLONE3(435, 435),
  CLOSE_RANGE(436, 436),
  OPENAT2(437, 437),
  PIDFD_GETFD(438, 438),
  MOUNT_SETATTR(442, 442),
  QUOTACTL_FD(443, 443),
  FCHMODAT2(452, 452);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** The number on the machine we run on. */
  public long number() {
    return Architecture.ARM64 ? arm : x86;
  }

  /** The name as manual pages write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the call may simply be made again after a signal interrupted it. Not close(2): the
   * descriptor is gone already; not connect(2): the connection goes on in the background.
   */
  boolean restartable() {
    return this != CLOSE && this != CONNECT;
  }
}
