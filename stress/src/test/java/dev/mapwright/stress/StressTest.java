package dev.mapwright.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs all stress tests in JVMs of their own: a short share in every build, hours of it with the
 * profile {@code campaign}.
 */
class StressTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));

  private static final int ITERATIONS = 3;

  /** How long all tests together take in a build, but for the JVMs' starts. */
  private static final int SHARE_MILLIS = 30_000;

  /** What was observed of each test, and the report, in {@code target/jcstress}. */
  private static final String REPORT = "target/jcstress";

  @TempDir(cleanup = CleanupMode.ALWAYS)
  Path folder;

  @Test
  void no_access_goes_through_what_was_taken_away() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of("-cp", classPath(), "org.openjdk.jcstress.Main"));
    command.addAll(
        List.of(
            "-v",
            "-t",
            "dev.mapwright.stress",
            "-c",
            "2",
            "-r",
            Path.of(REPORT).toAbsolutePath().toString()));
    command.addAll(
        LONG
            ? List.of("-m", "default", "-hs", "512")
            : List.of(
                "-f",
                "1",
                "-iters",
                Integer.toString(ITERATIONS),
                "-time",
                Integer.toString(SHARE_MILLIS / ITERATIONS / tests().size()),
                "-sc",
                "false",
                "-strideSize",
                "10",
                "-strideCount",
                "10",
                "-jvmArgs",
                "-Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"));
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    boolean ended = process.waitFor(LONG ? 24 * 60 : 10, TimeUnit.MINUTES);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    String output = Files.readString(said);
    assertThat(ended).as("jcstress came to an end; it said\n%s", output).isTrue();
    assertThat(process.exitValue()).as("jcstress's exit code; it said\n%s", output).isZero();
    assertThat(output).contains("Failed tests: No matches").contains("Error tests: No matches");
    for (String test : tests()) {
      assertThat(output).containsPattern("\\[OK\\] dev\\.mapwright\\.stress\\." + test + "\\b");
    }
  }

  /** The tests that there are, by the files that declare them. */
  private static List<String> tests() throws IOException {
    List<String> names = new ArrayList<>();
    try (var sources = Files.list(Path.of("src/main/java/dev/mapwright/stress"))) {
      for (Path source : sources.toList()) {
        if (Files.readString(source).contains("@JCStressTest")) {
          names.add(source.getFileName().toString().replace(".java", ""));
        }
      }
    }
    assertThat(names).hasSizeGreaterThan(5);
    return names;
  }

  /** Without what only this class needs; JUnit and jcstress get in each other's way otherwise. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("junit") && !entry.endsWith("test-classes"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
