package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.sim.SimulatedMachine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recordings that grow without end, each in its own way, in JVMs with a small heap. The JVM ends at
 * the first OutOfMemoryError, also at one that somebody would catch.
 */
class SmallHeapTest {

  private static final long P = 0x1_0000_0000L;

  @TempDir Path folder;

  /** Appends the lines of a recording. */
  private interface Lines {
    void write(int i, StringBuilder line);
  }

  private Path recording(String name, int lines, Lines what) throws IOException {
    Path file = folder.resolve(name);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < lines; i++) {
        line.setLength(0);
        what.write(i, line);
        out.append(line);
      }
    }
    return file;
  }

  private static void map(StringBuilder line, long address, long pages, String file) {
    String place = "0x" + Long.toHexString(address);
    line.append("1 mmap(").append(place).append(", ").append(pages * 4096);
    line.append(", PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED").append(file);
    line.append(") = ").append(place).append('\n');
  }

  private static void map(StringBuilder line, long address, long pages) {
    map(line, address, pages, "|MAP_ANONYMOUS, -1, 0");
  }

  /** One mapping, of which every second page is protected. */
  private Path pagewise(int protects) throws IOException {
    return recording(
        "pagewise",
        protects,
        (i, line) -> {
          if (i == 0) {
            map(line, P, 2L * protects);
          }
          line.append("1 mprotect(0x").append(Long.toHexString(P + 8192L * i));
          line.append(", 4096, PROT_READ) = 0\n");
        });
  }

  private Path objects() throws IOException {
    return recording("objects", 60_000, (i, line) -> map(line, P + 8192L * i, 1));
  }

  private Path files() throws IOException {
    return recording(
        "files", 60_000, (i, line) -> map(line, P, 1, ", 3</" + i + "x".repeat(100) + ">, 0"));
  }

  private Path forks() throws IOException {
    return recording(
        "forks",
        1_500,
        (i, line) -> {
          if (i < 1_000) {
            map(line, P + 8192L * i, 1);
          } else {
            line.append("1 fork() = ").append(i).append('\n');
          }
        });
  }

  private Path threads() throws IOException {
    return recording(
        "threads", 400_000, (i, line) -> line.append(i + 1).append(" munmap(0x1000, 4096) = 0\n"));
  }

  private Path children() throws IOException {
    String signal = "1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=";
    return recording(
        "children", 500_000, (i, line) -> line.append(signal).append(i + 2).append("} ---\n"));
  }

  private Path unfinished() throws IOException {
    return recording(
        "unfinished",
        2_000,
        (i, line) -> {
          line.append(i + 1).append(" mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</").append(i);
          line.append("y".repeat(20_000)).append(">, 0 <unfinished ...>\n");
        });
  }

  /** Calls that overlap, each of which has to be saved with all the mappings that it covers. */
  private Path overlaps() throws IOException {
    Path whole = folderWithMaps("overlaps", 2_500);
    recording(
        "overlaps/calls.strace",
        2_000,
        (i, line) -> {
          int thread = i % 2 + 3;
          if (i > 1) {
            line.append(thread).append(" <... munlock resumed>) = -1 ENOMEM (Cannot)\n");
          }
          line.append(thread).append(" munlock(0x").append(Long.toHexString(P));
          line.append(", 20480000 <unfinished ...>\n");
        });
    return whole;
  }

  /** Advice that every object would remember. */
  private Path advice() throws IOException {
    return recording(
        "advice",
        3_500,
        (i, line) -> {
          if (i < 3_000) {
            map(line, P + 4096L * i, 1);
          } else {
            line.append("1 madvise(0x").append(Long.toHexString(P));
            line.append(", 12288000, MADV_DONTNEED) = 0\n");
          }
        });
  }

  private Path maps() throws IOException {
    Path whole = folderWithMaps("maps", 300_000);
    Files.writeString(whole.resolve("calls.strace"), "1 munmap(0x1000, 4096) = 0\n");
    return whole;
  }

  private Path folderWithMaps(String name, int ranges) throws IOException {
    Path whole = Files.createDirectory(folder.resolve(name));
    recording(
        name + "/initial.maps",
        ranges,
        (i, line) -> {
          line.append(Long.toHexString(P + 8192L * i)).append('-');
          line.append(Long.toHexString(P + 8192L * i + 4096)).append(" rw-p 00000000 00:00 0\n");
        });
    return whole;
  }

  @Test
  void whatever_grows_without_end_is_refused_by_file_and_line_long_before_the_heap_is_full()
      throws Exception {
    List<Path> recordings =
        List.of(
            pagewise(140_000),
            objects(),
            files(),
            forks(),
            threads(),
            children(),
            unfinished(),
            overlaps(),
            maps());
    List<String> answers = inHeap("32m", recordings);
    assertThat(answers).hasSameSizeAs(recordings).doesNotContain("replayed");
    for (String answer : answers) {
      assertThat(answer)
          .containsPattern("^[^ ]*:[1-9][0-9]*: expected .* the heap of this process");
      assertThat(answer).doesNotContain("has filled");
    }
  }

  @Test
  void what_is_not_much_is_replayed_in_a_small_heap() throws Exception {
    assertThat(inHeap("32m", List.of(pagewise(5_000), advice()))).containsOnly("replayed");
  }

  @Test
  void page_by_page_a_large_mapping_is_replayed() throws Exception {
    assertThat(inHeap("400m", List.of(pagewise(140_000)))).containsOnly("replayed");
  }

  /** What became of each recording in a JVM of its own with a heap of a size. */
  private List<String> inHeap(String size, List<Path> recordings) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + size, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SmallHeapTest.class.getName());
    recordings.forEach(recording -> command.add(recording.toString()));
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      child.destroyForcibly();
    }
    String text = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(child.exitValue()).describedAs(text).isZero();
    return text.lines().toList();
  }

  /** The child: replays the recordings that it is given, and prints a line for each. */
  public static void main(String[] recordings) throws IOException {
    for (String recording : recordings) {
      try (SimulatedMachine machine =
          SimulatedMachine.builder().ram(0, 1 << 17).singleThreaded().build()) {
        Replay.of(Path.of(recording)).run(machine);
        System.out.println("replayed");
        assertThat(machine.census().leaks()).isEmpty();
      } catch (InputFormatException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
