package dev.mapwright.published;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A build that runs beside the test. It reads and writes a local repository of the tests' own, and
 * takes what is not there from the one that runs the tests. The former is kept, so that plug-ins
 * are fetched once; of ours it has nothing in the beginning.
 */
final class MavenRun implements AutoCloseable {
  static final Path REPOSITORY = Copy.ROOT.resolve("published", "target", "repository");

  private final Process process;
  private final Path log;

  private MavenRun(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a build.
   *
   * @param zone the time zone that it runs in
   * @param log where its output goes
   */
  static MavenRun start(Path project, String zone, Path log, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Copy.ROOT.resolve("mvnw").toString());
    command.add("-B");
    command.add("-Dmaven.repo.local=" + REPOSITORY);
    command.add("-Dmaven.repo.local.tail=" + System.getProperty("mapwright.repository"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TZ", zone);
    builder.environment().remove("MAVEN_ARGS");
    return new MavenRun(builder.start(), log);
  }

  /** Waits for the end of the build and insists on its success. */
  void succeed() throws IOException, InterruptedException {
    int code = process.waitFor();
    assertThat(code).as(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends a build that a failed test did not wait for. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
