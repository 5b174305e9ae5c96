package dev.mapwright.proof.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs in the documentation are programs: {@code mapwright run} compiles each, and it
 * prints something.
 */
class DocumentationTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static List<String> programs() throws IOException {
    List<String> programs = new ArrayList<>();
    for (Path folder : List.of(Checkout.root(), Checkout.file("docs"))) {
      try (Stream<Path> pages = Files.list(folder)) {
        for (Path page : pages.filter(path -> path.toString().endsWith(".md")).sorted().toList()) {
          Matcher matcher = PROGRAM.matcher(Files.readString(page));
          while (matcher.find()) {
            programs.add(matcher.group(1));
          }
        }
      }
    }
    return programs;
  }

  @Test
  void one_line_imports_all_that_a_program_needs() throws IOException {
    for (String program : programs()) {
      List<String> imports =
          program.lines().filter(line -> line.startsWith("import ")).sorted().toList();
      assertThat(imports).containsExactly("import module dev.mapwright.sim;");
    }
  }

  @Test
  void names_that_the_jdk_has_too_are_the_three_that_are_told() throws IOException {
    Set<String> both = PublicNames.of(PublicNames.placeOf(Pages.class), "dev.mapwright.core");
    both.addAll(PublicNames.of(PublicNames.placeOf(SimulatedMachine.class), "dev.mapwright.sim"));
    both.retainAll(PublicNames.of(null, "java.base"));
    assertThat(both).containsExactly("Clock", "EventListener", "Permissions");
    assertThat(Files.readString(Checkout.file("docs/ENGINE.md")))
        .contains(
            "three names that the engine has as well: `Permissions`, `Clock` and `EventListener`");
  }

  @Test
  void every_program_in_the_documentation_runs(@TempDir Path folder) throws Exception {
    List<String> programs = programs();
    assertThat(programs).hasSizeGreaterThanOrEqualTo(3);
    for (int i = 0; i < programs.size(); i++) {
      Path source = Files.writeString(folder.resolve("Program" + i + ".java"), programs.get(i));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.mapwright.cli.Main",
                  "run",
                  source.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).as(programs.get(i)).isNotBlank().doesNotContain("Exception");
      System.out.println(output);
    }
  }
}
