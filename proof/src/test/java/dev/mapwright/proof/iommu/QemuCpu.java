package dev.mapwright.proof.iommu;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A machine of QEMU whose processor stands still: its registers are set by way of the debugger's
 * protocol, its RAM is shared with this process, and its monitor says how it would translate.
 */
final class QemuCpu implements AutoCloseable {
  static final long RAM_BYTES = 64L << 20;

  /** CR0 after a reset, by which the number of that register is found. */
  private static final String CR0_AFTER_RESET = "1000006000000000";

  private static final int MOST_REGISTERS = 100;

  private final Path folder;
  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;
  private final SocketChannel debugger;
  private final ByteBuffer packet = ByteBuffer.allocate(4096);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ram;
  private final int cr0;
  private boolean translating;

  private QemuCpu(List<String> command, Path folder) throws IOException {
    this.folder = folder;
    Path file = folder.resolve("ram");
    Path socket = folder.resolve("debugger");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), RAM_BYTES - 1);
      ram = channel.map(FileChannel.MapMode.READ_WRITE, 0, RAM_BYTES, arena);
    }
    List<String> all = new ArrayList<>(command);
    all.addAll(
        List.of(
            "-S",
            "-nodefaults",
            "-display",
            "none",
            "-accel",
            "tcg",
            "-cpu",
            "max,la57=off",
            "-m",
            "64M",
            "-object",
            "memory-backend-file,id=m,size=64M,share=on,mem-path=" + file,
            "-machine",
            "q35,memory-backend=m",
            "-chardev",
            "socket,id=d,server=on,wait=off,path=" + socket,
            "-gdb",
            "chardev:d",
            "-qmp",
            "stdio"));
    process = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    to =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
    from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    Objects.requireNonNull(from.readLine(), "QEMU has ended"); // its greeting: the socket is there
    ask("qmp_capabilities", "");
    debugger = SocketChannel.open(StandardProtocolFamily.UNIX);
    debugger.connect(UnixDomainSocketAddress.of(socket));
    cr0 = findCr0();
  }

  static QemuCpu start(List<String> command) throws IOException {
    return new QemuCpu(command, Files.createTempDirectory("mapwright-qemu"));
  }

  // ---- the monitor

  private String ask(String what, String arguments) throws IOException {
    to.write("{\"execute\": \"" + what + "\"" + arguments + "}\n");
    to.flush();
    while (true) {
      String answer = Objects.requireNonNull(from.readLine(), "QEMU has ended");
      if (answer.startsWith("{\"return\"")) {
        return answer;
      }
      if (answer.startsWith("{\"error\"")) {
        throw new IOException(answer);
      }
    }
  }

  /** What the monitor prints, with its line ends as {@code \r\n} in letters. */
  String monitor(String command) throws IOException {
    return ask("human-monitor-command", ", \"arguments\": {\"command-line\": \"" + command + "\"}");
  }

  // ---- registers

  private String debug(String request) throws IOException {
    int sum = 0;
    for (int i = 0; i < request.length(); i++) {
      sum += request.charAt(i);
    }
    String low = Integer.toHexString(sum & 0xFF);
    String whole = "$" + request + "#" + (low.length() == 1 ? "0" : "") + low;
    debugger.write(ByteBuffer.wrap(whole.getBytes(StandardCharsets.US_ASCII)));
    StringBuilder answer = new StringBuilder();
    while (true) {
      packet.clear();
      if (debugger.read(packet) < 0) {
        throw new IOException("QEMU has ended");
      }
      answer.append(new String(packet.array(), 0, packet.position(), StandardCharsets.US_ASCII));
      int start = answer.indexOf("$");
      int end = start < 0 ? -1 : answer.indexOf("#", start);
      if (end >= 0 && answer.length() >= end + 3) {
        debugger.write(ByteBuffer.wrap(new byte[] {'+'}));
        return answer.substring(start + 1, end);
      }
    }
  }

  private int findCr0() throws IOException {
    for (int number = 24; number < MOST_REGISTERS; number++) {
      if (debug("p" + Integer.toHexString(number)).equals(CR0_AFTER_RESET)) {
        return number;
      }
    }
    throw new IOException("no register is CR0");
  }

  private void set(int number, long value) throws IOException {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      long one = value >>> 8 * i & 0xFF;
      bytes.append(one < 16 ? "0" : "").append(Long.toHexString(one));
    }
    String answer = debug("P" + Integer.toHexString(number) + "=" + bytes);
    if (!answer.equals("OK")) {
      throw new IOException("a register can't be set: " + answer);
    }
  }

  /** Has the processor translate by tables of four levels. */
  void translateBy(long rootPfn) throws IOException {
    set(cr0 + 2, rootPfn << 12); // CR3
    if (!translating) {
      // Only once: EFER written while paging is on would take long mode back.
      set(cr0 + 5, 0x900); // EFER: long mode, and entries that forbid execution
      set(cr0 + 3, 0x20); // CR4: physical addresses of more than 32 bits
      set(cr0, 0x8001_0011L); // CR0: paging, write protection, protected mode
      translating = true;
    }
  }

  // ---- memory

  void put(long address, long word) {
    ram.set(ValueLayout.JAVA_LONG_UNALIGNED, address, word);
  }

  @Override
  public void close() throws IOException {
    debugger.close();
    try {
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      arena.close();
      Files.deleteIfExists(folder.resolve("ram"));
      Files.deleteIfExists(folder.resolve("debugger"));
      Files.deleteIfExists(folder);
    }
  }
}
