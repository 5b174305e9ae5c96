package dev.mapwright.proof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.proof.SplitMix;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Input that wants to exhaust its reader: a clear error, bounded memory, never an error of Java's.
 */
class HostileInputTest {
  private static final long GIB = 1L << 30;
  private static final long MOST_BYTES_FOR_A_LINE = 16L << 20;

  /** Text that is made as it is read: a beginning, a repeated piece, an end. */
  private static final class Generated extends InputStream {
    private final byte[] beginning;
    private final byte[] piece;
    private final long length;
    private long at;

    Generated(String beginning, String piece, long length) {
      this.beginning = bytes(beginning);
      this.piece = bytes(piece);
      this.length = length;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
      if (at == length) {
        return -1;
      }
      int n = (int) Math.min(count, length - at);
      for (int i = 0; i < n; i++, at++) {
        into[offset + i] =
            at < beginning.length
                ? beginning[(int) at]
                : piece[(int) ((at - beginning.length) % piece.length)];
      }
      return n;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a thread allocates while it does something. */
  private static long allocated(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void assertRefusedInBoundedMemory(Supplier<Readers.End> reading, String message) {
    Readers.End[] end = new Readers.End[1];
    long bytes = allocated(() -> end[0] = reading.get());
    assertThat(end[0].refusal()).isNotNull();
    assertThat(end[0].message()).contains(message);
    assertThat(bytes).isLessThan(MOST_BYTES_FOR_A_LINE);
  }

  @Test
  void a_line_of_a_gibibyte_is_refused_after_a_mebibyte_of_it() {
    Generated calls = new Generated("1 mmap(", "a", GIB);
    assertRefusedInBoundedMemory(() -> Readers.recording(calls), "line of at most 1048576 bytes");
    assertThat(calls.at).isLessThan(4L << 20);
    Generated arguments = new Generated("1 mmap(NULL, ", "1|", GIB);
    assertRefusedInBoundedMemory(
        () -> Readers.recording(arguments), "line of at most 1048576 bytes");
    Generated ranges = new Generated("1000-2000 r--p 00000000 00:00 0 ", "/", GIB);
    assertRefusedInBoundedMemory(() -> Readers.maps(ranges), "line of at most 1048576 bytes");
    assertThat(ranges.at).isLessThan(4L << 20);
  }

  @Test
  void compressed_input_that_unfolds_a_thousandfold_is_refused_like_a_long_line() {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] piece = new byte[1 << 16];
      Arrays.fill(piece, (byte) 'a');
      for (int i = 0; i < 64 << 4; i++) {
        gzip.write(piece);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    byte[] bomb = packed.toByteArray();
    assertThat(bomb.length).isLessThan(1 << 17);
    assertRefusedInBoundedMemory(() -> Readers.recording(bomb), "line of at most 1048576 bytes");
    assertRefusedInBoundedMemory(
        () -> Readers.maps(new ByteArrayInputStream(bomb)), "line of at most 1048576 bytes");
  }

  @Test
  void lines_that_never_end_their_calls_are_refused_before_memory_is_gone() {
    StringBuilder text = new StringBuilder();
    for (int pid = 1; pid <= 70_000; pid++) {
      text.append(pid).append(" mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0 <unfinished ...>\n");
    }
    Readers.End end = Readers.recording(bytes(text.toString()));
    assertThat(end.message()).contains("at most 65536 calls");
  }

  @Test
  void a_hundred_mebibytes_of_calls_that_nobody_knows_are_skipped_in_bounded_memory() {
    long lines = 7_000_000;
    Generated calls = new Generated("", "1 getpid() = 1\n", 15 * lines);
    Readers.End[] end = new Readers.End[1];
    long bytes = allocated(() -> end[0] = Readers.recording(calls));
    assertThat(end[0].refusal()).isNull();
    assertThat(end[0].items()).isZero();
    // What is allocated for a line is no longer needed after it.
    assertThat(bytes).isLessThan(32 * lines);
  }

  @Test
  void ever_new_names_of_calls_are_not_all_remembered() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      text.append("1 call").append(i).append("() = 0\n");
    }
    byte[] calls = bytes(text.toString());
    assertThat(Readers.recording(calls).refusal()).isNull();
    assertThat(allocated(() -> Readers.recording(calls))).isLessThan(MOST_BYTES_FOR_A_LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 mmap(0xffffffffffffffffffffffffffff, 4096, PROT_READ, MAP_PRIVATE, -1, 0) = 0x1000",
        "1 mmap(NULL, 99999999999999999999999999, PROT_READ, MAP_PRIVATE, -1, 0) = 0x1000",
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99999999999999999999, 0) = 0x1000",
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0) = 0x10000000000000000",
        "[pid 99999999999999999999] brk(NULL) = 0x1000",
        "[pid 4194305] brk(NULL) = 0x1000",
        "1 mprotect(0x1000, 18446744073709551616, PROT_READ) = 0",
        "1 clone(child_stack=NULL, flags=CLONE_VM) = 99999999999999999999999",
        "1 munmap(0x1000, 4096) = 99999999999999999999",
        "1 munmap(0x1000",
        "1 munmap(0x1000, 4096)",
        "1 munmap(0x1000, 4096) = ",
        "1 mmap(NULL, 4096, PROT_READ|, MAP_PRIVATE, -1, 0) = 0x1000",
        "1 <... mmap resumed>) = 0x1000",
      })
  void a_line_that_is_wrong_is_refused_with_its_number(String line) {
    String before = "1 brk(NULL) = 0x1000\n";
    Readers.End end = Readers.recording(bytes(before + line + "\n"));
    assertThat(end.refusal()).as(line).isNotNull();
    assertThat(end.message()).startsWith("input:2: expected ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10000000000000000-10000000000001000 r--p 00000000 00:00 0",
        "3000-3000 r--p 00000000 00:00 0",
        "3000-2000 r--p 00000000 00:00 0",
        "1000-4000 r--p 00000000 00:00 0",
        "3001-4000 r--p 00000000 00:00 0",
        "3000-4000 r--x 00000000 00:00 0",
        "3000-4000 r--p 00000000 00:00 99999999999999999999999",
        "3000-4000 r--p 0000000000000000000000000000 00:00 0x",
        "3000-4000 r--p 00000000",
        "3000",
        "-",
      })
  void a_range_that_is_wrong_is_refused_with_its_line(String line) {
    Readers.End end = Readers.maps(bytes("1000-2000 r--p 00000000 00:00 0\n" + line + "\n"));
    assertThat(end.refusal()).as(line).isNotNull();
    assertThat(end.message()).startsWith("input:2: expected ");
  }

  @Test
  void recordings_cut_off_anywhere_are_read_or_refused() throws IOException {
    byte[] whole = seed("StraceFuzzTestInputs/any_bytes_are_a_recording_or_bad_input/calls");
    int refused = 0;
    for (int length = 0; length <= whole.length; length++) {
      refused += Readers.recording(Arrays.copyOf(whole, length)).refusal() == null ? 0 : 1;
    }
    assertThat(Readers.recording(whole).items()).isGreaterThanOrEqualTo(8);
    assertThat(refused).isGreaterThan(whole.length / 3);
    byte[] ranges = seed("MapsFuzzTestInputs/any_bytes_are_maps_or_bad_input/process");
    assertThat(Readers.maps(ranges).items()).isEqualTo(6);
    for (int length = 0; length <= ranges.length; length++) {
      Readers.maps(Arrays.copyOf(ranges, length));
    }
  }

  @Test
  void binary_junk_is_refused() {
    SplitMix random = new SplitMix(20261120);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] junk = new byte[1 + (int) (random.next() & 0x3FF)];
      for (int at = 0; at < junk.length; at++) {
        junk[at] = (byte) random.next();
      }
      refused += Readers.recording(junk).refusal() == null ? 0 : 1;
      refused += Readers.maps(junk).refusal() == null ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(3900);
  }

  private static byte[] seed(String name) throws IOException {
    try (InputStream in = HostileInputTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("no resource " + name);
      }
      return in.readAllBytes();
    }
  }
}
