package dev.mapwright.proof.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code ./mapwright test MODULE [TEST]} asks Maven for. The script runs in a checkout of a
 * few files, in which Maven is a script that prints its arguments.
 */
class ScriptTest {
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "home $JAVA_HOME"
      for one in "$@"; do echo "maven $one"; done
      exit 3
      """;

  @TempDir Path folder;

  private Path checkout = Path.of("");

  @BeforeEach
  void makeACheckout() throws IOException {
    checkout = Files.createDirectory(folder.resolve("a checkout"));
    executable(checkout.resolve("mapwright"), Files.readString(Checkout.file("mapwright")));
    Files.createDirectory(checkout.resolve("tools"));
    for (String part : List.of("tools/build.sh", "tools/test.sh")) {
      Files.copy(Checkout.file(part), checkout.resolve(part));
    }
    executable(checkout.resolve("mvnw"), MAVEN);
    Path tests = checkout.resolve("sim/src/test/java/dev/mapwright/sim/cpu");
    Files.createDirectories(tests);
    Files.writeString(tests.resolve("TlbTest.java"), "void it_hits() {}\n");
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private record Said(int exit, List<String> lines) {
    List<String> maven() {
      return lines.stream().filter(line -> line.startsWith("maven ")).toList();
    }
  }

  private Said script(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(checkout.resolve("mapwright").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), output.lines().toList());
  }

  @Test
  void one_class_is_run_in_its_module_alone_with_the_jdk_that_the_script_found() throws Exception {
    Said said = script("test", "sim", "TlbTest", "-Pcampaign");
    assertThat(said.lines()).contains("home " + System.getProperty("java.home"));
    assertThat(said.maven())
        .containsExactly(
            "maven -pl",
            "maven sim",
            "maven -am",
            "maven test",
            "maven -Dsurefire.failIfNoSpecifiedTests=false",
            "maven -Dtest=dev/mapwright/sim/**/TlbTest",
            "maven -Pcampaign");
  }

  @Test
  void the_exit_code_is_maven_s_and_the_lock_is_given_back() throws Exception {
    assertThat(script("test", "sim").exit()).isEqualTo(3);
    assertThat(checkout.resolve(".mapwright/lock")).doesNotExist();
    assertThat(checkout.resolve(".mapwright/testing")).doesNotExist();
  }

  @Test
  void a_module_alone_means_all_its_tests_and_options_still_go_to_maven() throws Exception {
    assertThat(script("test", "sim", "-o").maven())
        .endsWith("maven -Dtest=dev/mapwright/sim/**/*Test", "maven -o");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TlbTest#it_hits", "TlbTest#it_*", "Tlb*"})
  void a_method_or_a_pattern_is_handed_on(String test) throws Exception {
    assertThat(script("test", "sim", test).maven())
        .endsWith("maven -Dtest=dev/mapwright/sim/**/" + test);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mis TlbTest", "sim TblTest", "sim TlbTest#it_hit", "../sim TlbTest"})
  void what_does_not_exist_is_refused_before_maven_starts(String arguments) throws Exception {
    Said said = script(("test " + arguments).split(" "));
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.lines()).singleElement().asString().startsWith("mapwright: no ");
    assertThat(said.maven()).isEmpty();
  }

  @Test
  void the_script_s_name_may_be_a_link() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.resolve("mapwright"));
    assertThat(link).isSymbolicLink();
    Process process = new ProcessBuilder(link.toString(), "test", "sim").start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("maven sim");
    assertThat(process.waitFor()).isEqualTo(3);
  }
}
