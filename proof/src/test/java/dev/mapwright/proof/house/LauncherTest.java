package dev.mapwright.proof.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the script starts commands, and that tests hold up none. It runs in a checkout in which the
 * JDK and Maven are scripts: Maven makes empty jars, or tests until a file says that it is enough.
 */
class LauncherTest {
  private static final String MAVEN =
      """
      #!/bin/sh
      for one; do
        case $one in
          -Dmapwright.target=*) target=${one#*=} ;;
          package) mkdir -p "cli/$target/lib" && : >"cli/$target/mapwright-cli-1.jar" && : >"cli/$target/lib/a.jar" ;;
          verify)
            echo "[INFO] Building Mapwright core 1 [1/2]"
            echo "[INFO] Running a.Test"
            echo "[WARNING] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 1 s -- in a.Test"
            echo "[WARNING] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1"
            : >testing
            while [ ! -e enough ]; do sleep 0.05; done
            if [ -e broken ]; then
              echo "[ERROR] a.Test.fails -- Time elapsed: 1 s <<< FAILURE!"
              echo "java.lang.AssertionError: no"
              echo "[INFO] noise"
            fi
            echo "[INFO] Reactor Summary for Mapwright:"
            echo "[INFO] the end of Maven"
            [ ! -e broken ] ;;
        esac
      done
      """;

  private static final String JAVA =
      """
      #!/bin/sh
      echo "$*" >>"$FAKE/starts"
      for one; do
        case $one in
          *OneJar.java) one_jar=yes ;;
          -XX:AOTCacheOutput=*) : >"${one#*=}" ;;
          -Xlog:class+load:file=loaded:none)
            for class in java.lang.Object dev.mapwright.cli.Main a.B 'a.B$$Lambda/0x1' a.C; do
              echo "$class source: somewhere"
            done >loaded ;;
          */mapwright.jar) [ -z "${one_jar-}" ] || : >"$one" ;;
        esac
      done
      case "$*" in *Main\\ --version*) echo "a version" ;; esac
      """;

  @TempDir Path folder;

  private Path checkout = Path.of("");
  private Path jdk = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void makeACheckout() throws IOException {
    checkout = Files.createDirectory(folder.resolve("a checkout"));
    executable(checkout.resolve("mapwright"), Files.readString(Checkout.file("mapwright")));
    for (String module : List.of("core", "sim", "zircon", "windows", "linux", "cli", "tools")) {
      Path main = checkout.resolve(module).resolve("src/main");
      Files.createDirectories(main);
      Files.writeString(checkout.resolve(module).resolve("pom.xml"), "");
    }
    Files.writeString(checkout.resolve("pom.xml"), "");
    for (String part : List.of("tools/build.sh", "tools/test.sh")) {
      Files.copy(Checkout.file(part), checkout.resolve(part));
    }
    executable(checkout.resolve("mvnw"), MAVEN);
    jdk = Files.createDirectories(folder.resolve("jdk"));
    Files.createDirectory(jdk.resolve("bin"));
    executable(jdk.resolve("bin/java"), JAVA);
    executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
  }

