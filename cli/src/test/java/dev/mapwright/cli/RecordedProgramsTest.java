package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small programs of our own that do what real programs do to processes and mappings: each is
 * recorded here and now by {@code mapwright record}, on this machine's kernel, and replayed.
 */
class RecordedProgramsTest {
  /** The names of C programs beside this class; those with -static are linked so. */
  private static final List<String> COMPILED =
      List.of(
          "fork",
          "vfork",
          "spawn",
          "threads",
          "exitthread",
          "leaderleft",
          "forkamong",
          "clone3",
          "shm",
          "memfd",
          "mremap",
          "mseal",
          "heap",
          "exec",
          "fork-static",
          "threads-static");

  private static final Map<String, String> OTHERS =
      Map.of(
          "exec-of-thread",
          "BIN/exec thread",
          "pipeline",
          "sh -c 'seq 1000 | sort -r | head -n 3 >/dev/null; (exit 3); exec wc -c </dev/null"
              + " >/dev/null'",
          "loop",
          "sh -c 'for i in 1 2 3; do /bin/true; done'");

  /** What has to be seen in a recording that is to prove something. */
  private static final Map<String, String> CALLS =
      Map.of(
          "vfork", "vfork(",
          "clone3", "clone3(",
          "spawn", "CLONE_VFORK",
          "threads", "CLONE_THREAD",
          "shm", "shmat(",
          "memfd", "memfd_create(",
          "mremap", "MREMAP_DONTUNMAP",
          "pipeline", "clone(",
          "exec-of-thread", "superseded by execve");

  /** How many processes have final maps of their own; the others execute, or share memory. */
  private static final Map<String, Integer> FORKED =
      Map.of("fork", 3, "fork-static", 3, "forkamong", 4, "clone3", 1, "shm", 1, "pipeline", 1);

  private static final Pattern FINAL = Pattern.compile("final\\.(\\d+)\\.maps");

  private static final int TRIES = 4;

  @TempDir static Path folder = Path.of("");

  /** Why programs can't be recorded here; null if they can. */
  private static @Nullable String obstacle;

  static Stream<String> programs() {
    return Stream.concat(COMPILED.stream(), OTHERS.keySet().stream().sorted());
  }

  @BeforeAll
  static void recordAll() throws Exception {
    obstacle = RecordingTools.obstacle();
    if (obstacle != null) {
      return;
    }
    Path binaries = Files.createDirectory(folder.resolve("bin"));
    Map<String, String> lines = new TreeMap<>(OTHERS);
    for (String name : COMPILED) {
      compile(name, binaries);
      lines.put(name, "BIN/" + name);
    }
    // A machine that does other things meanwhile may miss an end; that is said and mended.
    for (int i = 0; i < TRIES && !lines.isEmpty(); i++) {
      List<String> suite = new ArrayList<>();
      lines.forEach((name, command) ->
          suite.add(name + " " + command.replace("BIN", "'" + binaries + "'").replace("''", "")));
      Path file = Files.write(folder.resolve("suite" + i), suite);
      Session session =
          Session.of(
              "record",
              "--suite",
              file.toString(),
              "-o",
              folder.resolve("all").toString(),
              "--delay",
              String.valueOf(300 << 2 * i));
      lines.keySet().removeIf(name -> Files.exists(folder.resolve("all").resolve(name)));
      assertThat(session.code()).as(session.err()).isEqualTo(lines.isEmpty() ? Main.OK : 1);
      if (i < TRIES - 1) {
        for (String name : FORKED.keySet()) {
          Path recording = folder.resolve("all").resolve(name);
          if (Files.exists(recording) && ends(recording).size() < FORKED.getOrDefault(name, 0)) {
            Files.move(recording, folder.resolve(name + i)); // an end of another was missed
            lines.put(name, OTHERS.getOrDefault(name, "BIN/" + name));
          }
        }
      }
    }
    assertThat(lines).isEmpty();
  }

  /** The numbers of the processes beside the first of which there are final maps. */
  private static List<String> ends(Path recording) throws IOException {
    try (Stream<Path> files = Files.list(recording)) {
      return files
          .map(file -> FINAL.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .toList();
    }
  }

  private static void compile(String name, Path into) throws IOException, InterruptedException {
    String source = name.replace("-static", "") + ".c";
    Path file = folder.resolve(source);
    try (InputStream in = RecordedProgramsTest.class.getResourceAsStream("record/" + source)) {
      assertThat(in).as(source).isNotNull();
      Files.write(file, in.readAllBytes());
    }
    List<String> gcc =
        new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread"));
    if (!source.startsWith(name + ".")) {
      gcc.add("-static");
    }
    gcc.addAll(List.of("-o", into.resolve(name).toString(), file.toString()));
    Process process = new ProcessBuilder(gcc).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void what_the_kernel_answered_here_and_now_is_computed(String name) throws IOException {
    assumeTrue(obstacle == null, obstacle);
    Path recording = folder.resolve("all").resolve(name);
    String calls = Files.readString(recording.resolve("calls.strace"));
    if (name.equals("mseal")) {
      assumeTrue(!calls.contains(" ENOSYS "), "this kernel has no mseal");
    }
    assertThat(calls).contains(CALLS.getOrDefault(name, "execve("));
    assertThat(recording.resolve("pipe")).doesNotExist();

    Session session = Session.of("replay", recording.toString());
    assertThat(session.out())
        .as(session.err())
        .contains("answered as the kernel did\nranges   all ")
        .endsWith("The engine and the kernel agree.\n");
    if (!name.equals(
        "forkamong")) { // of calls that are open when it forks, nobody knows which count
      assertThat(session.out()).doesNotContain("nobody could compute");
    }
    assertThat(session.code()).isEqualTo(Main.OK);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void a_process_that_was_forked_is_compared_with_its_own_end(String name) throws IOException {
    assumeTrue(obstacle == null, obstacle);
    Path recording = folder.resolve("all").resolve(name);
    List<String> processes = ends(recording);
    assertThat(processes).hasSize(FORKED.getOrDefault(name, 0));
    for (String process : processes) {
      Session session = Session.of("replay", "--pid", process, recording.toString());
      assertThat(session.out())
          .as(session.err())
          .contains("\nranges   all ")
          .endsWith("The engine and the kernel agree.\n");
      assertThat(session.code()).isEqualTo(Main.OK);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void the_first_maps_are_what_the_kernel_mapped_by_itself(String name) throws IOException {
    assumeTrue(obstacle == null, obstacle);
    List<String> initial =
        Files.readAllLines(folder.resolve("all").resolve(name).resolve("initial.maps"));
    assertThat(initial).anyMatch(line -> line.endsWith("[stack]"));
    if (initial.stream().anyMatch(line -> line.contains("libc"))) {
      fail("the program had mapped libraries before its first maps were read: " + initial);
    }
  }
}
