package dev.mapwright.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The jar that the script starts, which is no module, still compiles programs against modules. */
class OneJarTest {
  private static final Path ROOT = Path.of(System.getProperty("mapwright.root", ".."));

  @TempDir Path folder;

  private record Said(int exit, String text) {}

  private static Said java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  /** The jar at a place, or one of the classes that lie there. */
  private String jar(Path place) {
    if (Files.isRegularFile(place)) {
      return place.toString();
    }
    String jar = folder.resolve(place.toString().replaceAll("\\W", "-") + ".jar").toString();
    ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
    assertThat(tool.run(System.out, System.err, "-c", "-f", jar, "-C", place.toString(), "."))
        .isZero();
    return jar;
  }

  private static Path placeOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  @Test
  void programs_see_the_modules_that_are_left_beside_it() throws Exception {
    String one = folder.resolve("app/mapwright.jar").toString();
    Files.createDirectory(folder.resolve("app"));
    List<String> build =
        new ArrayList<>(List.of(ROOT.resolve("tools/OneJar.java").toString(), one));
    build.add(jar(placeOf(Main.class)));
    for (Path library : LibraryModules.path()) {
      build.add(jar(library));
    }
    build.add(jar(placeOf(CommandLine.class)));
    assertThat(java(build.toArray(new String[0]))).isEqualTo(new Said(0, ""));

    Path program = folder.resolve("P.java");
    Files.writeString(
        program, "import module dev.mapwright.sim;\nvoid main() { IO.print(Pages.BYTES); }");
    assertThat(java("-cp", one, "dev.mapwright.cli.Main", "run", program.toString()))
        .isEqualTo(new Said(0, "4096"));
    Files.writeString(program, "import dev.mapwright.core.engine.*;\nvoid main() {}");
    Said refused = java("-cp", one, "dev.mapwright.cli.Main", "run", program.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.text()).contains("dev.mapwright.core, which does not export it)");
    Files.writeString(program, "import picocli.CommandLine;\nvoid main() {}");
    refused = java("-cp", one, "dev.mapwright.cli.Main", "run", program.toString());
    assertThat(refused.text()).contains("package picocli does not exist");

    try (var left = Files.list(folder.resolve("app/modules"))) {
      for (Path module : left.toList()) {
        Files.delete(module);
      }
    }
    Files.delete(folder.resolve("app/modules"));
    assertThat(java("-cp", one, "dev.mapwright.cli.Main", "run", program.toString()))
        .isEqualTo(
            new Said(
                2,
                "mapwright run: the library's modules are neither on the class path nor in a folder"
                    + " 'modules' beside the jar of the command\n"));
  }
}