  @AfterEach
  void endWhatIsLeft() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Process start(@Nullable Path home, Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(checkout.resolve("mapwright").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().put("FAKE", folder.toString());
    builder.environment().put("JAVA_HOME", String.valueOf(home == null ? jdk : home));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private void await(Path file) throws Exception {
    for (int i = 0; !Files.exists(file); i++) {
      assertThat(i).as("waits for " + file).isLessThan(2000);
      Thread.sleep(50);
    }
  }

  private String ends(Process process, Path output) throws Exception {
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("it ends").isTrue();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void tests_hold_up_no_other_command_also_when_it_has_to_build() throws Exception {
    Path tested = folder.resolve("tested");
    Process testing = start(null, tested, "test");
    await(checkout.resolve("testing"));

    Process one = start(null, folder.resolve("1"), "--version");
    Process two = start(null, folder.resolve("2"), "--version");
    assertThat(ends(one, folder.resolve("1"))).isEqualTo("a version\n");
    assertThat(ends(two, folder.resolve("2"))).isEqualTo("a version\n");

    Thread.sleep(1100); // file systems that know seconds only
    Files.writeString(checkout.resolve("core/src/main/New.java"), "");
    one = start(null, folder.resolve("1"), "--version");
    two = start(null, folder.resolve("2"), "--version");
    assertThat(ends(one, folder.resolve("1"))).endsWith("a version\n");
    assertThat(ends(two, folder.resolve("2"))).endsWith("a version\n");
    assertThat(Files.readString(folder.resolve("1")) + Files.readString(folder.resolve("2")))
        .containsOnlyOnce("sources changed, building");
    assertThat(testing.isAlive()).isTrue();

    Files.writeString(checkout.resolve("enough"), "");
    ends(testing, tested);
  }

  @Test
  void all_tests_are_told_by_module_between_what_will_be_done_and_one_closing_sentence()
      throws Exception {
    Files.writeString(checkout.resolve("enough"), "");
    Path tested = folder.resolve("tested");
    String said = ends(start(null, tested, "test"), tested);
    assertThat(said)
        .startsWith(
            "mapwright: builds, checks and tests everything: about eighteen minutes on two cores")
        .endsWith(
            """
            [WARNING] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 1 s -- in a.Test
            mapwright: core      3 tests, 1 of them skipped
            [INFO] Reactor Summary for Mapwright:
            [INFO] the end of Maven
            mapwright: everything passed, in about 0 min
            """)
        .doesNotContain("Running a.Test");
    assertThat(checkout.resolve(".mapwright/test.log")).content().contains("Running a.Test");
    assertThat(checkout.resolve(".mapwright/testing")).doesNotExist();
  }

  @Test
  void a_test_that_fails_is_shown_with_what_it_said_and_maven_s_exit_code() throws Exception {
    Files.writeString(checkout.resolve("enough"), "");
    Files.writeString(checkout.resolve("broken"), "");
    Path tested = folder.resolve("tested");
    Process process = start(null, tested, "test");
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(tested))
        .contains("<<< FAILURE!\njava.lang.AssertionError: no\nmapwright: core")
        .doesNotContain("noise")
        .contains("[INFO] the end of Maven\nmapwright: something FAILED, after about 0 min; ");
  }

  @Test
  void another_java_home_that_is_the_same_jdk_starts_at_once() throws Exception {
    Path output = folder.resolve("out");
    assertThat(ends(start(null, output, "--version"), output)).endsWith("a version\n");
    long starts = starts();
    Path link = Files.createSymbolicLink(folder.resolve("link"), jdk);
    assertThat(ends(start(link, output, "--version"), output)).isEqualTo("a version\n");
    assertThat(starts()).isEqualTo(starts + 1); // nothing was trained

    Path other = folder.resolve("other");
    Files.createDirectories(other.resolve("bin"));
    Files.copy(jdk.resolve("bin/java"), other.resolve("bin/java"));
    Files.copy(jdk.resolve("bin/javac"), other.resolve("bin/javac"));
    Files.writeString(other.resolve("release"), "JAVA_VERSION=\"26\"\n");
    assertThat(ends(start(other, output, "--version"), output)).endsWith("a version\n");
    assertThat(starts()).isGreaterThan(starts + 2);
  }

  private long starts() throws IOException {
    return Files.readAllLines(folder.resolve("starts")).size();
  }

  @Test
  void a_replay_is_loaded_by_the_jvm_itself_and_without_a_cache_by_two_threads() throws Exception {
    Path output = folder.resolve("out");
    String recording = Files.writeString(folder.resolve("few.strace"), "").toString();
    ends(start(null, output, "replay", recording), output);
    Path app = app();
    assertThat(app.resolve("replay.classes")).hasContent("dev.mapwright.cli.Main\na.B\na.C");
    assertThat(lastStart())
        .contains(
            "-XX:AOTCache=" + app.resolve("tiny.aot"),
            "-Xbootclasspath/a:" + app.resolve("mapwright.jar") + " dev.mapwright.cli.Main replay");

    for (String cache : List.of("tiny", "replay", "mapwright", "run")) {
      Files.delete(app.resolve(cache + ".aot"));
    }
    ends(start(null, output, "replay", recording), output);
    assertThat(lastStart())
        .contains(
            "-Dmapwright.classes=" + app.resolve("replay.classes"),
            "-Xbootclasspath/a:"
                + app.resolve("uncached.jar")
                + " dev.mapwright.cli.ColdStart replay")
        .doesNotContain("AOTCache");
    ends(start(null, output, "explain", "list"), output);
    assertThat(lastStart()).contains("uncached.jar dev.mapwright.cli.Main explain");
    ends(start(null, output, "run", "Program.java"), output);
    assertThat(lastStart()).contains("-cp " + app.resolve("mapwright.jar"));
  }

  /** The program's folder. */
  private Path app() throws IOException {
    try (Stream<Path> all = Files.list(checkout.resolve(".mapwright"))) {
      return all.filter(each -> each.getFileName().toString().startsWith("app-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private String lastStart() throws IOException {
    return Files.readAllLines(folder.resolve("starts")).getLast();
  }

  @Test
  void what_can_not_be_printed_is_an_error_of_the_script_too() throws Exception {
    Path output = folder.resolve("out");
    for (String line : List.of("\"$0\" jdk >/dev/full", "\"$0\" jdk >&-")) {
      Process process =
          new ProcessBuilder("sh", "-c", line, checkout.resolve("mapwright").toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor()).isEqualTo(74);
      assertThat(Files.readString(output))
          .isEqualTo("mapwright: standard output can't be written\n");
    }
  }

  @Test
  void the_script_only_launches() throws IOException {
    assertThat(Files.readString(Checkout.file("mapwright")))
        .doesNotContain("mvnw", "AOTCacheOutput", "OneJar", "apt-get");
  }
}
