package dev.mapwright.proof.iommu;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A machine of QEMU without a processor that runs: RAM that is shared with this process, an {@code
 * intel-iommu} and an {@code edu} device behind it, driven register by register over the protocol
 * of its {@code qtest} accelerator. Offsets of registers are of Intel Virtualization Technology for
 * Directed I/O, Architecture Specification, chapter "Register Descriptions", and of "EDU device" in
 * QEMU's documentation.
 */
final class Qemu implements AutoCloseable {
  static final long RAM_BYTES = 64L << 20;

  /** The requester number of the edu device: bus 0, device 4, function 0. */
  static final int EDU = 0x20;

  private static final long IOMMU = 0xFED9_0000L;
  private static final long BAR = 0xFEA0_0000L;
  private static final long EDU_BUFFER = 0x40000;
  private static final long QUEUE = 0x10_8000;
  private static final long EDU_DMA_NANOS = 100_000_000;

  /** A fault as the IOMMU has recorded it. */
  record Recorded(int reason, long page, int requester, boolean read) {}

  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;
  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ram;
  private final long faults;

  /** How long a command is in the queue; one for scalable mode ends in zeros. */
  private final int commandBytes;

  private int queueTail;

  private Qemu(List<String> command, Path file, String iommuOptions) throws IOException {
    this.file = file;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ram = channel.map(FileChannel.MapMode.READ_WRITE, 0, RAM_BYTES, arena);
    }
    List<String> all = new ArrayList<>(command);
    all.addAll(
        List.of(
            "-accel",
            "qtest",
            "-qtest",
            "stdio",
            "-qtest-log",
            "/dev/null",
            "-nodefaults",
            "-display",
            "none",
            "-m",
            "64M",
            "-object",
            "memory-backend-file,id=m,size=64M,share=on,mem-path=" + file,
            "-machine",
            "q35,memory-backend=m",
            "-device",
            "intel-iommu" + iommuOptions,
            "-device",
            "edu,addr=04.0,dma_mask=0xffffffffffffffff"));
    process = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    to =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
    from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    config(0x10, BAR);
    config(0x04, 6); // memory, and bus master
    faults = (read("readq", IOMMU + 0x08) >>> 24 & 0x3FF) * 16;
    boolean wide = iommuOptions.contains("scalable");
    commandBytes = wide ? 32 : 16;
    write("writeq", IOMMU + 0x90, wide ? QUEUE | 1 << 11 : QUEUE);
    write("writel", IOMMU + 0x18, 1L << 26);
  }

  static Qemu start(List<String> command, String iommuOptions) throws IOException {
    Path file = Files.createTempFile("mapwright-qemu", ".ram");
    try {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(1), RAM_BYTES - 1);
      }
      return new Qemu(command, file, iommuOptions);
    } catch (IOException failed) {
      Files.deleteIfExists(file);
      throw failed;
    }
  }

  // ---- the protocol

  private String ask(String line) throws IOException {
    to.write(line);
    to.write('\n');
    to.flush();
    String answer = Objects.requireNonNull(from.readLine(), "QEMU has ended");
    if (!answer.startsWith("OK")) {
      throw new IOException("QEMU answers " + answer + " to " + line);
    }
    return answer;
  }

  private void write(String width, long address, long value) throws IOException {
    ask(width + " 0x" + Long.toHexString(address) + " 0x" + Long.toHexString(value));
  }

  private long read(String width, long address) throws IOException {
    String answer = ask(width + " 0x" + Long.toHexString(address));
    return Long.parseUnsignedLong(answer, 5, answer.length(), 16);
  }

  private void config(int register, long value) throws IOException {
    write("outl", 0xCF8, 0x8000_0000L | EDU << 8 | register);
    write("outl", 0xCFC, value);
  }

  // ---- memory

  long get(long address) {
    return ram.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  void put(long address, long word) {
    ram.set(ValueLayout.JAVA_LONG_UNALIGNED, address, word);
  }

  // ---- the IOMMU

  /** Sets the root table, and switches translation on. */
  void setRoot(long register) throws IOException {
    write("writeq", IOMMU + 0x20, register);
    write("writel", IOMMU + 0x18, 1L << 30 | 1L << 26);
    write("writel", IOMMU + 0x18, 1L << 31 | 1L << 26);
  }

  /** Queues a command of two words, which is carried out at once. */
  void command(long low, long high) throws IOException {
    put(QUEUE + queueTail, low);
    put(QUEUE + queueTail + 8, high);
    queueTail = (queueTail + commandBytes) % 4096;
    write("writeq", IOMMU + 0x88, queueTail);
    if (read("readq", IOMMU + 0x80) != queueTail) {
      throw new IOException("QEMU refuses the command " + Long.toHexString(low));
    }
  }

  /** The fault that is recorded, which is forgotten; null for none. */
  @Nullable Recorded takeFault() throws IOException {
    long high = read("readq", IOMMU + faults + 8);
    if (high >= 0) {
      return null;
    }
    long low = read("readq", IOMMU + faults);
    write("writeq", IOMMU + faults + 8, 1L << 63);
    write("writel", IOMMU + 0x34, 0xFF);
    return new Recorded(
        (int) (high >>> 32) & 0xFF, low >>> 12, (int) high & 0xFFFF, (high >>> 62 & 1) != 0);
  }

  // ---- the edu device

  /** Has the device read memory into its buffer. */
  void deviceReads(long address, int bytes) throws IOException {
    transfer(address, EDU_BUFFER, bytes, 1);
  }

  /** Has the device write memory from its buffer. */
  void deviceWrites(long address, int bytes) throws IOException {
    transfer(EDU_BUFFER, address, bytes, 3);
  }

  private void transfer(long source, long target, int bytes, int command) throws IOException {
    write("writeq", BAR + 0x80, source);
    write("writeq", BAR + 0x88, target);
    write("writeq", BAR + 0x90, bytes);
    write("writeq", BAR + 0x98, command);
    ask("clock_step " + EDU_DMA_NANOS);
  }

  @Override
  public void close() throws IOException {
    try {
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      arena.close();
      Files.deleteIfExists(file);
    }
  }
}
