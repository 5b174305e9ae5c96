package dev.mapwright.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a program can import is what the library's modules export. */
class SourceProgramTest {
  private final StringWriter complaints = new StringWriter();

  private boolean compiles(String imports) throws IOException {
    PrintWriter writer = new PrintWriter(complaints);
    return SourceProgram.compile(Path.of("P.java"), imports + "void main() {}", writer) != null;
  }

  private static String importing(Set<String> packages) {
    return packages.stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
  }

  @Test
  void all_that_the_modules_export_can_be_imported_and_nothing_else_of_theirs() throws IOException {
    ModuleFinder modules = ModuleFinder.of(LibraryModules.path().toArray(new Path[0]));
    Set<String> exported = new TreeSet<>();
    Set<String> hidden = new TreeSet<>();
    for (String name : LibraryModules.NAMES) {
      ModuleDescriptor module = modules.find(name).orElseThrow().descriptor();
      Set<String> exports =
          module.exports().stream().map(Exports::source).collect(Collectors.toSet());
      exported.addAll(exports);
      hidden.addAll(module.packages());
      hidden.removeAll(exports);
    }
    assertThat(exported).contains("dev.mapwright.core.space", "dev.mapwright.windows.mdl");
    assertThat(compiles(importing(exported))).as(complaints.toString()).isTrue();
    assertThat(complaints.toString()).isEmpty();

    assertThat(hidden).contains("dev.mapwright.core.engine", "dev.mapwright.sim.memory");
    assertThat(compiles(importing(hidden))).isFalse();
    assertThat(complaints.toString())
        .contains(
            "P.java:1: error: package dev.mapwright.core.domain is not visible",
            "(package dev.mapwright.core.domain is declared in module dev.mapwright.core, which does"
                + " not export it)")
        .contains(hidden.stream().map(name -> "package " + name + " is not visible\n").toList())
        .endsWith(hidden.size() + " errors\n");
  }

  @Test
  void nothing_of_the_command_itself_nor_of_its_libraries_can_be_imported() throws IOException {
    assertThat(compiles("import dev.mapwright.cli.Main;\nimport picocli.CommandLine;\n")).isFalse();
    assertThat(complaints.toString())
        .contains("package dev.mapwright.cli does not exist", "package picocli does not exist")
        .endsWith("2 errors\n");
  }

  @Test
  void a_line_imports_a_module_and_those_that_it_hands_on() throws IOException {
    for (String name : LibraryModules.NAMES) {
      assertThat(compiles("import module " + name + ";\nAddressSpace space; Machine machine;\n"))
          .as(complaints.toString())
          .isTrue();
    }
  }
}
